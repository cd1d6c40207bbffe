"""When a case is due: pure arithmetic over a working-day calendar (行政许可法 art. 32, 42, 44, 82)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services_catalog.workdays import Calendar, CalendarMissing

ACCEPTANCE_DAYS = 5
DELIVERY_DAYS = 10
PERMIT = "permit"
WORKING_DAY = "working_day"
CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True)
class Due:
    """``on`` is the due date, or None while the calendar of that year is missing; it is never before ``earliest``."""

    on: date | None
    earliest: date


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """The ``days``-th working day after ``start``, which itself does not count. Raises CalendarMissing."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


def earliest_after(start: date, days: int, calendar: Calendar) -> date:
    """A date that the due date can not precede: beyond the loaded years every day counts as a working day."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.year not in calendar.years or calendar.is_working_day(day)
    return day


def due(start: date, days: int, unit: str, calendar: Calendar) -> Due:
    """The due date ``days`` after ``start`` in working days (``working_day``) or calendar days."""
    if unit != WORKING_DAY:
        day = start + timedelta(days=days)
        return Due(day, day)
    earliest = earliest_after(start, days, calendar)
    try:
        return Due(add_working_days(start, days, calendar), earliest)
    except CalendarMissing:
        return Due(None, earliest)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after ``start`` to ``end``, that day included; negative backwards. Raises CalendarMissing."""
    if end < start:
        return -working_days_between(end, start, calendar)
    span = (end - start).days
    return sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, span + 1))


def acceptance_due(received_on: date, calendar: Calendar) -> Due:
    """Until when the authority must accept, refuse to accept, or ask for corrections (art. 32(4))."""
    return due(received_on, ACCEPTANCE_DAYS, WORKING_DAY, calendar)


def is_deemed_accepted(regime: str, received_on: date, today: date, calendar: Calendar) -> bool:
    """Whether silence has become acceptance: only for permits, and only once the fifth working day is over."""
    if regime != PERMIT:
        return False
    limit = acceptance_due(received_on, calendar).on
    return limit is not None and today > limit
