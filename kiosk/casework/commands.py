"""The acts of the office on a received case. Each is one unit of work: rows, event, audit entry and outbox together."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework import deadlines, history, outcomes
from kiosk.casework.calendar import office_calendar
from kiosk.casework.errors import AnswerTooLate
from kiosk.casework.models import Case
from kiosk.casework.offerings import terms_of
from kiosk.casework.permissions import require_may
from kiosk.casework.queries import get_case
from kiosk.casework.states import Action, State, next_state
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, KioskError, StaleVersion
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.licences.queries import require_papers_sealed
from kiosk.uow import reading, unit_of_work

log = logging.getLogger(__name__)
SWEEP = 200


@contextmanager
def _step(
    number: str,
    action: Action,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    note: str | None = None,
) -> Iterator[tuple[Session, Case]]:
    """One act on one case; the caller changes what is particular to it.

    ``version`` is the one the actor saw, if any.
    Raises NotFound, WrongPlace, Forbidden, TransitionRefused, StaleVersion.
    """
    with unit_of_work() as session:
        case = get_case(session, number)
        require_may(action, case, actor)
        if version is not None and version != case.version:
            raise StaleVersion("该办件刚被他人处理过，请刷新后再操作")
        came_from = State(case.state)
        case.state = next_state(came_from, action)
        yield session, case
        history.add_event(
            session,
            case,
            action,
            came_from,
            words.format(case=case),
            actor=actor,
            now=now,
            note=note,
        )
        trail.record(session, actor, f"case-{action}", f"case:{number}", now)
        outbox.enqueue(session, f"case.{action}", {"case": number}, now)


def accept(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Accept (受理): the promised and the statutory limit run from today (行政许可法 art. 42).

    A permit that was not answered within five working days counts from the day of receipt all the same.
    """
    words = "{case.deciding_name}已受理"
    with _step(number, Action.ACCEPT, words, actor=actor, now=now, version=version) as (_, case):
        case.deemed_accepted = _is_overdue(case, now)
        start_clock(case, office_date(case.received_at if case.deemed_accepted else now))


def not_accept(
    number: str, reason: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Refuse acceptance (不予受理) with the reason in writing (行政许可法 art. 32)."""
    _require_text("reason", reason)
    words = "{case.deciding_name}不予受理"
    with _step(
        number, Action.NOT_ACCEPT, words, actor=actor, now=now, version=version, note=reason
    ) as (_, case):
        if _is_overdue(case, now):
            raise AnswerTooLate("五个工作日内未答复，依法已视为受理，不能再不予受理")
        case.reasons = reason


def review(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Take the accepted case under review."""
    words = "{case.deciding_name}开始审核"
    with _step(number, Action.REVIEW, words, actor=actor, now=now, version=version):
        pass


def grant(
    number: str, opinion: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Grant: book the numbers and enter the result's papers, which a worker then seals.

    The page is laid out beforehand, so a name that does not fit or a missing glyph stops the decision.
    Raises LayoutError, GlyphMissing, FieldMissing besides the refusals of every act.
    """
    _require_text("opinion", opinion)
    with reading() as session:
        case = _require_possible(session, number, Action.GRANT, actor)
        outcomes.rehearse_grant(case, now)
    words = "{case.deciding_name}已作出决定：同意"
    with _step(
        number, Action.GRANT, words, actor=actor, now=now, version=version, note=opinion
    ) as (session, case):
        _decide(case, opinion, actor, now)
        outcomes.enter_granted(session, case, actor, now)


def refuse(
    number: str, reasons: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Refuse with reasons; the notice names the remedies (行政许可法 art. 38)."""
    _require_text("reasons", reasons)
    with reading() as session:
        case = _require_possible(session, number, Action.REFUSE, actor)
        outcomes.rehearse_refusal(case, reasons, now)
    words = "{case.deciding_name}已作出决定：不同意"
    with _step(
        number, Action.REFUSE, words, actor=actor, now=now, version=version, note=reasons
    ) as (session, case):
        _decide(case, reasons, actor, now)
        outcomes.enter_refused(session, case, reasons, now)


def deliver(
    number: str, how: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Record that the result reached the applicant: ``how`` says by which way, in words.

    Raises NotReadyYet while a paper of the case has no seal: nobody can have received it.
    """
    _require_text("how", how)
    with _step(
        number, Action.DELIVER, "结果已送达", actor=actor, now=now, version=version, note=how
    ) as (session, case):
        require_papers_sealed(session, number)
        case.delivered_at = now


def close(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Close the delivered case."""
    with _step(number, Action.CLOSE, "办件已办结", actor=actor, now=now, version=version) as (
        _,
        case,
    ):
        case.closed_at = now


def withdraw(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """The applicant takes the application back before the decision."""
    with _step(number, Action.WITHDRAW, "申请人已撤回申请", actor=actor, now=now, version=version):
        pass


def deem_accepted_overdue(*, now: datetime) -> int:
    """Accept by silence what was not answered in time, from the day of receipt (行政许可法 art. 32(4)); how many.

    A case that can not be accepted now, because an officer was faster, does not keep the others waiting.
    """
    accepted, after = 0, 0
    while rows := _overdue_after(after, office_date(now)):
        after = rows[-1].id
        accepted += sum(_deem_accepted(row, now) for row in rows)
    return accepted


def start_clock(case: Case, accepted_on: date) -> None:
    """Set acceptance and due dates; an item without a limit has none. The queue orders by the promised date."""
    terms, calendar = terms_of(case.offering), office_calendar()
    case.accepted_on = accepted_on
    if terms.legal_days is not None:
        case.statutory_due_on = deadlines.due(
            accepted_on, terms.legal_days, terms.unit, calendar
        ).on
    if terms.promised_days is not None:
        promised = deadlines.due(accepted_on, terms.promised_days, terms.promised_unit, calendar)
        case.promised_due_on, case.order_on = promised.on, promised.earliest


def _is_overdue(case: Case, now: datetime) -> bool:
    """Whether silence has already become acceptance (art. 32(4)), also before the sweep has come by."""
    regime, received_on = terms_of(case.offering).regime, office_date(case.received_at)
    return deadlines.is_deemed_accepted(regime, received_on, office_date(now), office_calendar())


def _overdue_after(last_id: int, today: date) -> Sequence[Row[int, str, datetime]]:
    """The next unanswered cases past their fifth working day; those of other regimes never become accepted."""
    waiting = select(Case.id, Case.number, Case.received_at).where(
        Case.state == State.RECEIVED,
        Case.acceptance_due_on < today,
        Case.offering["terms"]["regime"].as_string() == deadlines.PERMIT,
        Case.id > last_id,
    )
    with reading() as session:
        return session.execute(waiting.order_by(Case.id).limit(SWEEP)).all()


def _deem_accepted(row: Row[int, str, datetime], now: datetime) -> bool:
    words = "{case.deciding_name}五个工作日内未答复，依法视为自收件之日起受理"
    try:
        with _step(row.number, Action.DEEM_ACCEPTED, words, actor=SYSTEM, now=now) as (_, case):
            case.deemed_accepted = True
            start_clock(case, office_date(row.received_at))
    except KioskError:
        log.warning("a case could not be deemed accepted", exc_info=True)
        return False
    return True


def _require_possible(session: Session, number: str, action: Action, actor: Actor) -> Case:
    """The case, if the act is lawful now; the act itself looks again. Raises as every act does."""
    case = get_case(session, number)
    require_may(action, case, actor)
    next_state(State(case.state), action)
    return case


def _decide(case: Case, reasons: str, actor: Actor, now: datetime) -> None:
    case.decided_at, case.decided_by, case.reasons = now, actor.number, reasons


def _require_text(field: str, text: str) -> None:
    if not text.strip():
        raise InputInvalid("请填写内容", fields={field: ["不能为空"]})
