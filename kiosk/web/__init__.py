"""The faces of the service: the HTTP API and the pages. Routes only translate."""

from __future__ import annotations

from flask import Flask, Response

from kiosk.web import district, health, nearby, offline_verifier, public, touch, window
from kiosk.web.access import refuse_foreign_forms
from kiosk.web.api import register_api
from kiosk.web.errors import register_errors
from kiosk.web.language import init_language

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def register_web(app: Flask) -> None:
    """Put every route, error answer and protective header on the application."""
    register_errors(app)
    init_language(app)
    register_api(app)
    for blueprint in (
        health.bp,
        nearby.bp,
        offline_verifier.bp,
        public.bp,
        touch.bp,
        *window.BLUEPRINTS,
        *district.BLUEPRINTS,
    ):
        app.register_blueprint(blueprint)
    app.before_request(refuse_foreign_forms)
    app.after_request(protect)


def protect(response: Response) -> Response:
    """Headers every answer carries; pages with somebody's data are never kept by a browser."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"  # Without it, forms say Origin: null.
    response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), camera=()"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
