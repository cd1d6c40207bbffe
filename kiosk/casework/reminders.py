"""Reminding of limits that come near, and passing the grave ones on to the supervisor; each is told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Row, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.calendar import office_calendar
from kiosk.casework.deadlines import working_days_between
from kiosk.casework.explained_dates import Level, Thresholds, level_of
from kiosk.casework.models import Case
from kiosk.casework.procedure_models import Reminder
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.uow import reading, unit_of_work
from services_catalog.workdays import CalendarMissing

BATCH = 200
NEAR = (Level.NEAR, Level.LAST, Level.BREACHED)
LONGEST_HOLIDAY = 20
COLUMNS = {
    "acceptance": Case.acceptance_due_on,
    "promised": Case.promised_due_on,
    "statutory": Case.statutory_due_on,
}


@dataclass(frozen=True)
class Near:
    """A limit to be told of."""

    case_id: int
    number: str
    authority_code: str
    clock: str
    level: Level
    due_on: date


@dataclass(frozen=True)
class ReminderLine:
    """What an authority was told: of which case's limit, how it stood, and whether the supervisor was told too."""

    number: str
    clock: str
    level: str
    due_on: date
    escalated: bool


def remind(*, now: datetime) -> int:
    """Tell of every limit that turned amber, red or breached since the last time; how many. Safe to run twice."""
    told, after = 0, 0
    while True:
        with reading() as session:
            rows = _running_after(session, after, office_date(now))
        if not rows:
            return told
        after = rows[-1].id
        told += _tell([near for row in rows for near in _near(row, office_date(now))], now)


def list_reminders(session: Session, authority_code: str, *, limit: int = 50) -> list[ReminderLine]:
    """What an authority was reminded of, the latest first."""
    told = (
        select(Case.number, Reminder.clock, Reminder.level, Reminder.due_on, Reminder.escalated)
        .join(Case, Case.id == Reminder.case_id)
        .where(Reminder.authority_code == authority_code)
    )
    rows = session.execute(told.order_by(Reminder.id.desc()).limit(limit))
    return [ReminderLine(*row) for row in rows]


def _running_after(session: Session, last_id: int, today: date) -> Sequence[Row[Any]]:
    """The next open cases with a limit that can be near: so many working days are never longer away than this."""
    horizon = today + timedelta(days=2 * clocks.thresholds_of().amber + LONGEST_HOLIDAY)
    columns: list[Any] = [
        Case.id,
        Case.number,
        Case.state,
        func.coalesce(Case.delegate_authority, Case.deciding_authority).label("handled_by"),
        Case.deciding_division,
        *COLUMNS.values(),
    ]
    open_ones = select(*columns).where(
        Case.state.in_((State.RECEIVED, State.ACCEPTED, State.UNDER_REVIEW)),
        or_(*(column <= horizon for column in COLUMNS.values())),
        Case.id > last_id,
    )
    return session.execute(open_ones.order_by(Case.id).limit(BATCH)).all()


def _near(row: Row[Any], today: date) -> Iterator[Near]:
    held = row._mapping
    waiting = held["state"] == State.RECEIVED
    for clock, column in COLUMNS.items():
        due_on = held[column.key]
        if due_on is None or waiting != (clock == "acceptance"):
            continue
        level = _level(due_on, today, held["deciding_division"], clocks.thresholds_of())
        if level in NEAR:
            yield Near(held["id"], held["number"], held["handled_by"], clock, level, due_on)


def _level(due_on: date, today: date, division: str, thresholds: Thresholds) -> Level:
    try:
        left = working_days_between(today, due_on, office_calendar(division))
    except CalendarMissing:
        left = None
    return level_of(due_on, today, left, thresholds)


def _tell(found: Sequence[Near], now: datetime) -> int:
    """Enter what was not told yet; another worker that was faster has told it."""
    try:
        with unit_of_work() as session:
            known = select(Reminder.case_id, Reminder.clock, Reminder.level, Reminder.due_on).where(
                Reminder.case_id.in_({near.case_id for near in found})
            )
            told = {tuple(row) for row in session.execute(known)}
            new = [
                near
                for near in found
                if (near.case_id, near.clock, near.level, near.due_on) not in told
            ]
            for near in new:
                _enter(session, near, now)
            return len(new)
    except IntegrityError:
        return 0


def _enter(session: Session, near: Near, now: datetime) -> None:
    escalated = near.level in current_app.config["ESCALATED_LEVELS"]
    session.add(
        Reminder(
            case_id=near.case_id,
            clock=near.clock,
            level=near.level,
            due_on=near.due_on,
            authority_code=near.authority_code,
            escalated=escalated,
            at=now,
        )
    )
    told = {"case": near.number, "clock": near.clock, "level": near.level}
    outbox.enqueue(session, "limit.reminder", told | {"escalated": escalated}, now)
