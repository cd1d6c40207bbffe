"""Words that districts add to items, over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.catalog_desk import aliases as desk
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text
from kiosk.web.conditional import name_by_content
from services_catalog.aliases import ACCEPTED, PROPOSED, REJECTED, list_aliases
from services_catalog.models import Alias

blp = Blueprint(
    "aliases", __name__, url_prefix="/api/v1/catalogue", description="事项别名：群众的说法"
)
blp.after_request(name_by_content)


class AliasDraft(Strict):
    """Words by which people ask for the item."""

    words = text(40, example="打脱离")


class AliasReview(Strict):
    """What another editor decides."""

    accept = fields.Boolean(required=True, metadata={"example": True})


class AliasQuery(Strict):
    """Which words."""

    item = fields.Integer(load_default=None, validate=validate.Range(min=1))
    status = fields.String(
        load_default=None, validate=validate.OneOf([PROPOSED, ACCEPTED, REJECTED])
    )


class AliasSchema(Schema):
    """Words with who proposed and who reviewed them; search knows the accepted ones."""

    item_seq = fields.Integer(metadata={"example": 166})
    number = fields.Integer()
    words = fields.String(metadata={"example": "打脱离"})
    division_code = fields.String()
    status = fields.String()
    author = fields.String()
    proposed_at = fields.AwareDateTime()
    reviewer = fields.String(allow_none=True)
    reviewed_at = fields.AwareDateTime(allow_none=True)


class AliasList(Schema):
    """Words of items."""

    aliases = fields.List(fields.Nested(AliasSchema))


@blp.get("/aliases")
@requires(Role.EDITOR)
@blp.arguments(AliasQuery, location="query")
@blp.response(200, AliasList)
@refusals(blp, 401, 403, 422)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """Words that districts added, by item."""
    with reading() as session:
        return {"aliases": list_aliases(session, query["item"], query["status"])}


@blp.post("/items/<int:seq>/aliases")
@requires(Role.EDITOR)
@blp.arguments(AliasDraft)
@blp.response(201, AliasSchema)
@refusals(blp, 401, 403, 404, 422)
def propose(body: dict[str, Any], seq: int) -> Alias:
    """Propose words; another editor reviews them."""
    return desk.propose_alias(seq, body["words"], actor=current_actor(), now=now())


@blp.post("/items/<int:seq>/aliases/<int:number>/review")
@requires(Role.EDITOR)
@blp.arguments(AliasReview)
@blp.response(200, AliasSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def review(body: dict[str, Any], seq: int, number: int) -> Alias:
    """Accept words, so that search finds the item by them, or reject them."""
    return desk.review_alias(seq, number, accept=body["accept"], actor=current_actor(), now=now())
