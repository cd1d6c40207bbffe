"""Quotas that two authorities agree on, such as the white list of hazardous waste, and cases beyond them."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from kiosk.casework.quota_use import Asked, ask_other_side, withdraw_approval
from kiosk.identity.actors import Role
from kiosk.quotas import agreements, consultations, queries
from kiosk.quotas.agreements import NewLine
from kiosk.quotas.models import QuotaConsultation
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import quota_schemas as shapes
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.catalogue_schemas import WordsSchema

blp = Blueprint("quotas", __name__, url_prefix="/api/v1/quotas", description="约定数量（白名单）")


@blp.get("")
@requires(Role.OFFICER)
@blp.arguments(shapes.LinesQuery, location="query")
@blp.response(200, shapes.LineList)
@refusals(blp, 401, 403, 422)
def list_quotas(query: dict[str, Any]) -> dict[str, Any]:
    """The lines in which the officer's authority is a side: agreed, used and free."""
    with reading() as session:
        return {"quotas": queries.list_lines(session, _own(), now(), **query)}


@blp.post("")
@requires(Role.OFFICER)
@blp.arguments(shapes.NewLineSchema)
@blp.response(201, shapes.LineHistory)
@refusals(blp, 401, 403, 404, 422)
def propose(body: dict[str, Any]) -> queries.History:
    """Propose a line; it counts once both sides have signed."""
    first, second = body.pop("first_authority"), body.pop("second_authority")
    line = NewLine(item_seq=body.pop("item"), first_code=first, second_code=second, **body)
    return _shown(agreements.propose(line, actor=current_actor(), now=now()))


@blp.get("/<number>")
@requires(Role.OFFICER)
@blp.response(200, shapes.LineHistory)
@refusals(blp, 401, 403, 404)
def show(number: str) -> queries.History:
    """One line with what used it and everything that was done with it."""
    return _shown(number)


@blp.post("/<number>/signature")
@requires(Role.OFFICER)
@blp.response(200, shapes.LineHistory)
@refusals(blp, 401, 403, 404, 409)
def sign(number: str) -> queries.History:
    """Sign for the officer's own side."""
    agreements.sign(number, actor=current_actor(), now=now())
    return _shown(number)


@blp.post("/<number>/withdrawal")
@requires(Role.OFFICER)
@blp.arguments(WordsSchema)
@blp.response(200, shapes.LineHistory)
@refusals(blp, 401, 403, 404, 409, 422)
def withdraw(body: dict[str, Any], number: str) -> queries.History:
    """Take a line off the list; either side may."""
    agreements.withdraw(number, body["words"], actor=current_actor(), now=now())
    return _shown(number)


@blp.post("/approvals/<case>/withdrawal")
@requires(Role.OFFICER)
@blp.arguments(WordsSchema)
@blp.response(200, shapes.GivenBackSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def withdraw_an_approval(body: dict[str, Any], case: str) -> dict[str, int]:
    """Withdraw what was granted; the amount it booked is free again."""
    given = withdraw_approval(case, body["words"], actor=current_actor(), now=now())
    return {"given_back": given}


@blp.get("/consultations")
@requires(Role.OFFICER)
@blp.response(200, shapes.ConsultationList)
@refusals(blp, 401, 403)
def list_consultations() -> dict[str, list[QuotaConsultation]]:
    """What the officer's authority asked or was asked."""
    with reading() as session:
        return {"consultations": consultations.list_consultations(session, _own())}


@blp.post("/consultations")
@requires(Role.OFFICER)
@blp.arguments(shapes.QuestionSchema)
@blp.response(201, shapes.ConsultationSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def ask(body: dict[str, Any]) -> QuotaConsultation:
    """Ask the other side about a case above the amount or outside the list."""
    asked = Asked(body["letter"], body["words"])
    return _consultation(ask_other_side(body["case"], asked, actor=current_actor(), now=now()))


@blp.post("/consultations/<number>/answer")
@requires(Role.OFFICER)
@blp.arguments(shapes.AnswerSchema)
@blp.response(200, shapes.ConsultationSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def answer(body: dict[str, Any], number: str) -> QuotaConsultation:
    """Answer for the other side."""
    consultations.answer(number, **body, actor=current_actor(), now=now())
    return _consultation(number)


def _shown(number: str) -> queries.History:
    with reading() as session:
        return queries.get_history(session, number, _own(), now())


def _consultation(number: str) -> QuotaConsultation:
    with reading() as session:
        return consultations.get_consultation(session, number)


def _own() -> str:
    return current_actor().authority_code or ""
