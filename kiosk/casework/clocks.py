"""The limits of a case: begun, reckoned anew when something moved them, and explained.

A case is answered within five working days of its receipt. The decision's limits begin with acceptance; those of a
register with the complete papers (市场主体登记管理条例 art. 19, recalled, not verified).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from kiosk.casework import deadlines
from kiosk.casework.calendar import office_calendar
from kiosk.casework.correction_queries import find_open_correction
from kiosk.casework.deadlines import Due, Limit
from kiosk.casework.explained_dates import Clock, Reckoned, Thresholds, explain
from kiosk.casework.models import Case
from kiosk.casework.offerings import terms_of
from kiosk.casework.procedure_models import Procedure
from kiosk.casework.procedure_queries import (
    as_pauses,
    extended_days,
    extended_days_of_each,
    list_procedures,
    pauses_of,
    procedures_of_each,
)
from kiosk.casework.states import State
from kiosk.clock import office_date
from services_catalog.workdays import Calendar

WAITING = (State.RECEIVED,)
RUNNING = (State.ACCEPTED, State.UNDER_REVIEW, State.SPECIAL_PROCEDURE)
OPEN = (*WAITING, State.CORRECTION_REQUESTED, *RUNNING)


def acceptance_limit(now: datetime, division_code: str) -> Due:
    """Until when what is received now must be answered by the organs of that division."""
    received_on = deadlines.receipt_date(now, current_app.config["RECEIPT_CUTOFF"])
    return deadlines.acceptance_due(received_on, office_calendar(division_code))


def acceptance_clock(now: datetime, division_code: str) -> Clock:
    """The same limit explained, for an application that is about to be received."""
    received_on = deadlines.receipt_date(now, current_app.config["RECEIPT_CUTOFF"])
    limit = Limit(received_on, deadlines.ACCEPTANCE_DAYS)
    reckoned = Reckoned("acceptance", "答复是否受理的期限", "收件", limit)
    calendar = office_calendar(division_code)
    return explain(reckoned, office_date(now), calendar, [], thresholds_of())


def counts_from(case: Case) -> date:
    """The day from which the five days of an answer run: of the receipt, or when the last correction arrived."""
    return case.complete_on or deadlines.receipt_date(
        case.received_at, case.offering.get("receipt_cutoff")
    )


def start(session: Session, case: Case, now: datetime) -> None:
    """Begin the limits of the decision (art. 42): from today, or from where the law has them begin.

    A corrected application counts from the day its last correction arrived.
    """
    case.deemed_accepted = is_deemed_accepted(case, now)
    backdated = case.deemed_accepted or case.complete_on is not None
    register = terms_of(case.offering).regime == deadlines.REGISTRATION
    case.accepted_on = counts_from(case) if backdated or register else office_date(now)
    reckon(session, case)


def reckon(session: Session, case: Case) -> None:
    """Set the due dates anew. The queue orders by the promised limit, without one by the statutory."""
    calendar = office_calendar(case.deciding_division)
    if case.state in WAITING:
        answer = deadlines.acceptance_due(counts_from(case), calendar)
        case.acceptance_due_on, case.order_on = answer.on, answer.earliest
        case.correction_due_on = None
    if case.state == State.CORRECTION_REQUESTED:
        _reckon_correction(session, case, calendar)
    extended = extended_days(session, case) if case.accepted_on else 0
    limits = {reckoned.key: reckoned.limit for reckoned in decision_limits(case, extended)}
    pauses = pauses_of(session, case, calendar) if limits else []
    found = {
        key: deadlines.due(limit.start, limit.days, limit.unit, calendar, pauses)
        for key, limit in limits.items()
    }
    promised, statutory = found.get("promised"), found.get("statutory")
    case.promised_due_on = promised.on if promised else None
    case.statutory_due_on = statutory.on if statutory else None
    first = promised or statutory
    if first is not None:
        case.order_on = first.earliest


def as_it_stands(session: Session, case: Case, now: datetime) -> Case:
    """The case as the law has it today, for readers only: accepted by silence, lapsed without a correction."""
    if case.state in WAITING and is_deemed_accepted(case, now):
        session.expunge(case)  # What a reader is shown must not be written on the way.
        case.state = State.ACCEPTED
        start(session, case, now)
    elif case.state == State.CORRECTION_REQUESTED and is_lapsed(case, now):
        session.expunge(case)
        case.state = State.LAPSED
    return case


def is_lapsed(case: Case, now: datetime) -> bool:
    """Whether the time of a correction that is waited for is over, though no sweep came by yet."""
    return case.correction_due_on is not None and office_date(now) > case.correction_due_on


def decision_limits(case: Case, extended: int) -> Iterator[Reckoned]:
    """The promised and the statutory limit of an accepted case; an item without limits has none.

    ``extended`` days were granted on top of the statutory one.
    """
    terms, start_on = terms_of(case.offering), case.accepted_on
    if start_on is None:
        return
    if terms.promised_days is not None:
        limit = Limit(start_on, terms.promised_days, terms.promised_unit)
        yield Reckoned("promised", "承诺办理期限", "受理", limit)
    if terms.legal_days is not None:
        limit = Limit(start_on, terms.legal_days + extended, terms.unit)
        yield Reckoned("statutory", "法定办理期限", "受理", limit, extended)


def _reckon_correction(session: Session, case: Case, calendar: Calendar) -> None:
    """The applicant's time for the correction; the authority's own answer is given and no limit of its runs."""
    limit = correction_limit(session, case)
    if limit is not None:
        found = deadlines.due(limit.start, limit.days, limit.unit, calendar)
        case.correction_due_on, case.order_on = found.on, found.earliest
        case.acceptance_due_on = None


def correction_limit(session: Session, case: Case) -> Limit | None:
    """The applicant's time under the notice that waits for its answer, or None."""
    notice = find_open_correction(session, case)
    return None if notice is None else Limit(notice.notified_on, notice.days)


def is_deemed_accepted(case: Case, now: datetime) -> bool:
    """Whether a case that waits for its answer is accepted by silence (art. 32(4)), though no sweep came by yet."""
    return deadlines.is_deemed_accepted(
        terms_of(case.offering).regime,
        counts_from(case),
        office_date(now),
        office_calendar(case.deciding_division),
    )


def clocks_of(session: Session, case: Case, now: datetime) -> list[Clock]:
    """Every limit that runs for the case today, explained."""
    held, extended = list_procedures(session, case), extended_days(session, case)
    return _explained(session, case, held, extended, now)


def clocks_of_each(
    session: Session, numbers: Sequence[str], now: datetime
) -> dict[str, list[Clock]]:
    """The same for the cases of a list, in three statements however long it is, as they stand in the register."""
    unread = (Case.form, Case.delivery_details, Case.subject_name, Case.explanation)
    chosen = select(Case).options(*map(defer, unread))
    cases = session.scalars(chosen.where(Case.number.in_(numbers))).all()
    ids = [case.id for case in cases]
    procedures, extended = procedures_of_each(session, ids), extended_days_of_each(session, ids)
    return {
        case.number: _explained(
            session, case, procedures.get(case.id, []), extended.get(case.id, 0), now
        )
        for case in cases
    }


def _explained(
    session: Session, case: Case, procedures: list[Procedure], extended: int, now: datetime
) -> list[Clock]:
    calendar, today = office_calendar(case.deciding_division), office_date(now)
    thresholds, pauses = thresholds_of(), as_pauses(procedures, calendar)
    return [
        explain(reckoned, today, calendar, pauses, thresholds)
        for reckoned in _running(session, case, extended)
    ]


def thresholds_of() -> Thresholds:
    """From when a limit is amber and red, as this installation sets it."""
    config = current_app.config
    return Thresholds(config["AMBER_DAYS"], config["RED_DAYS"])


def _running(session: Session, case: Case, extended: int) -> Iterator[Reckoned]:
    if case.state in WAITING:
        limit = Limit(counts_from(case), deadlines.ACCEPTANCE_DAYS)
        yield Reckoned("acceptance", "答复是否受理的期限", "收件", limit)
    if case.state == State.CORRECTION_REQUESTED:
        correction = correction_limit(session, case)
        if correction is not None:
            yield Reckoned("correction", "补正期限", "告知补正", correction)
    if case.state in RUNNING:
        yield from decision_limits(case, extended)
