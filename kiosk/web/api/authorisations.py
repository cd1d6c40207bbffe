"""Written authority to act for somebody: recorded, listed, revoked."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.casework import agents
from kiosk.clock import office_date
from kiosk.identity.actors import Role
from kiosk.identity.authorisations import SCOPES, Grant, Party
from kiosk.identity.models import Authorisation
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import DOCUMENT_TYPES, Strict, text

blp = Blueprint(
    "authorisations", __name__, url_prefix="/api/v1/authorisations", description="授权委托"
)
CREDIT_CODE = "001"


class PartySchema(Strict):
    """A person by card, or an organisation by credit code (``001``)."""

    name = text(100, example="张三")
    document_type = fields.String(
        load_default="111", validate=validate.OneOf([*DOCUMENT_TYPES, CREDIT_CODE])
    )
    document_number = text(32)


class GrantSchema(Strict):
    """What the written authority says; both days are included, without an item it holds for every one."""

    principal = fields.Nested(PartySchema, required=True)
    agent = fields.Nested(PartySchema, required=True)
    scope = fields.String(load_default="apply", validate=validate.OneOf(list(SCOPES)))
    item = fields.Integer(load_default=None, allow_none=True)
    capacity = fields.String(
        load_default=agents.SELF, validate=validate.OneOf(list(agents.CAPACITIES))
    )
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(
        required=True,
        error_messages={"invalid": "请填写有效期的最后一天"},
        metadata={"example": "2026-12-31"},
    )


class AuthorisationSchema(Schema):
    """A recorded authority."""

    number = fields.String(metadata={"example": "WT8K2M4Q7RXA5T"})
    principal_name = fields.String(allow_none=True)
    agent_name = fields.String(allow_none=True)
    scope = fields.String()
    item = fields.Integer(attribute="item_seq", allow_none=True)
    capacity = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date()
    revoked_at = fields.AwareDateTime(allow_none=True)


class AuthorisationList(Schema):
    """Authorities, newest first."""

    authorisations = fields.List(fields.Nested(AuthorisationSchema))


@blp.post("")
@requires(Role.CITIZEN, Role.CLERK)
@blp.arguments(GrantSchema)
@blp.response(201, AuthorisationSchema)
@refusals(blp, 401, 403, 422)
def authorise(body: dict[str, Any]) -> Authorisation:
    """Let an agent act: one's own authority, a company's by whom its licence names, or a paper shown at a window."""
    return agents.authorise(grant_in(body), actor=current_actor(), now=now())


def grant_in(body: dict[str, Any]) -> Grant:
    """The authority that a loaded body describes; it begins today unless it says otherwise."""
    return Grant(
        principal=Party(**body["principal"]),
        agent=Party(**body["agent"]),
        scope=body["scope"],
        valid_from=body["valid_from"] or office_date(now()),
        valid_to=body["valid_to"],
        capacity=body["capacity"],
        item_seq=body["item"],
    )


@blp.get("")
@requires(Role.CITIZEN)
@blp.response(200, AuthorisationList)
@refusals(blp, 401, 403)
def list_mine() -> dict[str, Any]:
    """What the signed-in person gave and holds."""
    return {"authorisations": agents.list_authorisations(current_actor())}


@blp.post("/<number>/revocation")
@requires(Role.CITIZEN, Role.CLERK)
@blp.response(204)
@refusals(blp, 401, 403, 404)
def revoke(number: str) -> None:
    """End an authority at once: by its principal, or by whoever recorded it."""
    agents.revoke(number, actor=current_actor(), now=now())
