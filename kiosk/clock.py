"""Where time comes from, so that tests and the demo can choose it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the moment, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """Starts at a chosen moment and goes on from there."""

    def __init__(self, start: datetime) -> None:
        self._shift: timedelta = start.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


def office_date(moment: datetime) -> date:
    """The calendar date in Chongqing and Sichuan at that moment; every legal time limit counts these."""
    return moment.astimezone(OFFICE_ZONE).date()


def midnight(day: date) -> datetime:
    """The moment a day of the office begins."""
    return datetime(day.year, day.month, day.day, tzinfo=OFFICE_ZONE)


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 moment; one without an offset is Asia/Shanghai time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=OFFICE_ZONE) if moment.tzinfo is None else moment
