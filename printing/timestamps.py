"""Asking a timestamp authority when a signature existed at the latest (RFC 3161, over HTTP): PAdES B-T.

Off unless an authority is configured. Whoever signs waits for it, so its limit of time is short.
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from typing import Any

from asn1crypto import tsp

from printing.signing import SigningFailed

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
LARGEST_REPLY = 1 << 16
GRANTED = {"granted", "granted_with_mods"}


class TimestampUnavailable(SigningFailed):
    """The timestamp authority did not answer, refused, or answered something else than it was asked."""

    code = "timestamp-unavailable"


class HttpTimestampAuthority:
    """A timestamp authority at an http or https address."""

    def __init__(self, url: str, timeout_s: float = 5.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"not an http address: {url!r}")
        self._url, self._timeout_s = url, timeout_s

    def token(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest, in DER. Raises TimestampUnavailable."""
        nonce = int.from_bytes(secrets.token_bytes(8), "big")
        answer = self._ask(_query(digest, nonce))
        try:
            token = _token_in(answer)
            said = token["content"]["encap_content_info"]["content"].parsed
            fits = said["message_imprint"]["hashed_message"].native == digest
            if not fits or said["nonce"].native != nonce:
                raise TimestampUnavailable("the authority's token is for another request")
            encoded: bytes = token.dump(force=True)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise TimestampUnavailable("the authority's answer is no timestamp") from error
        return encoded

    def _ask(self, query: bytes) -> bytes:
        request = urllib.request.Request(
            self._url, data=query, headers={"Content-Type": QUERY, "Accept": REPLY}
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as reply:
                answer: bytes = reply.read(LARGEST_REPLY + 1)
        except (OSError, urllib.error.URLError) as error:
            raise TimestampUnavailable(f"{self._url}: {error}") from error
        if len(answer) > LARGEST_REPLY:
            raise TimestampUnavailable(
                f"{self._url}: the answer is longer than {LARGEST_REPLY} bytes"
            )
        return answer


def _query(digest: bytes, nonce: int) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    asked = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    encoded: bytes = tsp.TimeStampReq(asked).dump()
    return encoded


def _token_in(answer: bytes) -> Any:
    response = tsp.TimeStampResp.load(answer, strict=True)
    status = response["status"]["status"].native
    if status not in GRANTED:
        raise TimestampUnavailable(f"the authority refused: {status}")
    return response["time_stamp_token"]
