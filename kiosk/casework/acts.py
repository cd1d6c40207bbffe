"""What every act on a case has in common: one unit of work in which rows, event, audit entry and outbox change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from kiosk.audit import trail
from kiosk.casework import history
from kiosk.casework.joint_queries import FOLLOW, JOINT
from kiosk.casework.models import Case
from kiosk.casework.permissions import require_may
from kiosk.casework.queries import get_case
from kiosk.casework.states import Action, State, next_state
from kiosk.errors import InputInvalid, StaleVersion
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.uow import unit_of_work


@contextmanager
def step(
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

    ``words`` may name the case in braces, as in ``{case.deciding_name}``; ``version`` is the one the actor saw, if any.
    Raises NotFound, WrongPlace, Forbidden, TransitionRefused, StaleVersion.
    """
    with unit_of_work() as session:
        case = get_case(session, number)
        require_may(action, case, actor)
        _require_fresh(case, version)
        came_from = State(case.state)
        case.state = next_state(came_from, action)
        flag_modified(case, "state")  # Also an act that leaves the state counts as a new version.
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
        if case.mode in JOINT:
            outbox.enqueue(session, FOLLOW, {"case": number}, now)


def require_possible(
    session: Session, number: str, action: Action, actor: Actor, version: int | None = None
) -> Case:
    """The case, if the act is lawful now; the act itself looks again. Raises as every act does."""
    case = get_case(session, number)
    require_may(action, case, actor)
    _require_fresh(case, version)
    next_state(State(case.state), action)
    return case


def require_text(field: str, text: str) -> None:
    """Let pass a text that says something. Raises InputInvalid."""
    if not text.strip():
        raise InputInvalid("请填写内容", fields={field: ["不能为空"]})


def _require_fresh(case: Case, version: int | None) -> None:
    if version is not None and version != case.version:
        raise StaleVersion("该办件刚被他人处理过，请刷新后再操作")
