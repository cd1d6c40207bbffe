"""Taking in a table of working days, and setting the due dates that waited for it or that it moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework import clocks
from kiosk.casework.calendar import calendar_file
from kiosk.casework.models import Case
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.uow import unit_of_work

BATCH = 200


def load_tables(tables: Any, *, actor: Actor, now: datetime) -> int:
    """Add year tables and closures to the instance and reckon every open case anew; how many dates changed.

    What was reckoned stays if the work breaks off: running it again goes on. Raises CalendarInvalid.
    """
    calendar_file().add(tables)
    with unit_of_work() as session:
        trail.record(session, actor, "calendar-loaded", "calendar", now, tables=sorted(tables))
    return reckon_open_cases(now=now)


def reckon_open_cases(*, now: datetime) -> int:
    """Set the due dates of all open cases by the calendar as it stands; how many changed."""
    changed, after = 0, 0
    while True:
        with unit_of_work() as session:
            batch = _open_after(session, after)
            changed += sum(_reckon(session, case, now) for case in batch)
        if not batch:
            return changed
        after = batch[-1].id


def _open_after(session: Session, last_id: int) -> Sequence[Case]:
    waiting = select(Case).where(Case.state.in_(clocks.OPEN), Case.id > last_id)
    return session.scalars(waiting.order_by(Case.id).limit(BATCH).with_for_update()).all()


def _reckon(session: Session, case: Case, now: datetime) -> bool:
    clocks.reckon(session, case)
    changed = session.is_modified(case)
    if changed:
        outbox.enqueue(session, "limit.reckoned", {"case": case.number}, now)
    return changed
