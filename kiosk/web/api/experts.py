"""The pool of experts that both provinces share."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from kiosk.casework import experts
from kiosk.casework.experts import NewExpert
from kiosk.casework.views import get_visible_case
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import procedure_schemas as shapes
from kiosk.web.api.blueprints import refusals

blp = Blueprint("experts", __name__, url_prefix="/api/v1/experts", description="两地共享专家库")


@blp.get("")
@requires(Role.OFFICER, Role.OPERATOR)
@blp.arguments(shapes.ExpertQuery, location="query")
@blp.response(200, shapes.ExpertList)
@refusals(blp, 401, 403, 404, 422)
def list_experts(query: dict[str, Any]) -> dict[str, Any]:
    """The experts of both provinces; for a case, with what speaks against each."""
    with reading() as session:
        case = None
        if query["case"]:
            case = get_visible_case(session, query["case"], current_actor())
        return {
            "experts": [
                {
                    **{
                        name: getattr(one, name)
                        for name in shapes.ExpertLineSchema().fields
                        if name != "conflicts"
                    },
                    "conflicts": experts.conflicts_of(session, case, one) if case else [],
                }
                for one in experts.list_experts(session, query["field"])
            ]
        }


@blp.post("")
@requires(Role.OPERATOR)
@blp.arguments(shapes.NewExpertSchema)
@blp.response(201, shapes.ExpertEntered)
@refusals(blp, 401, 403, 422)
def enter_expert(body: dict[str, Any]) -> dict[str, Any]:
    """Put an expert into the pool."""
    return {"number": experts.enter_expert(NewExpert(**body), actor=current_actor(), now=now())}


@blp.post("/<number>/interests")
@requires(Role.OPERATOR)
@blp.arguments(shapes.InterestSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 422)
def declare_interest(body: dict[str, Any], number: str) -> None:
    """Record a declared tie of an expert; cases of that party are closed to them."""
    experts.declare_interest(
        number,
        body["kind"],
        body["document_type"],
        body["document_number"],
        actor=current_actor(),
        now=now(),
    )
