"""The licence registry: status changes by the issuing authority, and the public, signed status list."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.identity.actors import Role
from kiosk.licences import lifecycle
from kiosk.licences.lifecycle import Status
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("registry", __name__, url_prefix="/api/v1/registry", description="证照登记簿")
CHANGEABLE = [Status.VALID, Status.SUSPENDED, Status.REVOKED, Status.CANCELLED]


class StatusChange(schemas.Strict):
    """A change of status with its reason."""

    status = fields.String(required=True, validate=validate.OneOf(CHANGEABLE))
    reason = schemas.text(500, example="登记事项虚假")


class Reissue(schemas.Strict):
    """Why a licence is issued anew."""

    reason = schemas.text(500, example="遗失补领")


class Reissued(Schema):
    """The identifier of the new version."""

    identifier = fields.String()


@blp.post("/licences/<identifier>/status")
@requires(Role.OFFICER)
@blp.arguments(StatusChange)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def change_status(body: dict[str, Any], identifier: str) -> None:
    """Suspend, resume, revoke or cancel a licence."""
    status = Status(body["status"])
    lifecycle.change_status(identifier, status, body["reason"], actor=current_actor(), now=now())


@blp.post("/licences/<identifier>/reissue")
@requires(Role.OFFICER)
@blp.arguments(Reissue)
@blp.response(201, Reissued)
@refusals(blp, 401, 403, 404, 409, 422)
def reissue(body: dict[str, Any], identifier: str) -> dict[str, str]:
    """Issue a lost or changed licence anew; the former one and its copies are void."""
    raised = lifecycle.reissue(identifier, body["reason"], actor=current_actor(), now=now())
    return {"identifier": raised}


@blp.get("/status-list")
@public
@blp.response(200, {"type": "object"})
def show_status_list() -> Response:
    """The signed list of licences that are no longer valid, for offline checks; fresh for an hour."""
    with reading() as session:
        data = current_app.extensions["status_lists"].current(session, now())
    response = Response(data, mimetype="application/json")
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, max-age=600"
    response.make_conditional(request)
    return response
