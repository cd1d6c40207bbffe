"""Why a case is due when it is: the days counted and not counted, as data and as one Chinese sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from kiosk.casework.deadlines import (
    WORKING_DAY,
    Limit,
    Pauses,
    counts,
    due,
    is_paused,
    used_days,
)
from services_catalog.workdays import SATURDAY, Calendar, CalendarMissing

UNITS = {WORKING_DAY: "个工作日"}


class Level(StrEnum):
    """How a limit stands."""

    CALM = "green"
    NEAR = "amber"
    LAST = "red"
    BREACHED = "breached"
    PAUSED = "paused"


@dataclass(frozen=True)
class Thresholds:
    """From how many days left a limit is amber and red."""

    amber: int
    red: int


@dataclass(frozen=True)
class Part:
    """A stretch of days that is counted otherwise than one would think.

    ``kind`` is ``off``, ``closure``, ``make-up`` or ``pause``; ``days`` of the limit's unit it takes or gives.
    """

    kind: str
    from_on: date
    to_on: date
    days: int
    name: str = ""


@dataclass(frozen=True)
class Reckoned:
    """What a limit is about: its ``name`` (法定办理期限), what began it (``began``: 受理), and days granted on top."""

    key: str
    name: str
    began: str
    limit: Limit
    extended: int = 0


@dataclass(frozen=True)
class Clock:
    """One limit of a case, explained. ``due_on`` and ``days_left`` are None while they can not be known."""

    key: str
    name: str
    started_on: date
    days: int
    unit: str
    due_on: date | None
    earliest_on: date
    days_left: int | None
    level: Level
    parts: tuple[Part, ...]
    words: str


def explain(
    reckoned: Reckoned, today: date, calendar: Calendar, pauses: Pauses, thresholds: Thresholds
) -> Clock:
    """The limit as it stands today, with every stretch of days that moved its end."""
    limit = reckoned.limit
    end = due(limit.start, limit.days, limit.unit, calendar, pauses)
    left = _days_left(limit, today, calendar, pauses)
    level = _level(end.on, today, left, is_paused(pauses), thresholds)
    so_far = [replace(pause, ended_on=pause.ended_on or today) for pause in pauses]
    parts = tuple(_parts(limit, end.earliest, calendar, so_far))
    clock = Clock(
        reckoned.key,
        reckoned.name,
        limit.start,
        limit.days,
        limit.unit,
        end.on,
        end.earliest,
        left,
        level,
        parts,
        "",
    )
    return replace(clock, words=_sentence(clock, reckoned, calendar))


def _days_left(limit: Limit, today: date, calendar: Calendar, pauses: Pauses) -> int | None:
    try:
        return limit.days - used_days(limit, today, calendar, pauses)
    except CalendarMissing:
        return None


def _level(
    on: date | None, today: date, left: int | None, paused: bool, thresholds: Thresholds
) -> Level:
    if paused:
        return Level.PAUSED
    return level_of(on, today, left, thresholds)


def level_of(on: date | None, today: date, left: int | None, thresholds: Thresholds) -> Level:
    """How a running limit stands that ends on a day and has so many of its days left."""
    if on is not None and today > on:
        return Level.BREACHED
    if left is None or left > thresholds.amber:
        return Level.CALM
    return Level.NEAR if left > thresholds.red else Level.LAST


def _parts(limit: Limit, end: date, calendar: Calendar, pauses: Pauses) -> Iterator[Part]:
    """The unusual stretches after the start to the end, in order; plain weekends go without saying."""
    span = range(1, (end - limit.start).days + 1)
    days = [limit.start + timedelta(days=n) for n in span]
    known = [day for day in days if day.year in calendar.years or limit.unit != WORKING_DAY]
    for (kind, name), run in groupby(known, lambda day: _sort_of(day, limit, calendar, pauses)):
        held = list(run)
        if kind == "pause":
            lost = sum(counts(day, limit.unit, calendar) for day in held)
            yield Part(kind, held[0], held[-1], lost, name)
        elif kind == "make-up":
            yield from (Part(kind, day, day, 1) for day in held)
        elif kind == "off" and any(day.weekday() < SATURDAY for day in held):
            yield Part(_why_off(held, calendar), held[0], held[-1], 0)


def _sort_of(day: date, limit: Limit, calendar: Calendar, pauses: Pauses) -> tuple[str, str]:
    names = [pause.name for pause in pauses if pause.holds(day)]
    if names:
        return "pause", "、".join(dict.fromkeys(names))
    if limit.unit != WORKING_DAY:
        return "counted", ""
    if calendar.is_working_day(day):
        return ("make-up" if day.weekday() >= SATURDAY else "counted"), ""
    return "off", ""


def _why_off(days: list[date], calendar: Calendar) -> str:
    """A closure of the area alone, or a holiday of the whole country."""
    weekdays = [day for day in days if day.weekday() < SATURDAY]
    return "closure" if all(day in calendar.closures for day in weekdays) else "off"


def _sentence(clock: Clock, reckoned: Reckoned, calendar: Calendar) -> str:
    """「还剩9个工作日：9月29日受理，10月1日至7日放假，10月10日补班计入，专家评审3个工作日不计入，至10月22日届满」"""
    unit = UNITS.get(clock.unit, "天")
    said = [f"{_day(clock.started_on)}{reckoned.began}"]
    said += [_part_words(part, unit) for part in clock.parts]
    if reckoned.extended:
        said.append(f"经批准延长{reckoned.extended}{unit}")
    return (
        f"{clock.name}{_left_words(clock, unit)}：{'，'.join(said)}，{_end_words(clock, calendar)}"
    )


def _left_words(clock: Clock, unit: str) -> str:
    if clock.level is Level.BREACHED:
        return f"已超过{-clock.days_left}{unit}" if clock.days_left else "已届满"
    if clock.days_left is None:
        return "剩余天数待定"
    return f"还剩{clock.days_left}{unit}"


def _part_words(part: Part, unit: str) -> str:
    if part.kind == "pause":
        return f"{part.name}{part.days}{unit}不计入"
    if part.kind == "make-up":
        return f"{_day(part.from_on)}补班计入"
    reason = "放假" if part.kind == "off" else "办理机关停止办公"
    return f"{_span(part.from_on, part.to_on)}{reason}"


def _end_words(clock: Clock, calendar: Calendar) -> str:
    if clock.due_on is not None:
        return f"至{_day(clock.due_on)}届满"
    if clock.level is Level.PAUSED:
        return f"特别程序尚未结束，至少到{_long_day(clock.earliest_on)}"
    year = next(
        year
        for year in range(clock.started_on.year, clock.earliest_on.year + 1)
        if year not in calendar.years
    )
    return f"{year}年节假日安排尚未公布，至少到{_long_day(clock.earliest_on)}"


def _span(first: date, last: date) -> str:
    if first == last:
        return _day(first)
    if first.month == last.month:
        return f"{_day(first)}至{last.day}日"
    return f"{_day(first)}至{_day(last)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _long_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
