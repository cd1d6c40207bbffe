"""The HTTP API under /api/v1, its OpenAPI document and the page to browse it."""

from __future__ import annotations

from threading import RLock
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kiosk.web import demo
from kiosk.web.api import (
    aliases,
    authorisations,
    browse,
    cases,
    catalogue,
    corrections,
    couriers,
    delegations,
    desk,
    drafts,
    experts,
    fees,
    fleet,
    fleet_care,
    items,
    licences,
    local_lists,
    machines,
    materials,
    notifications,
    places,
    precheck,
    procedures,
    quotas,
    registry,
    routing,
    services,
    sessions,
    verifications,
    voices,
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
    """flask-smorest, with every HTTP error answered as problem+json.

    The OpenAPI document is written when it is first asked for: that takes longer than all the rest of a start.
    """

    def __init__(self, app: Flask) -> None:
        self._spec: Any = None
        self._undocumented: list[Blueprint] = []
        self._writing = RLock()
        super().__init__(app)

    @property
    def spec(self) -> Any:
        """The document, complete; None until the application is known."""
        with self._writing:
            while self._undocumented:
                self._document(self._undocumented.pop(0))
        return self._spec

    @spec.setter
    def spec(self, spec: Any) -> None:
        self._spec = spec

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Register the routes of a blueprint now; the document tells of them once somebody reads it."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undocumented.append(blueprint)

    def _document(self, blueprint: Blueprint) -> None:
        blueprint.register_views_in_doc(
            self, self._app, self._spec, name=blueprint.name, parameters=None
        )
        self._spec.tag({"name": blueprint.name, "description": blueprint.description})

    def handle_http_exception(self, error: HTTPException) -> Response:
        return answer_http(error)


def register_api(app: Flask) -> None:
    """Register every API blueprint and write the OpenAPI document."""
    app.config.from_mapping(OPENAPI)
    api = KioskApi(app)
    api.spec.components.security_scheme("session", SESSION_SCHEME)
    for blueprint in (
        items.blp,
        catalogue.blp,
        aliases.blp,
        local_lists.blp,
        sessions.blp,
        cases.blp,
        desk.blp,
        corrections.blp,
        couriers.blp,
        procedures.blp,
        experts.blp,
        drafts.blp,
        materials.blp,
        services.blp,
        fees.blp,
        precheck.blp,
        voices.blp,
        notifications.blp,
        authorisations.blp,
        licences.blp,
        registry.blp,
        quotas.blp,
        routing.blp,
        delegations.blp,
        verifications.blp,
        machines.blp,
        fleet.blp,
        fleet_care.blp,
        places.blp,
    ):
        api.register_blueprint(blueprint)
    if app.config["DEMO"]:
        api.register_blueprint(demo.blp)
    app.register_blueprint(browse.bp)
