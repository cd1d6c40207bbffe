"""The licence registry: status changes by the issuing authority, and the public, signed status list."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, current_app, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.identity.actors import Role
from kiosk.licences import lifecycle
from kiosk.licences.lifecycle import Status
from kiosk.licences.metadata import as_json, as_xml, metadata_of
from kiosk.licences.queries import get_licence, list_history
from kiosk.licences.reissue import Cause, Wish
from kiosk.licences.reissue import reissue as issue_anew
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("registry", __name__, url_prefix="/api/v1/registry", description="证照登记簿")
CHANGEABLE = [Status.VALID, Status.SUSPENDED, Status.REVOKED, Status.CANCELLED]


class StatusChange(schemas.Strict):
    """A change of status with its reason; without a day it takes effect today."""

    status = fields.String(required=True, validate=validate.OneOf(CHANGEABLE))
    reason = schemas.text(500, example="登记事项虚假")
    effective_on = fields.Date(load_default=None, metadata={"example": "2026-11-23"})


class Reissue(schemas.Strict):
    """Why a licence is issued anew; a renewal names its new last day."""

    cause = fields.String(load_default=Cause.CHANGED, validate=validate.OneOf(list(Cause)))
    reason = schemas.text(500, example="遗失补领")
    expires_on = fields.Date(load_default=None, metadata={"example": "2031-11-20"})


class StatusEntry(Schema):
    """One entry of the status history."""

    status = fields.String()
    reason = fields.String(allow_none=True)
    effective_on = fields.Date()
    actor_number = fields.String()
    at = fields.AwareDateTime()


class StatusHistory(Schema):
    """Every entry, oldest first."""

    entries = fields.List(fields.Nested(StatusEntry))


class MetadataQuery(schemas.Strict):
    """Which form the metadata is wanted in."""

    format = fields.String(load_default="json", validate=validate.OneOf(["json", "xml"]))


class Reissued(Schema):
    """The identifier of the new version."""

    identifier = fields.String()


@blp.post("/licences/<identifier>/status")
@requires(Role.OFFICER)
@blp.arguments(StatusChange)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def change_status(body: dict[str, Any], identifier: str) -> None:
    """Suspend, resume, revoke or cancel a licence, from today or another day on."""
    lifecycle.change_status(
        identifier,
        Status(body["status"]),
        body["reason"],
        actor=current_actor(),
        now=now(),
        effective_on=body["effective_on"],
    )


@blp.post("/licences/<identifier>/reissue")
@requires(Role.OFFICER)
@blp.arguments(Reissue)
@blp.response(201, Reissued)
@refusals(blp, 401, 403, 404, 409, 422)
def reissue(body: dict[str, Any], identifier: str) -> dict[str, str]:
    """Issue a lost, damaged, changed or renewed licence anew; the former one and its copies are void."""
    wish = Wish(Cause(body["cause"]), body["reason"], body["expires_on"])
    return {"identifier": issue_anew(identifier, wish, actor=current_actor(), now=now())}


@blp.get("/licences/<identifier>/history")
@requires(Role.OFFICER)
@blp.response(200, StatusHistory)
@refusals(blp, 401, 403, 404)
def show_history(identifier: str) -> dict[str, Any]:
    """Every status the licence was given, with reason, effect date and officer; for its authority."""
    with reading() as session:
        licence = get_licence(session, identifier)
        lifecycle.require_issuer(licence, current_actor())
        return {"entries": list_history(session, licence)}


@blp.get("/licences/<identifier>/metadata")
@requires(Role.OFFICER)
@blp.arguments(MetadataQuery, location="query")
@blp.response(200, {"type": "object", "additionalProperties": {"type": "string"}})
@refusals(blp, 401, 403, 404, 409, 422)
def show_metadata(query: dict[str, str], identifier: str) -> Response:
    """The national metadata elements of a licence (GB/T 36903), holder's number included; for its authority."""
    with reading() as session:
        licence = get_licence(session, identifier)
        lifecycle.require_issuer(licence, current_actor())
        found = metadata_of(session, licence)
    if query["format"] == "xml":
        return Response(as_xml(found), mimetype="application/xml")
    return jsonify(as_json(found))


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
