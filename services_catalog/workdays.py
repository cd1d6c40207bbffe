"""Which days are working days, by the State Council's yearly notices; never guessed beyond the loaded years."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from services_catalog.errors import CatalogError

DATA = Path(__file__).parent / "data" / "workdays.json"


class CalendarMissing(CatalogError):
    """The notice for that year is not loaded yet; a date beyond it would be a guess."""

    code = "calendar-missing"

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年的节假日安排尚未公布或尚未载入")
        self.year = year


@dataclass(frozen=True)
class Calendar:
    """Working days of the loaded years, with extra closures of one area."""

    years: frozenset[int]
    off: frozenset[date]
    make_up: frozenset[date]
    closures: frozenset[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day. Raises CalendarMissing beyond the loaded years."""
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        if day in self.closures or day in self.off:
            return False
        return day in self.make_up or day.weekday() < 5

    def with_closures(self, days: frozenset[date]) -> Calendar:
        """The same calendar for an area whose organs are closed on further days."""
        return Calendar(self.years, self.off, self.make_up, self.closures | days)


def load_calendar(*paths: Path) -> Calendar:
    """Read year tables (``{"2026": {"off": [...], "work": [...], "source": ...}}``); later files replace years."""
    years: dict[str, Mapping[str, list[str]]] = {}
    for path in (DATA, *paths):
        if path.exists():
            years |= json.loads(path.read_text(encoding="utf-8"))
    off = {date.fromisoformat(day) for table in years.values() for day in table["off"]}
    work = {date.fromisoformat(day) for table in years.values() for day in table["work"]}
    return Calendar(frozenset(map(int, years)), frozenset(off), frozenset(work))
