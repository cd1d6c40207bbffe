"""Acts that leave a case in its state: taking it, writing an opinion, sending its papers. Each is one unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework import history
from kiosk.casework.models import Case
from kiosk.casework.states import State
from kiosk.errors import NotFound, StaleVersion
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.uow import unit_of_work


class Deed(StrEnum):
    """What is done on a case beside the acts that move it on."""

    TAKE = "take"
    GIVE_BACK = "give-back"
    REASSIGN = "reassign"
    OPINE = "opine"
    SIGN = "sign"
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    FLAG_LEG = "flag-leg"
    FLAG_UNSENT = "flag-unsent"
    BEGIN_PART = "begin-part"


@contextmanager
def deed(
    number: str,
    what: Deed,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Iterator[tuple[Session, Case]]:
    """One deed on one case, which nobody else changes meanwhile; event, audit entry and outbox row go with it.

    Raises NotFound, StaleVersion.
    """
    with unit_of_work() as session:
        case = locked_case(session, number)
        if version is not None and version != case.version:
            raise StaleVersion("该办件刚被他人处理过，请刷新后再操作")
        yield session, case
        record_deed(session, case, what, words, actor=actor, now=now)


def record_deed(
    session: Session, case: Case, what: Deed, words: str, *, actor: Actor, now: datetime
) -> None:
    """Event, audit entry and outbox row of a deed, in the open unit of work."""
    state = State(case.state)
    history.add_event(session, case, what, state, words.format(case=case), actor=actor, now=now)
    trail.record(session, actor, f"case-{what}", f"case:{case.number}", now)
    outbox.enqueue(session, f"case.{what}", {"case": case.number}, now)


def locked_case(session: Session, number: str) -> Case:
    """The case of that number, held until the unit of work ends. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.number == number).with_for_update())
    if case is None:
        raise NotFound("没有这个办件")
    return case
