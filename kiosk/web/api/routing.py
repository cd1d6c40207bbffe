"""Rules of routing for editors: what is published, proof and rehearsal of a proposal, publication."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from kiosk import routing_desk
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("routing", __name__, url_prefix="/api/v1/routing", description="管辖规则")
EXAMPLE = {
    "kind": "succession",
    "number": "merge-2027-01",
    "basis": "机构改革方案",
    "valid_from": "2027-01-01",
    "predecessor_code": "成都市锦江区市场监督管理局",
    "successor_code": "成都市锦江区行政审批局",
}


class ProposalSchema(schemas.Strict):
    """Organs founded, rules that begin, and last days of rules that end."""

    authorities = fields.List(fields.Dict(), load_default=list)
    rules = fields.List(fields.Dict(metadata={"example": EXAMPLE}), load_default=list)
    ends = fields.List(fields.Dict(), load_default=list)


class RoutingFindingSchema(Schema):
    """An item in a division without an authority, or with two."""

    item_seq = fields.Integer()
    item_name = fields.String()
    district_code = fields.String()
    district_name = fields.String()
    why = fields.String()
    words = fields.String()


class RoutingProofSchema(Schema):
    """The proof for one day."""

    on = fields.String()
    checked = fields.Integer()
    routed = fields.Integer()
    sound = fields.Boolean()
    intended = fields.Dict(keys=fields.String(), values=fields.Integer())
    gaps = fields.List(fields.Nested(RoutingFindingSchema))
    conflicts = fields.List(fields.Nested(RoutingFindingSchema))


class RoutingProofList(Schema):
    """A proof for every day on which the rules change."""

    proofs = fields.List(fields.Nested(RoutingProofSchema))


class MovedSchema(Schema):
    """A past case that would go elsewhere, or nowhere."""

    number = fields.String()
    item_seq = fields.Integer()
    came_to = fields.String()
    to = fields.String()


class RehearsalSchema(Schema):
    """Past cases under the proposed rules."""

    on = fields.String()
    replayed = fields.Integer()
    moved = fields.List(fields.Nested(MovedSchema))
    gaps = fields.List(fields.Nested(MovedSchema))


class RuleList(Schema):
    """The published rules."""

    rules = fields.List(fields.Dict())


class PublishedRules(Schema):
    """The numbers of the new rules."""

    numbers = fields.List(fields.String())


@blp.get("/rules")
@requires(Role.EDITOR)
@blp.response(200, RuleList)
@refusals(blp, 401, 403)
def list_published() -> dict[str, Any]:
    """Every published rule with its basis and its days."""
    return {"rules": routing_desk.published_rules()}


@blp.post("/proof")
@requires(Role.EDITOR)
@blp.arguments(ProposalSchema)
@blp.response(200, RoutingProofList)
@refusals(blp, 401, 403, 422)
def prove(body: dict[str, Any]) -> dict[str, Any]:
    """Prove a proposal over every item and division; an empty one proves the rules in force."""
    proposed = body if any(body.values()) else None
    return {"proofs": [r.as_answer() for r in routing_desk.prove_proposal(proposed, now=now())]}


@blp.post("/rehearsal")
@requires(Role.EDITOR)
@blp.arguments(ProposalSchema)
@blp.response(200, RehearsalSchema)
@refusals(blp, 401, 403, 422)
def rehearse(body: dict[str, Any]) -> dict[str, Any]:
    """Replay past cases under a proposal."""
    return routing_desk.rehearse_proposal(body, now=now()).as_answer()


@blp.post("/publication")
@requires(Role.EDITOR)
@blp.arguments(ProposalSchema)
@blp.response(201, PublishedRules)
@refusals(blp, 401, 403, 409, 422)
def publish(body: dict[str, Any]) -> dict[str, Any]:
    """Publish a proved proposal; one that opens a gap or a conflict is refused."""
    return {"numbers": routing_desk.publish_proposal(body, actor=current_actor(), now=now())}
