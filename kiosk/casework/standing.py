"""Where cases stand by law on a day, for lists: what silence accepted and what lapsed, before any sweep.

The rule itself is that of ``clocks.as_it_stands``; here are the few cases that it can be about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.deadlines import PERMIT
from kiosk.casework.models import Case
from kiosk.casework.states import State
from kiosk.clock import OFFICE_ZONE

REGIME = Case.offering["terms"]["regime"].as_string()


def in_state(state: State, today: date) -> list[ColumnElement[bool]]:
    """What stands in that state today, in alternatives that no case meets twice, each read by an index of its own."""
    silent = _overdue(today) & (REGIME == PERMIT)
    late = _lapsing(today)
    held = Case.state == state
    if state is State.ACCEPTED:
        return [held, silent]
    if state is State.LAPSED:
        return [held, late]
    if state is State.RECEIVED:
        due = Case.acceptance_due_on
        return [held & or_(due.is_(None), due >= today, REGIME != PERMIT)]
    if state is State.CORRECTION_REQUESTED:
        return [held & or_(Case.correction_due_on.is_(None), Case.correction_due_on >= today)]
    return [held]


def may_have_moved(
    state: str, acceptance_due_on: date | None, correction_due_on: date | None, today: date
) -> bool:
    """Whether time alone may have moved a case on."""
    limits = {State.RECEIVED: acceptance_due_on, State.CORRECTION_REQUESTED: correction_due_on}
    limit = limits.get(State(state))
    return limit is not None and limit < today


def as_they_stand(session: Session, case_ids: Sequence[int], today: date) -> dict[int, Case]:
    """These cases as the law has them today, by id; for readers only."""
    if not case_ids:
        return {}
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=OFFICE_ZONE)
    cases = session.scalars(select(Case).where(Case.id.in_(case_ids))).all()
    return {case.id: clocks.as_it_stands(session, case, noon) for case in cases}


def _overdue(today: date) -> ColumnElement[bool]:
    """Unanswered in time. The queue's order is their limit, which lets the queue's index find them."""
    received = Case.state == State.RECEIVED
    return received & (Case.order_on < today) & (Case.acceptance_due_on < today)


def _lapsing(today: date) -> ColumnElement[bool]:
    return (
        (Case.state == State.CORRECTION_REQUESTED)
        & (Case.order_on < today)
        & (Case.correction_due_on < today)
    )
