"""The HTTP API under /api/v1, its OpenAPI document and the page to browse it."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kiosk.web import demo
from kiosk.web.api import (
    browse,
    cases,
    fleet,
    items,
    licences,
    machines,
    registry,
    routing,
    sessions,
    verifications,
)
from kiosk.web.errors import answer_http

OPENAPI = {
    "API_TITLE": "川渝通办 API",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}
SESSION_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "会话令牌，由 /api/v1/sessions 取得",
}


class KioskApi(Api):
    """flask-smorest, with every HTTP error answered as problem+json."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        return answer_http(error)


def register_api(app: Flask) -> None:
    """Register every API blueprint and write the OpenAPI document."""
    app.config.from_mapping(OPENAPI)
    api = KioskApi(app)
    api.spec.components.security_scheme("session", SESSION_SCHEME)
    for blueprint in (
        items.blp,
        sessions.blp,
        cases.blp,
        licences.blp,
        registry.blp,
        routing.blp,
        verifications.blp,
        machines.blp,
        fleet.blp,
    ):
        api.register_blueprint(blueprint)
    if app.config["DEMO"]:
        api.register_blueprint(demo.blp)
    app.register_blueprint(browse.bp)
