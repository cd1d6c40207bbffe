"""The item as both provinces have it, side by side, with what only one of them says marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.casework.precheck import Comparison

BETWEEN = "；"
LEGAL, UNIT, PROMISED = "legal_days", "legal_unit", "promised_days"
"""A legal limit is counted in its own unit, a promised one in working days."""


@dataclass(frozen=True)
class Entry:
    """One thing a province says; ``alone``: the other province does not say it."""

    words: str
    alone: bool


@dataclass(frozen=True)
class Row:
    """One field of the item in both provinces."""

    words: str
    differs: bool
    justification: str
    sichuan: list[Entry]
    chongqing: list[Entry]


def side_by_side(compared: Sequence[Comparison]) -> list[Row]:
    """Every field, those that differ first; a number of days is told with its unit."""
    units = next((field for field in compared if field.field == UNIT), None)
    rows = [_row(_with_unit(field, units)) for field in compared if field.field != UNIT]
    return sorted(rows, key=lambda row: not row.differs)


def _row(field: Comparison) -> Row:
    return Row(
        words=field.words,
        differs=field.differs,
        justification=field.justification,
        sichuan=_entries(field.sichuan, field.chongqing),
        chongqing=_entries(field.chongqing, field.sichuan),
    )


def _with_unit(field: Comparison, units: Comparison | None) -> Comparison:
    if field.field == PROMISED:
        return replace(
            field,
            sichuan=_days(field.sichuan, "个工作日"),
            chongqing=_days(field.chongqing, "个工作日"),
        )
    if field.field != LEGAL or units is None:
        return field
    return replace(
        field,
        sichuan=_days(field.sichuan, f"个{units.sichuan}"),
        chongqing=_days(field.chongqing, f"个{units.chongqing}"),
        differs=field.differs or units.differs,
        justification=field.justification or units.justification,
    )


def _days(number: str, unit: str) -> str:
    return f"{number} {unit}" if number.isdecimal() else number


def _entries(own: str, other: str) -> list[Entry]:
    others = set(other.split(BETWEEN))
    return [Entry(words, words not in others) for words in own.split(BETWEEN)]
