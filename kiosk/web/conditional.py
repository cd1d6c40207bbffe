"""Reading again what has not changed: an ETag over the answer's own bytes, and 304 without a body.

Named by its bytes an answer has one name on every worker, and another as soon as the catalogue says something else.
"""

from __future__ import annotations

import hashlib

from flask import Response, request

FOR_ALL = "public, max-age=60"
FOR_ONE = "private, no-cache"  # Kept by the browser alone, and asked for again each time.


def name_by_content(response: Response) -> Response:
    """For ``after_request``: give a successful read its ETag, and answer 304 where the reader holds it already."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    if not response.get_etag()[0]:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    if "Cache-Control" not in response.headers:
        signed_in = "Authorization" in request.headers or bool(request.cookies)
        response.headers["Cache-Control"] = FOR_ONE if signed_in else FOR_ALL
    response.make_conditional(request)
    return response
