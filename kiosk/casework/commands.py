"""The acts of the office on a received case. Each is one unit of work: rows, event, audit entry and outbox together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from sqlalchemy import Row, select

from kiosk.casework import clocks, deadlines, outcomes, service
from kiosk.casework.acts import require_possible, require_text, step
from kiosk.casework.endings import WITHDRAWN, by_silence, closing
from kiosk.casework.hearings import require_settled
from kiosk.casework.joint_queries import require_not_stopped
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.opinions import Outcome, asks_second_signature, require_signed
from kiosk.casework.precedents import note_answer
from kiosk.casework.procedure_queries import end_open_procedures, find_hearing
from kiosk.casework.queries import get_case
from kiosk.casework.service import Service
from kiosk.casework.service_rules import Way
from kiosk.casework.states import Action, State
from kiosk.clock import office_date
from kiosk.errors import KioskError
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.licences.preflight import Check, tried
from kiosk.uow import reading

log = logging.getLogger(__name__)
SWEEP = 200


def accept(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Accept (受理): the promised and the statutory limit begin (行政许可法 art. 42)."""
    with reading() as session:
        case = require_possible(session, number, Action.ACCEPT, actor)
    rehearse_notice(case, Kind.ACCEPTANCE, Contents(), now)
    words = "{case.deciding_name}已受理"
    with step(number, Action.ACCEPT, words, actor=actor, now=now, version=version) as (
        session,
        case,
    ):
        clocks.start(session, case, now)
        note_answer(session, case, ())
        enter_notice(session, case, Kind.ACCEPTANCE, Contents(), actor, now)


def review(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Take the accepted case under review; the officer who begins has it in hand from then on."""
    words = "{case.deciding_name}开始审核"
    with step(number, Action.REVIEW, words, actor=actor, now=now, version=version) as (_, case):
        case.held_by = actor.number


def grant(
    number: str, opinion: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Grant: book the numbers and enter the result's papers, which a worker then seals.

    The page is laid out beforehand, so a name that does not fit or a missing glyph stops the decision.
    Raises LayoutError, GlyphMissing, FieldMissing, SecondSignatureMissing, SecondSignerIsFirst besides the
    refusals of every act.
    """
    require_text("opinion", opinion)
    with reading() as session:
        case = require_possible(session, number, Action.GRANT, actor, version)
        require_signed(session, case, Outcome.GRANT, actor)
        outcomes.rehearse_grant(case, now)
    words = "{case.deciding_name}已作出决定：同意"
    with step(number, Action.GRANT, words, actor=actor, now=now, version=version, note=opinion) as (
        session,
        case,
    ):
        require_signed(session, case, Outcome.GRANT, actor)
        require_not_stopped(session, case)
        require_settled(session, case, now)
        _decide(case, opinion, actor, now)
        outcomes.enter_granted(session, case, actor, now)


def look_before_grant(number: str, *, actor: Actor, now: datetime) -> list[Check]:
    """Everything that granting will ask, each with what would stop it now; nothing is changed. Raises NotFound."""
    with reading() as session:
        case = get_case(session, number)
        checks = []
        if asks_second_signature(case):
            sign = partial(require_signed, session, case, Outcome.GRANT, actor)
            checks.append(tried("另一名审批人员已复核签署同意", sign))
        if find_hearing(session, case) is not None:
            checks.append(tried("听证事宜已了结", partial(require_settled, session, case, now)))
    return [*checks, *outcomes.look_at_grant(case, now)]


def rehearse_refusal(
    number: str, reasons: str, *, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Look at a refusal before it is made; answers the case it is about. Raises as the refusal does."""
    require_text("reasons", reasons)
    with reading() as session:
        case = require_possible(session, number, Action.REFUSE, actor, version)
        require_signed(session, case, Outcome.REFUSE, actor)
        outcomes.rehearse_refusal(case, reasons, now)
        return case


def refuse(
    number: str, reasons: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Refuse with reasons; the notice names the remedies (行政许可法 art. 38)."""
    rehearse_refusal(number, reasons, actor=actor, now=now, version=version)
    words = "{case.deciding_name}已作出决定：不同意"
    with step(
        number, Action.REFUSE, words, actor=actor, now=now, version=version, note=reasons
    ) as (session, case):
        require_signed(session, case, Outcome.REFUSE, actor)
        require_not_stopped(session, case)
        require_settled(session, case, now)
        _decide(case, reasons, actor, now)
        outcomes.enter_refused(session, case, reasons, actor, now)


def deliver(
    number: str, how: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Record that the result reached the applicant: ``how`` says by which way, in words.

    Raises NotReadyYet while a paper of the case has no seal: nobody can have received it.
    """
    require_text("how", how)
    with step(
        number, Action.DELIVER, "结果已送达", actor=actor, now=now, version=version, note=how
    ) as (session, case):
        way = Way.PRINTED if actor.role is Role.SYSTEM else Way.HANDED
        service.note_delivered(session, case, Service(way, result=True, reason=how), actor, now)


def close(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Close the delivered case; the applicant gets a paper that says so, with the outcome."""
    with step(number, Action.CLOSE, "办件已办结", actor=actor, now=now, version=version) as (
        session,
        case,
    ):
        case.closed_at = now
        enter_notice(session, case, Kind.CONCLUSION, closing(session, case, now), actor, now)


def withdraw(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """The applicant takes the application back before the decision, and gets that confirmed in writing."""
    words = "申请人已撤回申请"
    with step(number, Action.WITHDRAW, words, actor=actor, now=now, version=version) as (
        session,
        case,
    ):
        enter_notice(session, case, Kind.CONCLUSION, WITHDRAWN, actor, now)
        end_open_procedures(session, case, office_date(now))


def deem_accepted_overdue(*, now: datetime) -> int:
    """Accept by silence what was not answered in time, from the day of receipt (行政许可法 art. 32(4)); how many.

    A case that can not be accepted now, because an officer was faster, does not keep the others waiting.
    """
    accepted, after = 0, 0
    while rows := _overdue_after(after, office_date(now)):
        after = rows[-1].id
        accepted += sum(_deem_accepted(row, now) for row in rows)
    return accepted


def _overdue_after(last_id: int, today: date) -> Sequence[Row[int, str]]:
    """The next unanswered cases past their fifth working day; those of other regimes never become accepted."""
    waiting = select(Case.id, Case.number).where(
        Case.state == State.RECEIVED,
        Case.acceptance_due_on < today,
        Case.offering["terms"]["regime"].as_string() == deadlines.PERMIT,
        Case.id > last_id,
    )
    with reading() as session:
        return session.execute(waiting.order_by(Case.id).limit(SWEEP)).all()


def _deem_accepted(row: Row[int, str], now: datetime) -> bool:
    words = "{case.deciding_name}五个工作日内未答复，依法视为自收件之日起受理"
    try:
        with step(row.number, Action.DEEM_ACCEPTED, words, actor=SYSTEM, now=now) as (
            session,
            case,
        ):
            clocks.start(session, case, now)
            enter_notice(session, case, Kind.ACCEPTANCE, by_silence(case), SYSTEM, now)
    except KioskError:
        log.warning("a case could not be deemed accepted", exc_info=True)
        return False
    return True


def _decide(case: Case, reasons: str, actor: Actor, now: datetime) -> None:
    case.decided_at, case.decided_by, case.reasons = now, actor.number, reasons
