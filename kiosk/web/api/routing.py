"""Rules of routing for editors: what is published, proof and rehearsal of a proposal, publication."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from kiosk import routing_desk
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.catalogue_schemas import WordsSchema
from kiosk.web.conditional import name_by_content
from services_catalog.models import RuleProposal

blp = Blueprint("routing", __name__, url_prefix="/api/v1/routing", description="管辖规则")
blp.after_request(name_by_content)
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


class ProposalAnswer(Schema):
    """A change of the rules, its author, and who settled it."""

    number = fields.String(metadata={"example": "GZ7K2M9QXA"})
    status = fields.String(metadata={"example": "in-review"})
    author = fields.String()
    proposed_at = fields.AwareDateTime()
    reviewer = fields.String(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True)
    words = fields.String(allow_none=True)
    content = fields.Dict()


class ProposalList(Schema):
    """Changes, newest first."""

    proposals = fields.List(fields.Nested(ProposalAnswer))


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


@blp.get("/proposals")
@requires(Role.EDITOR)
@blp.response(200, ProposalList)
@refusals(blp, 401, 403)
def list_proposals() -> dict[str, Any]:
    """Changes that wait for a reviewer, and what became of the others."""
    return {"proposals": routing_desk.list_proposals()}


@blp.post("/proposals")
@requires(Role.EDITOR)
@blp.arguments(ProposalSchema)
@blp.response(201, ProposalAnswer)
@refusals(blp, 401, 403, 409, 422)
def submit(body: dict[str, Any]) -> RuleProposal:
    """Hand a proved change to a reviewer; one that opens a gap or a conflict is refused."""
    return _shown(routing_desk.submit_proposal(body, actor=current_actor(), now=now()))


@blp.get("/proposals/<number>")
@requires(Role.EDITOR)
@blp.response(200, ProposalAnswer)
@refusals(blp, 401, 403, 404)
def show(number: str) -> RuleProposal:
    """One change with what it says."""
    return _shown(number)


@blp.post("/proposals/<number>/publication")
@requires(Role.EDITOR)
@blp.response(201, PublishedRules)
@refusals(blp, 401, 403, 404, 409, 422)
def publish(number: str) -> dict[str, Any]:
    """Publish what another editor proposed; it is proved anew."""
    return {"numbers": routing_desk.publish_proposal(number, actor=current_actor(), now=now())}


@blp.post("/proposals/<number>/return")
@requires(Role.EDITOR)
@blp.arguments(WordsSchema)
@blp.response(200, ProposalAnswer)
@refusals(blp, 401, 403, 404, 409, 422)
def send_back(body: dict[str, Any], number: str) -> RuleProposal:
    """Send a change back with the reason."""
    routing_desk.return_proposal(number, body["words"], actor=current_actor(), now=now())
    return _shown(number)


def _shown(number: str) -> RuleProposal:
    with reading() as session:
        return routing_desk.get_proposal(session, number)
