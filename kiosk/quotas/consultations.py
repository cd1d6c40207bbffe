"""Asking the other side about a case beyond the list, and its answer (固体废物污染环境防治法 art. 22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.errors import KioskError
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.quotas.errors import (
    ConsentDeclined,
    ConsentPending,
    ConsultationRefused,
    ConsultationUnknown,
)
from kiosk.quotas.models import QuotaConsultation
from kiosk.uow import unit_of_work


@dataclass(frozen=True)
class Question:
    """What is asked about a case, by whom and of whom; ``letter`` is the number of the letter that asks."""

    case_number: str
    item_seq: int
    asking_code: str
    asked_code: str
    holder_code: str
    holder_name: str
    year: int
    amounts: Mapping[str, int]
    unit: str
    letter: str
    words: str


def enter_question(session: Session, question: Question, *, actor: Actor, now: datetime) -> str:
    """Ask, in the caller's transaction, which holds the case; answers the consultation's number.

    Raises ConsultationRefused while an answer is awaited, or if the same has been agreed to.
    """
    before = find_last(session, question.case_number)
    if before is not None and before.agreed is None:
        raise ConsultationRefused("已经征求对方意见，请等待答复")
    if before is not None and before.agreed and before.amounts == dict(question.amounts):
        raise ConsultationRefused("对方已经同意，可以作出决定")
    turn = 1 if before is None else before.round + 1
    number = f"{question.case_number}-{turn}"
    facts = {**vars(question), "amounts": dict(question.amounts)}
    session.add(
        QuotaConsultation(**facts, number=number, round=turn, asked_by=actor.number, asked_at=now)
    )
    _record(session, actor, "consultation-asked", number, question.asked_code, now)
    return number


def answer(
    number: str, letter: str, words: str, *, agreed: bool, actor: Actor, now: datetime
) -> None:
    """The other side's officer answers, once. Raises ConsultationUnknown, ConsultationRefused."""
    with unit_of_work() as session:
        chosen = select(QuotaConsultation.id).where(QuotaConsultation.number == number)
        session.scalar(chosen.with_for_update())
        found = get_consultation(session, number)
        if actor.role is not Role.OFFICER or actor.authority_code != found.asked_code:
            raise ConsultationUnknown(f"没有发给本机关的征求意见 {number}")
        if found.agreed is not None:
            raise ConsultationRefused("已经答复过，不能再改")
        found.agreed, found.answer_letter, found.answer_words = agreed, letter, words
        found.answered_by, found.answered_at = actor.number, now
        _record(session, actor, "consultation-answered", number, found.asking_code, now)


def get_consultation(session: Session, number: str) -> QuotaConsultation:
    """The consultation of that number. Raises ConsultationUnknown."""
    chosen = select(QuotaConsultation).where(QuotaConsultation.number == number)
    found = session.scalar(chosen)
    if found is None:
        raise ConsultationUnknown(f"没有征求意见 {number}")
    return found


def list_consultations(session: Session, authority_code: str) -> list[QuotaConsultation]:
    """What that authority asked or was asked, unanswered first, then newest first."""
    sides = or_(
        QuotaConsultation.asking_code == authority_code,
        QuotaConsultation.asked_code == authority_code,
    )
    newest = (QuotaConsultation.agreed.is_not(None), QuotaConsultation.id.desc())
    return list(session.scalars(select(QuotaConsultation).where(sides).order_by(*newest)))


def find_last(session: Session, case_number: str) -> QuotaConsultation | None:
    """The newest consultation about the case, or None."""
    of_case = select(QuotaConsultation).where(QuotaConsultation.case_number == case_number)
    return session.scalar(of_case.order_by(QuotaConsultation.round.desc()).limit(1))


def require_consent(
    session: Session, case_number: str, amounts: Mapping[str, int], refusal: KioskError
) -> str:
    """Who agreed to the case as it stands now.

    Raises ``refusal`` if nobody was asked about these amounts, ConsentPending, ConsentDeclined.
    """
    last = find_last(session, case_number)
    if last is None or last.amounts != dict(amounts):
        raise refusal
    if last.agreed is None:
        raise ConsentPending(f"已于{last.letter}征求对方意见，尚未答复")
    if not last.agreed:
        raise ConsentDeclined(f"对方不同意（{last.answer_letter}），不能准予")
    return last.asked_code


def _record(session: Session, actor: Actor, act: str, number: str, to: str, now: datetime) -> None:
    trail.record(session, actor, act, f"consultation:{number}", now, to=to)
    outbox.enqueue(session, f"quota.{act}", {"consultation": number, "to": to}, now)
