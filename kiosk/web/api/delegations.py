"""Delegations on file (异地授权): told to everybody, entered and confirmed by officers of the delegating organ."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk import delegation_desk
from kiosk.delegation_desk import Wish
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.catalogue_schemas import WordsSchema
from kiosk.web.api.routing import ProposalAnswer, PublishedRules
from kiosk.web.api.schemas import Strict, text
from kiosk.web.conditional import name_by_content
from services_catalog.models import RuleProposal

blp = Blueprint(
    "delegations", __name__, url_prefix="/api/v1/delegations", description="委托办理（异地授权）"
)
blp.after_request(name_by_content)


class DelegationWish(Strict):
    """One delegation of the officer's own organ, for one or several items."""

    delegate = text(100, example="成都市锦江区市场监督管理局")
    item_seqs = fields.List(
        fields.Integer(strict=True),
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata={"example": [37]},
    )
    basis = text(200, example="《行政许可委托书》")
    document_number = text(60, example="成武审委〔2026〕1号")
    document_date = fields.Date(required=True, metadata={"example": "2026-02-27"})
    announced = text(200, example="已于2026年2月28日在区政府网站公告")
    valid_from = fields.Date(required=True, metadata={"example": "2026-03-02"})
    valid_to = fields.Date(load_default=None, allow_none=True, metadata={"example": "2026-12-31"})
    area_code = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"^\d{6}$"),
        metadata={"example": "510107"},
    )  # fmt: skip


class LastDay(Strict):
    """The last day of a delegation."""

    last_day = fields.Date(required=True, metadata={"example": "2026-06-30"})


class DelegationSchema(Schema):
    """A delegation in writing: who acts in whose name, for what, since when, and by which document."""

    number = fields.String(metadata={"example": "WT7K2M9QXA-37"})
    delegating_code = fields.String()
    delegating_name = fields.String(metadata={"example": "成都市武侯区行政审批局"})
    delegate_code = fields.String()
    delegate_name = fields.String(metadata={"example": "成都市锦江区市场监督管理局"})
    item_seq = fields.Integer(metadata={"example": 37})
    area_code = fields.String(metadata={"example": "510107"})
    basis = fields.String(metadata={"example": "《行政许可委托书》"})
    document_number = fields.String(metadata={"example": "成武审委〔2026〕1号"})
    document_date = fields.Date()
    announced = fields.String(metadata={"example": "已于2026年2月28日在区政府网站公告"})
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class DelegationList(Schema):
    """Delegations, newest first, ended ones included."""

    delegations = fields.List(fields.Nested(DelegationSchema))


class WaitingDelegations(Schema):
    """What waits for a second officer."""

    proposals = fields.List(fields.Nested(ProposalAnswer))


class ProposalNumber(Schema):
    """The number that the second officer confirms."""

    number = fields.String(metadata={"example": "GZ7K2M9QXA"})


@blp.get("")
@public
@blp.response(200, DelegationList)
def list_delegations() -> dict[str, Any]:
    """The delegations on file, as the public is told of them (行政许可法 art. 24)."""
    return {"delegations": delegation_desk.list_published()}


@blp.get("/proposals")
@requires(Role.OFFICER)
@blp.response(200, WaitingDelegations)
@refusals(blp, 401, 403)
def list_proposals() -> dict[str, list[RuleProposal]]:
    """What one officer of the organ entered and another has still to confirm."""
    return {"proposals": delegation_desk.list_waiting(current_actor())}


@blp.post("/proposals")
@requires(Role.OFFICER)
@blp.arguments(DelegationWish)
@blp.response(201, ProposalNumber)
@refusals(blp, 401, 403, 409, 422)
def propose(body: dict[str, Any]) -> dict[str, str]:
    """Enter a delegation of the officer's own organ; another officer of it confirms."""
    wish = Wish(**{**body, "item_seqs": tuple(body["item_seqs"])})
    return {"number": delegation_desk.propose(wish, actor=current_actor(), now=now())}


@blp.post("/<number>/end")
@requires(Role.OFFICER)
@blp.arguments(LastDay)
@blp.response(201, ProposalNumber)
@refusals(blp, 401, 403, 404, 409, 422)
def propose_end(body: dict[str, Any], number: str) -> dict[str, str]:
    """Enter a delegation's last day; what was received under it stays with the delegate."""
    last_day = body["last_day"]
    made = delegation_desk.propose_end(number, last_day, actor=current_actor(), now=now())
    return {"number": made}


@blp.post("/proposals/<number>/confirmation")
@requires(Role.OFFICER)
@blp.response(201, PublishedRules)
@refusals(blp, 401, 403, 404, 409, 422)
def confirm(number: str) -> dict[str, Any]:
    """Confirm what another officer entered."""
    return {"numbers": delegation_desk.confirm(number, actor=current_actor(), now=now())}


@blp.post("/proposals/<number>/return")
@requires(Role.OFFICER)
@blp.arguments(WordsSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def send_back(body: dict[str, Any], number: str) -> None:
    """Send an entry back with the reason."""
    delegation_desk.send_back(number, body["words"], actor=current_actor(), now=now())
