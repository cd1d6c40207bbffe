"""Parts of joint cases that ended because another part was refused; nobody took their application back.

Such a part is withdrawn like one whose whole was taken back. Which of both it was, the whole tells.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kiosk.casework.joint_models import CasePart
from kiosk.casework.models import Case
from kiosk.casework.notice_words import regime_of
from kiosk.casework.offerings import terms_of
from kiosk.casework.receipt import Mode
from kiosk.casework.state_words import state_words
from kiosk.casework.states import State

STOPPED_WORDS = "因其他部分未获同意而终止"


def list_stopped(session: Session, withdrawn: Sequence[int]) -> set[int]:
    """Those of these withdrawn cases (by id) whose whole went on."""
    if not withdrawn:
        return set()
    whole = aliased(Case)
    stopped = (
        select(CasePart.case_id)
        .join(whole, whole.id == CasePart.lead_id)
        .where(CasePart.case_id.in_(withdrawn), whole.state != State.WITHDRAWN)
    )
    return {case_id for case_id in session.scalars(stopped) if case_id is not None}


def is_stopped_part(session: Session, case: Case) -> bool:
    """Whether the case is a part that another part's refusal ended."""
    withdrawn = case.mode == Mode.JOINT_PART and case.state == State.WITHDRAWN
    return withdrawn and case.id in list_stopped(session, [case.id])


def standing_words(session: Session, case: Case) -> str:
    """Where a case stands, in the words of its item."""
    if is_stopped_part(session, case):
        return STOPPED_WORDS
    return state_words(case.state, regime_of(terms_of(case.offering)))
