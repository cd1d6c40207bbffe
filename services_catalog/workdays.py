"""Which days are working days, by the State Council's yearly notices; never guessed beyond the loaded years."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from services_catalog.errors import CatalogError

DATA = Path(__file__).parent / "data" / "workdays.json"
CLOSURES = "closures"
SATURDAY = 5


class CalendarMissing(CatalogError):
    """The notice for that year is not loaded yet; a date beyond it would be a guess."""

    code = "calendar-missing"

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年的节假日安排尚未公布或尚未载入")
        self.year = year


class CalendarInvalid(CatalogError):
    """A table of working days has faults; ``faults`` names every one, and nothing of it is used."""

    code = "calendar-invalid"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Calendar:
    """Working days of the loaded years. ``closures`` are further days off of one area; ``areas`` those of each."""

    years: frozenset[int]
    off: frozenset[date]
    make_up: frozenset[date]
    closures: frozenset[date] = frozenset()
    areas: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day. Raises CalendarMissing beyond the loaded years."""
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        if day in self.closures or day in self.off:
            return False
        return day in self.make_up or day.weekday() < SATURDAY

    def with_closures(self, days: frozenset[date]) -> Calendar:
        """The same calendar for an area whose organs are closed on further days."""
        return replace(self, closures=self.closures | days)

    def of_areas(self, codes: Iterable[str]) -> Calendar:
        """The calendar of a division, given its own code and those of the divisions above it."""
        days: frozenset[date] = frozenset()
        return self.with_closures(days.union(*(self.areas.get(code, days) for code in codes)))


def load_calendar(*paths: Path) -> Calendar:
    """Read the shipped tables, then those at ``paths``: a later file replaces whole years and areas.

    A file reads ``{"2027": {"off": [...], "work": [...], "source": ...}, "closures": {"510107": [...]}}``.
    Raises CalendarInvalid.
    """
    tables: dict[str, Any] = {CLOSURES: {}}
    for path in (DATA, *paths):
        if path.exists():
            tables = merge_tables(tables, json.loads(path.read_text(encoding="utf-8")))
    closures = tables.pop(CLOSURES)
    return Calendar(
        frozenset(map(int, tables)),
        frozenset(_days(day for table in tables.values() for day in table["off"])),
        frozenset(_days(day for table in tables.values() for day in table["work"])),
        areas={code: frozenset(_days(days)) for code, days in closures.items()},
    )


def merge_tables(held: Mapping[str, Any], added: Any) -> dict[str, Any]:
    """The held tables with the years and areas of ``added`` in place of their own. Raises CalendarInvalid."""
    faults = list(faults_of(added))
    if faults:
        raise CalendarInvalid(faults)
    closures = dict(held.get(CLOSURES, {})) | added.get(CLOSURES, {})
    return {**held, **added, CLOSURES: closures}


def faults_of(tables: Any) -> Iterator[str]:
    """What is wrong with a file of tables, in words."""
    if not isinstance(tables, dict):
        yield "文件应为 JSON 对象，以年份为键"
        return
    for name, table in tables.items():
        if name == CLOSURES:
            yield from _closure_faults(table)
        elif re.fullmatch(r"20\d\d", str(name)) is None:
            yield f"“{name}”不是年份"
        else:
            yield from _year_faults(name, table)


def _year_faults(year: str, table: Any) -> Iterator[str]:
    if not isinstance(table, dict) or not {"off", "work", "source"} <= set(table):
        yield f"{year} 年须有 off（休息日）、work（补班日）和 source（依据）"
        return
    off, work = table["off"], table["work"]
    if not table["off"] or not str(table["source"]).strip():
        yield f"{year} 年的休息日和依据不能为空"
    for day in (*off, *work):
        if _find_day(day) is None or not day.startswith(year):
            yield f"{year} 年的“{day}”不是该年的日期"
    yield from (f"{day} 既是休息日又是补班日" for day in sorted({*off} & {*work}))
    for day in work:
        held = _find_day(day)
        if held is not None and held.weekday() < SATURDAY:
            yield f"{day} 不是周末，不能是补班日"


def _closure_faults(closures: Any) -> Iterator[str]:
    if not isinstance(closures, dict):
        yield "closures 应以行政区划代码为键"
        return
    for code, days in closures.items():
        if re.fullmatch(r"\d{6}", code) is None:
            yield f"“{code}”不是行政区划代码"
        yield from (f"{code} 的“{day}”不是日期" for day in days if _find_day(day) is None)


def _find_day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _days(texts: Iterable[str]) -> Iterator[date]:
    return (date.fromisoformat(text) for text in texts)
