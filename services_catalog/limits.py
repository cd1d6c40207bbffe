"""Time limits in different units, brought to one unit for comparison."""

from __future__ import annotations

from fractions import Fraction

WORKING_DAY, CALENDAR_DAY = "working_day", "calendar_day"
# A week has five working days of seven; public holidays only make working days longer.
CALENDAR_DAYS = {WORKING_DAY: Fraction(7, 5), CALENDAR_DAY: Fraction(1)}
UNIT_WORDS = {WORKING_DAY: "个工作日", CALENDAR_DAY: "个自然日"}


def is_within(promised: int, unit: str, legal: int | None, legal_unit: str) -> bool:
    """Whether a promise never exceeds the statutory limit; anything is within a limit that does not exist."""
    if legal is None or legal_unit not in CALENDAR_DAYS:
        return True
    return promised * CALENDAR_DAYS[unit] <= legal * CALENDAR_DAYS[legal_unit]


def limit_words(days: int | None, unit: str) -> str:
    """A limit as people write it."""
    return "未规定" if days is None else f"{days}{UNIT_WORDS.get(unit, '天')}"
