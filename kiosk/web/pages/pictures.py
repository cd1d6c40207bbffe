"""Plain pictures of figures: where bars and bands stand. Templates draw them as SVG; the numbers stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.figures.queries import Month, Stream

WIDTH, HEIGHT = 720, 240
LEFT, BOTTOM, TOP = 12, 28, 18
PROVINCES = {"51": "四川", "50": "重庆"}


@dataclass(frozen=True)
class Bar:
    """A bar with the words above it and under its group."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    count: int


@dataclass(frozen=True)
class Group:
    """The bars of one month."""

    middle: float
    words: str
    bars: list[Bar]


@dataclass(frozen=True)
class Band:
    """A stream between the provinces, from one height on the left to one on the right."""

    path: str
    crosses: bool
    count: int
    words: str
    source: str
    target: str
    left: float
    right: float
    thick: float


@dataclass(frozen=True)
class End:
    """The name of a province beside where its bands begin or end."""

    words: str
    side: str
    y: float


def month_bars(months: Sequence[Month]) -> list[Group]:
    """Two bars a month: received here for others, received elsewhere for us."""
    most = max([max(month.for_others, month.for_us) for month in months] + [1])
    room = (WIDTH - 2 * LEFT) / max(len(months), 1)
    width = min(room * 0.36, 40)
    groups = []
    for position, month in enumerate(months):
        middle = LEFT + room * (position + 0.5)
        bars = [
            _bar(middle - width, width, month.for_others, most, "for-others"),
            _bar(middle, width, month.for_us, most, "for-us"),
        ]
        groups.append(Group(middle, f"{int(month.month[5:])}月", bars))
    return groups


def bands(streams: Sequence[Stream]) -> list[Band]:
    """The streams between the provinces as bands, as thick as they are strong; the least is a hair."""
    known = [stream for stream in streams if {stream.source, stream.target} <= PROVINCES.keys()]
    total = sum(stream.count for stream in known) or 1
    scale = (HEIGHT - 60) / total
    heights = {"left": 10.0, "right": 10.0}
    found = []
    for stream in sorted(known, key=lambda stream: (stream.source, stream.target), reverse=True):
        thick = max(stream.count * scale, 1.0)
        left, right = heights["left"], _right_height(known, stream, scale)
        heights["left"] += thick + (20 if stream.target == "50" else 0)
        words = f"{PROVINCES[stream.source]}收件、{PROVINCES[stream.target]}办理"
        found.append(
            Band(
                _band(left, right, thick),
                stream.source != stream.target,
                stream.count,
                words,
                stream.source,
                stream.target,
                left,
                right,
                thick,
            )
        )
    return found


def ends(found: Sequence[Band]) -> list[End]:
    """Where the provinces' names stand: on the left those that received, on the right those that decide."""
    places = [("left", band.source, band.left, band.thick) for band in found]
    places += [("right", band.target, band.right, band.thick) for band in found]
    named = []
    for side, province in dict.fromkeys((side, province) for side, province, _, _ in places):
        spans = [
            (top, top + thick) for at, of, top, thick in places if (at, of) == (side, province)
        ]
        middle = (min(top for top, _ in spans) + max(bottom for _, bottom in spans)) / 2
        named.append(End(PROVINCES[province], side, round(middle + 5, 1)))
    return named


def _right_height(known: Sequence[Stream], wanted: Stream, scale: float) -> float:
    """Where a band ends: streams to 四川 above those to 重庆, each in the order of their sources."""
    order = sorted(known, key=lambda stream: (stream.target, stream.source), reverse=True)
    height = 10.0
    for position, stream in enumerate(order):
        if position and stream.target != order[position - 1].target:
            height += 20
        if stream == wanted:
            return height
        height += max(stream.count * scale, 1.0)
    return height


def _bar(x: float, width: float, count: int, most: int, kind: str) -> Bar:
    height = (HEIGHT - BOTTOM - TOP) * count / most
    return Bar(
        round(x, 1), round(HEIGHT - BOTTOM - height, 1), width, round(height, 1), kind, count
    )


def _band(left: float, right: float, thick: float) -> str:
    x1, x2, middle = 90, WIDTH - 90, WIDTH / 2
    return (
        f"M{x1} {left:.1f}C{middle} {left:.1f} {middle} {right:.1f} {x2} {right:.1f}"
        f"V{right + thick:.1f}C{middle} {right + thick:.1f} {middle} {left + thick:.1f} {x1} {left + thick:.1f}Z"
    )
