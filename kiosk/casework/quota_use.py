"""Which quota a case uses, read from its form; asking the other side; withdrawing an approval that used one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.errors import TransitionRefused
from kiosk.casework.models import Case
from kiosk.casework.permissions import require_deciding
from kiosk.casework.queries import get_case
from kiosk.casework.states import STATE_WORDS, State
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.quotas import bookings, consultations
from kiosk.quotas.bookings import Wanted
from kiosk.quotas.consultations import Question
from kiosk.quotas.errors import ConsultationRefused
from kiosk.uow import unit_of_work
from services_catalog.quota_forms import quota_forms
from services_catalog.routing import RoutingFacts, route

APPROVED = (State.GRANTED, State.DELIVERED, State.CLOSED)
ASKABLE = (State.ACCEPTED, State.UNDER_REVIEW, State.SPECIAL_PROCEDURE)


@dataclass(frozen=True)
class Asked:
    """A letter that asks the other side: its number and what it says."""

    letter: str
    words: str


def wanted_by(case: Case) -> Wanted | None:
    """What the case asks of a quota, or None for an item without one; without amounts if the form is unclear."""
    form = quota_forms().get(case.item_seq)
    if form is None:
        return None
    first = form.day(case.form, form.first_day) or office_date(case.received_at)
    return Wanted(
        case_number=case.number,
        item_seq=case.item_seq,
        first_code=case.deciding_authority,
        holder_code=str(case.form.get(form.holder, "")),
        holder_name=str(case.form.get(form.holder_name, "")),
        year=first.year,
        amounts=form.amounts(case.form),
        unit=form.unit,
        expires_on=form.day(case.form, form.last_day),
    )


def ask_other_side(number: str, asked: Asked, *, actor: Actor, now: datetime) -> str:
    """The deciding authority asks the other side about a case; answers the consultation's number.

    Raises NotFound, WrongPlace, Forbidden, TransitionRefused, ConsultationRefused, NoRoute.
    """
    with unit_of_work() as session:
        session.scalar(select(Case.id).where(Case.number == number).with_for_update())
        case = get_case(session, number)
        require_deciding(case, actor)
        _require_state(case, ASKABLE, "ask-other-side")
        question = _question(case, asked)
        return consultations.enter_question(session, question, actor=actor, now=now)


def withdraw_approval(number: str, reason: str, *, actor: Actor, now: datetime) -> int:
    """The deciding authority withdraws an approval; the amount it booked is free again. Answers how many bookings.

    Raises NotFound, WrongPlace, Forbidden, TransitionRefused, InputInvalid without a reason.
    """
    if not reason.strip():
        raise InputInvalid("请填写理由", fields={"reason": ["不能为空"]})
    with unit_of_work() as session:
        case = get_case(session, number)
        require_deciding(case, actor)
        _require_state(case, APPROVED, "withdraw-approval")
        trail.record(session, actor, "approval-withdrawn", f"case:{number}", now)
        outbox.enqueue(session, "case.approval-withdrawn", {"case": number}, now)
        return bookings.give_back(session, number, reason[:200], actor=actor, now=now)


def use_quota(session: Session, case: Case, *, actor: Actor, now: datetime) -> str | None:
    """Book the case's quota in the decision's transaction; answers the organ to be told, None without a quota.

    Raises QuotaNotListed, QuotaExceeded, ConsentPending, ConsentDeclined.
    """
    wanted = wanted_by(case)
    return None if wanted is None else bookings.book(session, wanted, actor=actor, now=now)


def _question(case: Case, asked: Asked) -> Question:
    wanted = wanted_by(case)
    if wanted is None:
        raise ConsultationRefused("该事项没有约定数量，无须征求对方意见")
    return Question(
        case_number=case.number,
        item_seq=case.item_seq,
        asking_code=case.deciding_authority,
        asked_code=_other_side(case),
        holder_code=wanted.holder_code,
        holder_name=wanted.holder_name,
        year=wanted.year,
        amounts=wanted.amounts,
        unit=wanted.unit,
        letter=asked.letter,
        words=asked.words,
    )


def _other_side(case: Case) -> str:
    """The organ that would decide the same item at the other place that the form names."""
    held, form = catalogue(), quota_forms()[case.item_seq]
    facts = RoutingFacts(district_code=case.form.get(form.other_place))
    other = route(held.items[case.item_seq], facts, held.world)
    if other.authority_code == case.deciding_authority:
        raise ConsultationRefused("双方是同一个机关，无须征求意见")
    return other.authority_code


def _require_state(case: Case, allowed: tuple[State, ...], act: str) -> None:
    state = State(case.state)
    if state not in allowed:
        raise TransitionRefused(STATE_WORDS[state], state, act)
