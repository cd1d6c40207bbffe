"""What officers write before a decision: opinions, and the second signature that an authority may ask for an item."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.acts import require_text
from kiosk.casework.deeds import Deed, deed
from kiosk.casework.errors import (
    SecondSignatureMissing,
    SecondSignerIsFirst,
    TransitionRefused,
)
from kiosk.casework.models import Case, CaseOpinion
from kiosk.casework.permissions import require_at_work
from kiosk.casework.states import STATE_WORDS, State
from kiosk.identity.actors import Actor


class Outcome(StrEnum):
    """What an officer is for."""

    GRANT = "grant"
    REFUSE = "refuse"


def opine(number: str, outcome: Outcome, words: str, *, actor: Actor, now: datetime) -> None:
    """Put a reviewing officer's opinion on file, apart from the decider's. It is for the office, not the applicant."""
    _write(number, Deed.OPINE, outcome, words, actor=actor, now=now)


def sign(number: str, outcome: Outcome, words: str, *, actor: Actor, now: datetime) -> None:
    """Sign as the second officer. Raises SecondSignerIsFirst for the officer who has the case in hand."""
    _write(number, Deed.SIGN, outcome, words, actor=actor, now=now)


def asks_second_signature(case: Case) -> bool:
    """Whether the authority had the item signed twice when the case was received."""
    asked: bool = case.offering["offering"]["terms"].get("second_signature", False)
    return asked


def require_signed(session: Session, case: Case, outcome: Outcome, actor: Actor) -> None:
    """Let a decision pass that nobody else need sign, or that somebody else has.

    Raises SecondSignatureMissing, SecondSignerIsFirst.
    """
    if not asks_second_signature(case):
        return
    signers = _signers(session, case, outcome)
    if not signers:
        raise SecondSignatureMissing("该事项须由另一名审批人员复核签署后才能作出决定")
    if signers == {actor.number}:
        raise SecondSignerIsFirst("复核签署人不能与作出决定的人相同，请由另一名审批人员复核")


def list_opinions(session: Session, case: Case) -> list[CaseOpinion]:
    """Opinions and signatures of a case, oldest first."""
    written = select(CaseOpinion).where(CaseOpinion.case_id == case.id)
    return list(session.scalars(written.order_by(CaseOpinion.id)))


def _write(
    number: str, kind: Deed, outcome: Outcome, words: str, *, actor: Actor, now: datetime
) -> None:
    require_text("words", words)
    told = "{case.deciding_name}审批人员已" + ("复核签署" if kind is Deed.SIGN else "写明审核意见")
    with deed(number, kind, told, actor=actor, now=now) as (session, case):
        require_at_work(case, actor)
        if case.state != State.UNDER_REVIEW:
            raise TransitionRefused(STATE_WORDS[State(case.state)], case.state, kind)
        if kind is Deed.SIGN and case.held_by == actor.number:
            raise SecondSignerIsFirst("该办件由您办理，请由另一名审批人员复核签署")
        session.add(_opinion(case, kind, outcome, words, actor, now))


def _opinion(
    case: Case, kind: Deed, outcome: Outcome, words: str, actor: Actor, now: datetime
) -> CaseOpinion:
    return CaseOpinion(
        case_id=case.id,
        kind=kind,
        outcome=outcome,
        officer_number=actor.number,
        officer_name=actor.name,
        authority_code=actor.authority_code or "",
        words=words,
        at=now,
    )


def _signers(session: Session, case: Case, outcome: Outcome) -> set[str]:
    """Who signed last for this outcome; a later signature for the other one takes the earlier back."""
    last: dict[str, str] = {}
    for opinion in list_opinions(session, case):
        if opinion.kind == Deed.SIGN:
            last[opinion.officer_number] = opinion.outcome
    return {officer for officer, chosen in last.items() if chosen == outcome}
