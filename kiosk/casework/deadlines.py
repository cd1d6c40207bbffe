"""When a case is due: pure arithmetic over a working-day calendar (行政许可法 art. 32, 42, 44, 45, 82).

A limit starts the day after its first date. Beyond the loaded years, and while a special procedure runs, no due date is
known: only the earliest day it can be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from kiosk.clock import OFFICE_ZONE
from services_catalog.workdays import Calendar

ACCEPTANCE_DAYS = 5
DELIVERY_DAYS = 10
PERMIT = "permit"
REGISTRATION = "registration"
WORKING_DAY = "working_day"
CALENDAR_DAY = "calendar_day"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """Days after ``started_on`` to ``ended_on``, that day included, do not count (art. 45); None while it runs.

    ``expected_on`` is the day it should end by, if the calendar tells.
    """

    started_on: date
    ended_on: date | None
    name: str = ""
    expected_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether that day is not counted."""
        return self.started_on < day and (self.ended_on is None or day <= self.ended_on)

    def as_expected(self) -> Pause:
        """The pause as if it ended when it is expected to, or at once."""
        return replace(self, ended_on=self.ended_on or self.expected_on or self.started_on)


Pauses = Sequence[Pause]


@dataclass(frozen=True)
class Due:
    """``on`` is the due date, or None while it can not be known; it is never before ``earliest``."""

    on: date | None
    earliest: date


@dataclass(frozen=True)
class Limit:
    """A length of time from a first date: ``days`` of a ``unit`` (``working_day`` or ``calendar_day``)."""

    start: date
    days: int
    unit: str = WORKING_DAY


def counts(day: date, unit: str, calendar: Calendar, pauses: Pauses = ()) -> bool:
    """Whether that day uses up a limit. Overlapping pauses stop it once. Raises CalendarMissing."""
    if any(pause.holds(day) for pause in pauses):
        return False
    return unit != WORKING_DAY or calendar.is_working_day(day)


def add_working_days(start: date, days: int, calendar: Calendar, pauses: Pauses = ()) -> date:
    """The ``days``-th working day after ``start``, which itself does not count; every pause has ended.

    Raises CalendarMissing.
    """
    return _walk(start, days, lambda day: counts(day, WORKING_DAY, calendar, pauses))


def earliest_after(start: date, days: int, calendar: Calendar, pauses: Pauses = ()) -> date:
    """A date that the due date can not precede: beyond the loaded years every day counts as a working day."""

    def may_count(day: date) -> bool:
        unit = WORKING_DAY if day.year in calendar.years else CALENDAR_DAY
        return counts(day, unit, calendar, pauses)

    return _walk(start, days, may_count)


def due(start: date, days: int, unit: str, calendar: Calendar, pauses: Pauses = ()) -> Due:
    """The due date ``days`` after ``start`` in working days (``working_day``) or calendar days."""
    expected = [pause.as_expected() for pause in pauses]
    if unit != WORKING_DAY:
        earliest = _walk(start, days, lambda day: counts(day, unit, calendar, expected))
    else:
        earliest = earliest_after(start, days, calendar, expected)
    if is_paused(pauses) or (unit == WORKING_DAY and not _is_known(start, earliest, calendar)):
        return Due(None, earliest)
    return Due(earliest, earliest)


def is_paused(pauses: Pauses) -> bool:
    """Whether a special procedure still runs."""
    return any(pause.ended_on is None for pause in pauses)


def used_days(limit: Limit, today: date, calendar: Calendar, pauses: Pauses = ()) -> int:
    """How many days of the limit have gone by with ``today``. Raises CalendarMissing."""
    span = (today - limit.start).days
    days = (limit.start + timedelta(days=n) for n in range(1, span + 1))
    return sum(counts(day, limit.unit, calendar, pauses) for day in days)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after ``start`` to ``end``, that day included; negative backwards. Raises CalendarMissing."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return used_days(Limit(start, 0), end, calendar)


def acceptance_due(received_on: date, calendar: Calendar) -> Due:
    """Until when the authority must accept, refuse to accept, or ask for corrections (art. 32(4))."""
    return due(received_on, ACCEPTANCE_DAYS, WORKING_DAY, calendar)


def is_deemed_accepted(regime: str, received_on: date, today: date, calendar: Calendar) -> bool:
    """Whether silence has become acceptance: only for permits, and only once the fifth working day is over."""
    if regime != PERMIT:
        return False
    limit = acceptance_due(received_on, calendar).on
    return limit is not None and today > limit


def receipt_date(received_at: datetime, cutoff: str | None) -> date:
    """The date a receipt counts on: its date in Chongqing and Sichuan, day off or not.

    From ``cutoff`` (``17:30``) on, where an installation sets one, it is the next.
    """
    local = received_at.astimezone(OFFICE_ZONE)
    late = cutoff is not None and local.time() >= time.fromisoformat(cutoff)
    return local.date() + ONE_DAY * late


def _walk(start: date, days: int, uses: Callable[[date], bool]) -> date:
    day = start
    while days > 0:
        day += ONE_DAY
        days -= uses(day)
    return day


def _is_known(start: date, end: date, calendar: Calendar) -> bool:
    """Whether the calendar tells every day after ``start`` to ``end``."""
    first = (start + ONE_DAY).year
    return end <= start or calendar.years.issuperset(range(first, end.year + 1))
