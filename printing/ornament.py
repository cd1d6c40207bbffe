"""Fine-line ornaments of a certificate, computed: bands of interlaced waves and rosettes. Never an emblem."""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, sin

from printing.marks import Colour, Matrix, Segment, Shape

#: A cubic follows a curve whose ends and derivatives are known if its controls stand a third of the way along.
THIRD = 1 / 3


def circle(x: float, y: float, radius: float) -> tuple[Segment, ...]:
    """Return a circle as four cubics."""
    k = radius * 0.5522847498
    return (
        ("m", x + radius, y),
        ("c", x + radius, y + k, x + k, y + radius, x, y + radius),
        ("c", x - k, y + radius, x - radius, y + k, x - radius, y),
        ("c", x - radius, y - k, x - k, y - radius, x, y - radius),
        ("c", x + k, y - radius, x + radius, y - k, x + radius, y),
        ("h",),
    )


def rounded(x: float, y: float, width: float, height: float, radius: float) -> tuple[Segment, ...]:
    """Return a rectangle with round corners."""
    r, k = radius, radius * (1 - 0.5522847498)
    right, top = x + width, y + height
    return (
        ("m", x + r, y), ("l", right - r, y), ("c", right - k, y, right, y + k, right, y + r),
        ("l", right, top - r), ("c", right, top - k, right - k, top, right - r, top),
        ("l", x + r, top), ("c", x + k, top, x, top - k, x, top - r),
        ("l", x, y + r), ("c", x, y + k, x + k, y, x + r, y), ("h",),
    )  # fmt: skip


def band(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    depth: float,
    strands: int,
    colour: Colour,
    line: float,
) -> tuple[Shape, ...]:
    """Interlaced waves along the four sides of a rectangle, ``depth`` points deep, corners left free."""
    across, upward = width - 2 * depth, height - 2 * depth
    sides: tuple[tuple[float, Matrix], ...] = (
        (across, (1, 0, 0, 1, x + depth, y)),
        (across, (1, 0, 0, 1, x + depth, y + height - depth)),
        (upward, (0, 1, -1, 0, x + depth, y + depth)),
        (upward, (0, 1, -1, 0, x + width, y + depth)),
    )
    return tuple(_strands(length, depth, strands, colour, line, place) for length, place in sides)


def _strands(
    length: float, depth: float, strands: int, colour: Colour, line: float, matrix: Matrix
) -> Shape:
    """Return the waves of one side, drawn along the x axis and turned into place by ``matrix``."""
    halves = max(2 * round(length / (depth * 1.3)), 2)
    segments: list[Segment] = []
    for number in range(strands):
        share = 1 - 2 * number / (strands - 1) if strands > 1 else 1.0
        segments += _wave(length, halves, depth / 2, share * depth * 0.46)
        segments += _wave(length, 2 * halves, depth / 2, share * depth * 0.2)
    return Shape(tuple(segments), stroke=colour, width=line, matrix=matrix)


def _wave(length: float, halves: int, middle: float, height: float) -> list[Segment]:
    """Return half waves around ``middle``; controls at 4/3 of the height bring the crest to the height."""
    step, reach = length / halves, height * 4 / 3
    segments: list[Segment] = [("m", 0.0, middle)]
    for number in range(halves):
        start, level = number * step, middle + (-reach if number % 2 else reach)
        controls = (start + step * 0.36, level, start + step * 0.64, level)
        segments.append(("c", *controls, start + step, middle))
    return segments


def rosette(
    x: float, y: float, radius: float, *, petals: int, colour: Colour, line: float
) -> tuple[Shape, ...]:
    """A flower of ``petals`` interlaced loops, three rings deep."""
    segments: list[Segment] = []
    for share, swing in ((0.86, 0.14), (0.62, 0.22), (0.34, 0.2)):
        for phase in range(4):
            segments += _loops(
                x, y, radius * share, radius * swing, petals, phase * pi / (2 * petals)
            )
    return (Shape(tuple(segments), stroke=colour, width=line),)


def _loops(
    x: float, y: float, radius: float, swing: float, petals: int, phase: float
) -> list[Segment]:
    """Return r(t) = radius + swing·cos(petals·(t - phase)) as cubics, four to a petal."""
    steps = 4 * petals
    span = 2 * pi / steps
    points = [
        _loop_point(radius, swing, petals, phase, number * span) for number in range(steps + 1)
    ]
    segments: list[Segment] = [("m", x + points[0][0], y + points[0][1])]
    reach = span * THIRD
    for (x0, y0, u0, v0), (x1, y1, u1, v1) in pairwise(points):
        leaving = (x + x0 + u0 * reach, y + y0 + v0 * reach)
        arriving = (x + x1 - u1 * reach, y + y1 - v1 * reach)
        segments.append(("c", *leaving, *arriving, x + x1, y + y1))
    return segments


def _loop_point(
    radius: float, swing: float, petals: int, phase: float, t: float
) -> tuple[float, float, float, float]:
    """Return position and derivative of the loop at ``t``."""
    r = radius + swing * cos(petals * (t - phase))
    slope = -petals * swing * sin(petals * (t - phase))
    return r * cos(t), r * sin(t), slope * cos(t) - r * sin(t), slope * sin(t) + r * cos(t)


def corner(
    x: float, y: float, side: float, *, petals: int, colour: Colour, line: float
) -> tuple[Shape, ...]:
    """A small rosette in a square corner of a band."""
    half = side / 2
    frame = Shape(circle(x + half, y + half, half * 0.94), stroke=colour, width=line * 2)
    return (
        frame,
        *rosette(x + half, y + half, half * 0.9, petals=petals, colour=colour, line=line),
    )


def star(radius: float) -> tuple[Segment, ...]:
    """A five-pointed star around the origin, one point up; ``radius`` reaches its tips."""
    inner = radius * sin(pi / 10) / sin(3 * pi / 10)
    points = [
        (r * sin(turn), r * cos(turn))
        for number in range(10)
        for r, turn in [((radius, inner)[number % 2], number * pi / 5)]
    ]
    first, *others = points
    return (("m", *first), *(("l", *point) for point in others), ("h",))
