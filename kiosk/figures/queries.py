"""What the pictures show: sums over months, places and items, seen from one district or from both provinces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kiosk.figures.counting import Kind
from kiosk.figures.models import Figure

Counts = dict[str, int]


@dataclass(frozen=True)
class Month:
    """One month: ``for_others`` received here and decided elsewhere, ``for_us`` the other way round."""

    month: str
    for_others: int
    for_us: int
    decided: int
    on_time: int
    printed: int
    spoiled: int
    corrected_twice: int
    rated: int
    dissatisfied: int


@dataclass(frozen=True)
class ItemLine:
    """One item as a district sees it, received here or for here, over some months."""

    seq: int
    received: int
    decided: int
    on_time: int
    corrected_twice: int
    rated: int
    dissatisfied: int


@dataclass(frozen=True)
class PlaceLine:
    """Another division as a district sees it: ``for_them`` received here, ``for_us`` received there."""

    division: str
    for_them: int
    for_us: int


@dataclass(frozen=True)
class Stream:
    """How many cases went from where they were received to where they are decided."""

    source: str
    target: str
    count: int


def months_of(session: Session, division: str, months: Sequence[str]) -> list[Month]:
    """The months as one district sees them: it receives for others, and others for it. Zeros are shown."""
    own_from, own_to = Figure.from_division == division, Figure.to_division == division
    other = Figure.from_division != Figure.to_division
    counted = {
        "for_others": _by_month(session, months, Kind.RECEIVED, own_from, other),
        "for_us": _by_month(session, months, Kind.RECEIVED, own_to, other),
        "decided": _by_month(session, months, Kind.DECIDED, own_to),
        "on_time": _by_month(session, months, Kind.ON_TIME, own_to),
        "printed": _by_month(session, months, Kind.PRINTED, own_from),
        "spoiled": _by_month(session, months, Kind.SPOILED, own_from),
        "corrected_twice": _by_month(session, months, Kind.CORRECTED_TWICE, own_to),
        "rated": _by_month(session, months, Kind.RATED, own_to),
        "dissatisfied": _by_month(session, months, Kind.DISSATISFIED, own_to),
    }
    return [
        Month(month, **{what: counts[month] for what, counts in counted.items()})
        for month in months
    ]


OF_ITEMS = {
    "received": Kind.RECEIVED,
    "decided": Kind.DECIDED,
    "on_time": Kind.ON_TIME,
    "corrected_twice": Kind.CORRECTED_TWICE,
    "rated": Kind.RATED,
    "dissatisfied": Kind.DISSATISFIED,
}


def items_of(
    session: Session, division: str, months: Sequence[str], limit: int | None = None
) -> list[ItemLine]:
    """The items received here or for here, the most frequent first."""
    here = or_(Figure.from_division == division, Figure.to_division == division)
    rows = session.execute(
        select(Figure.item_seq, Figure.kind, func.sum(Figure.count))
        .where(Figure.month.in_(months), Figure.kind.in_(OF_ITEMS.values()), here)
        .group_by(Figure.item_seq, Figure.kind)
    )
    counted = {(seq, kind): int(count) for seq, kind, count in rows}
    lines = [
        ItemLine(seq, **{what: counted.get((seq, kind), 0) for what, kind in OF_ITEMS.items()})
        for seq in {seq for seq, _ in counted}
    ]
    return sorted(lines, key=lambda line: (-line.received, line.seq))[:limit]


def places_of(
    session: Session, division: str, months: Sequence[str], limit: int | None = None
) -> list[PlaceLine]:
    """The divisions that the district received for or that received for it, the busiest first."""
    source, target = Figure.from_division, Figure.to_division
    for_them = _by_place(session, months, target, source == division, target != division)
    for_us = _by_place(session, months, source, target == division, source != division)
    lines = [PlaceLine(code, for_them[code], for_us[code]) for code in {*for_them, *for_us}]
    lines.sort(key=lambda line: (-line.for_them - line.for_us, line.division))
    return lines[:limit]


def streams(session: Session, months: Sequence[str], width: int) -> list[Stream]:
    """The streams between divisions, by the first ``width`` digits of their codes: 2 for provinces, 6 for districts."""
    source, target = (
        func.substr(column, 1, width) for column in (Figure.from_division, Figure.to_division)
    )
    total = func.sum(Figure.count)
    rows = session.execute(
        select(source, target, total)
        .where(Figure.month.in_(months), Figure.kind == Kind.RECEIVED)
        .group_by(source, target)
        .order_by(total.desc(), source, target)
    )
    return [Stream(of, to, int(count)) for of, to, count in rows]


def _by_place(
    session: Session,
    months: Sequence[str],
    place: InstrumentedAttribute[str],
    *conditions: ColumnElement[bool],
) -> Counts:
    rows = session.execute(
        select(place, func.sum(Figure.count))
        .where(Figure.month.in_(months), Figure.kind == Kind.RECEIVED, *conditions)
        .group_by(place)
    )
    return defaultdict(int, {code: int(count) for code, count in rows})


def _by_month(
    session: Session, months: Sequence[str], kind: Kind, *conditions: ColumnElement[bool]
) -> Counts:
    rows = session.execute(
        select(Figure.month, func.sum(Figure.count))
        .where(Figure.month.in_(months), Figure.kind == kind, *conditions)
        .group_by(Figure.month)
    )
    return defaultdict(int, {month: int(count) for month, count in rows})
