"""Callers at the window who ask where their case is: by the receipt in their hand, or by the card they lay down."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework.couriers import find_under_way
from kiosk.casework.guesses import counted_guess
from kiosk.casework.queries import get_case, get_case_by_code
from kiosk.casework.queues import CaseLine, Sought, search_cases
from kiosk.casework.views import case_masked
from kiosk.casework.whereabouts import Hands, hands_of
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.case_view import due_of
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("window_callers", __name__, url_prefix="/window/callers")
MOST = 20
CREDIT_CODE = "001"
Inputs = MultiDict[str, str]
Found = list[tuple[CaseLine, Hands, Any]]


@bp.get("")
@requires(Role.CLERK)
def ask() -> str:
    """The receipt, or the card."""
    return _page(MultiDict(), None)


@bp.post("")
@requires(Role.CLERK)
def find() -> Response:
    """Where their case is and who has it; a number of a document never stands in an address."""
    given: Inputs = MultiDict({name: value.strip() for name, value in request.form.items()})
    try:
        if given.get("by") == "card":
            return make_response(_page(given, None, found=_by_card(given)))
        if given.get("query_code"):
            return make_response(_page(given, None, masked=_by_code(given)))
        return make_response(_page(given, None, found=_by_number(given)))
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(given, told), told.status)


def _by_card(given: Inputs) -> Found:
    kind, number = given.get("document_type", ""), given.get("document_number", "")
    if not number:
        raise InputInvalid(fields={"document_number": ["请读取证件，或者填写号码"]})
    return _found(Sought(document_type=kind or None, document_number=number))


def _by_number(given: Inputs) -> Found:
    if not given.get("number"):
        raise InputInvalid(fields={"number": ["请填写办件编号"]})
    return _found(Sought(number=given["number"]))


def _by_code(given: Inputs) -> dict[str, Any]:
    """A case of any place, masked, by the number and the code on its receipt. Raises QueryCodeWrong, TooManyGuesses."""
    number = given.get("number", "")
    if not number:
        raise InputInvalid(fields={"number": ["请填写办件编号"]})
    with counted_guess(number, now=now()), reading() as session:
        case = get_case_by_code(session, number, given["query_code"])
        return case_masked(session, case, now())


def _found(sought: Sought) -> Found:
    with reading() as session:
        lines = search_cases(session, current_actor(), sought, limit=MOST).cases
        return [(line, _hands(session, line.number), due_of(line)) for line in lines]


def _hands(session: Session, number: str) -> Hands:
    case = get_case(session, number)
    return hands_of(case, find_under_way(session, case))


def _page(
    given: Inputs,
    told: Refused | None,
    found: Found | None = None,
    masked: dict[str, Any] | None = None,
) -> str:
    return render_template(
        "window/callers.html", given=given, refused=told, found=found, masked=masked
    )
