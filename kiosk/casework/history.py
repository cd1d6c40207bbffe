"""The events of a case: each step with both places on it, and a digest that the hand-over can be checked by."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.states import Action, State
from kiosk.identity.actors import Actor


def add_event(
    session: Session,
    case: Case,
    action: StrEnum,
    came_from: State,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> None:
    """Add the step that has just been done, whether or not it changed the case's state."""
    position = 1 if action is Action.RECEIVE else _last_position(session, case.id) + 1
    said = [
        case.number,
        position,
        action,
        came_from,
        case.state,
        now.isoformat(),
        actor.number,
        words,
        note,
    ]
    session.add(
        CaseEvent(
            case_id=case.id,
            position=position,
            action=action,
            from_state=came_from,
            to_state=case.state,
            at=now,
            actor_role=actor.role,
            actor_number=actor.number,
            receiving_division=case.receiving_division,
            receiving_place=case.receiving_place,
            **_organ(case, actor),
            words=words,
            note=note,
            digest=hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest(),
        )
    )


def _organ(case: Case, actor: Actor) -> dict[str, str]:
    """The organ on the step: the deciding authority, or its delegate where an officer of that one acted."""
    if actor.authority_code is None or actor.authority_code != case.delegate_authority:
        return {"deciding_authority": case.deciding_authority, "deciding_name": case.deciding_name}
    return {"deciding_authority": actor.authority_code, "deciding_name": case.handler_name}


def _last_position(session: Session, case_id: int) -> int:
    return (
        session.scalar(select(func.max(CaseEvent.position)).where(CaseEvent.case_id == case_id))
        or 0
    )
