"""A joint case and its parts, read: where each stands, and whether a part may still be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.errors import JointStopped
from kiosk.casework.joining import JoinRule, Outcome, Standing, is_stopped
from kiosk.casework.joint_models import CasePart
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.receipt import Mode
from kiosk.casework.states import STATE_WORDS, Action, State
from kiosk.casework.stopped import STOPPED_WORDS
from kiosk.licences.queries import list_documents

OUTCOMES = {
    Action.GRANT: Outcome.GRANTED,
    Action.REFUSE: Outcome.REFUSED,
    Action.NOT_ACCEPT: Outcome.REFUSED,
    Action.LAPSE: Outcome.REFUSED,
}
FOLLOW = "joint.follow"
JOINT = (Mode.JOINT_LEAD, Mode.JOINT_PART)
NOT_BEGUN = "尚未开始"


@dataclass(frozen=True)
class PartNow:
    """A part with its case, if it has begun, and where it stands."""

    row: CasePart
    case: Case | None
    standing: Standing


def list_parts(session: Session, lead: Case) -> list[PartNow]:
    """The parts of a joint case in their order; none of any other."""
    if lead.mode != Mode.JOINT_LEAD:
        return []
    found = session.execute(
        select(CasePart, Case)
        .outerjoin(Case, Case.id == CasePart.case_id)
        .where(CasePart.lead_id == lead.id)
        .order_by(CasePart.position)
    ).all()
    outcomes = _outcomes(session, [case.id for _, case in found if case is not None])
    return [PartNow(row, case, _standing(case, outcomes)) for row, case in found]


def rule_of(lead: Case) -> JoinRule:
    """How the parts were to be joined when the case was received."""
    return JoinRule(**lead.offering["joint"])


def find_lead(session: Session, case: Case) -> Case | None:
    """The joint case that this one is a part of, or None."""
    if case.mode != Mode.JOINT_PART:
        return None
    whole = select(Case).join(CasePart, CasePart.lead_id == Case.id)
    return session.scalar(whole.where(CasePart.case_id == case.id))


def require_not_stopped(session: Session, case: Case) -> None:
    """Let a decision pass unless another part's refusal has ended the whole; two parts are not decided at once.

    Raises JointStopped.
    """
    lead = find_lead(session, case)
    if lead is None:
        return
    session.execute(select(Case.id).where(Case.id == lead.id).with_for_update())
    if is_stopped([part.standing for part in list_parts(session, lead)], rule_of(lead)):
        raise JointStopped("联办的其他部分未获同意，本部分不再作出决定")


def parts_shown(session: Session, lead: Case, now: datetime) -> list[dict[str, Any]]:
    """The parts in full, for those the case concerns."""
    shown = []
    for part in list_parts(session, lead):
        masked = _masked(session, lead, part, now)
        more: dict[str, Any] = {"number": None, "papers": [], "clocks": []}
        if part.case is not None:
            more = {
                "number": part.case.number,
                "papers": list_documents(session, part.case.number),
                "clocks": clocks.clocks_of(session, part.case, now),
            }
        shown.append(masked | more)
    return shown


def parts_masked(session: Session, lead: Case, now: datetime) -> list[dict[str, Any]]:
    """The parts without numbers of cases and papers."""
    return [_masked(session, lead, part, now) for part in list_parts(session, lead)]


def _masked(session: Session, lead: Case, part: PartNow, now: datetime) -> dict[str, Any]:
    case = part.case and clocks.as_it_stands(session, part.case, now)
    state = State(case.state) if case else None
    return {
        "name": part.row.name,
        "deciding_name": part.row.deciding_name,
        "state": state or "waiting",
        "state_words": _words(lead, state),
        "promised_due_on": case.promised_due_on if case else None,
    }


def _words(lead: Case, state: State | None) -> str:
    if state is None:
        return NOT_BEGUN
    stopped = state is State.WITHDRAWN and lead.state != State.WITHDRAWN
    return STOPPED_WORDS if stopped else STATE_WORDS[state]


def _standing(case: Case | None, outcomes: dict[int, Outcome]) -> Standing:
    if case is None:
        return Standing()
    return Standing(State(case.state), case.accepted_on is not None, outcomes.get(case.id))


def _outcomes(session: Session, case_ids: Sequence[int]) -> dict[int, Outcome]:
    decided = select(CaseEvent.case_id, CaseEvent.action).where(
        CaseEvent.case_id.in_(case_ids), CaseEvent.action.in_(OUTCOMES)
    )
    return {row.case_id: OUTCOMES[Action(row.action)] for row in session.execute(decided)}
