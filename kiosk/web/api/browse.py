"""A page to read the OpenAPI document, from files shipped with the service."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

from kiosk.web.access import public

bp = Blueprint("api_browser", __name__, url_prefix="/api/v1/docs")
DIST = Path(flask_swagger_ui.__file__).parent / "dist"


@bp.get("/")
@public
def index() -> Response:
    """The browser of the API."""
    return Response(render_template("api.html"), mimetype="text/html")


@bp.get("/files/<path:name>")
@public
def files(name: str) -> Response:
    """Scripts and styles of the browser."""
    return send_from_directory(DIST, name)
