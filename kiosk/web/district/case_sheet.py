"""Everything the officer's page of a case shows, gathered in one reading."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework import commands, opinions
from kiosk.casework.charging import FREE
from kiosk.casework.correction_queries import list_corrections
from kiosk.casework.materials import list_materials_of_case
from kiosk.casework.models import Case
from kiosk.casework.procedure_queries import find_extension, find_hearing, procedure_lines
from kiosk.casework.queries import get_case
from kiosk.casework.remedies import remedy_words
from kiosk.casework.states import State
from kiosk.identity.actors import Actor
from kiosk.identity.queries import list_officers, staff_names
from kiosk.licences.preflight import Check
from kiosk.uow import reading
from kiosk.web.access import now
from kiosk.web.pages import acts
from kiosk.web.pages.case_view import view_case
from kiosk.web.pages.refusals import Refused, refused

OPEN = (State.RECEIVED, State.ACCEPTED, State.UNDER_REVIEW, State.SPECIAL_PROCEDURE)


def sheet_of(number: str, actor: Actor) -> dict[str, Any]:
    """The case as its page shows it to this officer. Raises NotFound for one of another authority."""
    shown = view_case(number, actor)
    with reading() as session:
        case = get_case(session, number)
        shown |= _hands(session, case, actor) | _written(session, case)
        shown["remedy"] = remedy_words(case)
        shown["free_of_charge"] = case.offering["fee"] == FREE
    state = State(shown["state"])
    shown["uploads"] = list_materials_of_case(number, actor=actor)
    shown["acts"] = acts.acts_for(state, actor.role)
    shown["checks"] = _checks(number, actor) if state is State.UNDER_REVIEW else []
    return shown


def _hands(session: Session, case: Case, actor: Actor) -> dict[str, Any]:
    """Whose the case is, and to whom it can be passed on."""
    names = staff_names(session, [case.held_by])
    mine, free = case.held_by == actor.number, case.held_by is None
    is_open = State(case.state) in OPEN
    colleagues = list_officers(session, actor.authority_code or "") if actor.supervisor else []
    return {
        "mine": mine,
        "free": free,
        "officer": "我" if mine else names.get(case.held_by or "", "还没有人领取"),
        "may_decide": mine or free,
        "may_take": free and is_open,
        "may_give_back": is_open and (mine or (actor.supervisor and not free)),
        "colleagues": [one for one in colleagues if one.number != case.held_by] if is_open else [],
    }


def _written(session: Session, case: Case) -> dict[str, Any]:
    """What officers wrote, what was to be corrected, and what stops or lengthens the limits."""
    return {
        "opinions": opinions.list_opinions(session, case),
        "asks_signature": opinions.asks_second_signature(case),
        "corrections": list_corrections(session, case),
        "procedures": procedure_lines(session, case),
        "extension": find_extension(session, case),
        "hearing": find_hearing(session, case),
    }


def _checks(number: str, actor: Actor) -> list[tuple[Check, Refused | None]]:
    """What granting will look at, each with the words of what stops it now."""
    looked = commands.look_before_grant(number, actor=actor, now=now())
    return [(check, refused(check.refusal) if check.refusal else None) for check in looked]
