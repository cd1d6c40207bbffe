"""Glyph outlines as path segments, for text that is drawn as vectors: the ring of a seal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from struct import unpack_from

from printing.marks import Segment
from printing.typefaces import face

ON_CURVE, SHORT_X, SHORT_Y, REPEAT, SAME_X, SAME_Y = 1, 2, 4, 8, 16, 32
Dot = tuple[float, float, bool]


@lru_cache(maxsize=128)
def outline(face_key: str, character: str) -> tuple[Segment, ...]:
    """Return the glyph's contours in font units; the baseline is at 0."""
    source = face(face_key)
    data = source.outline(source.glyph_index(ord(character)))
    return tuple(segment for contour in _contours(data) for segment in _curves(contour))


def _contours(data: bytes) -> Iterator[list[Dot]]:
    if not data:
        return
    count = unpack_from(">h", data, 0)[0]
    ends = unpack_from(f">{count}H", data, 10)
    at = 10 + 2 * count
    at += 2 + unpack_from(">H", data, at)[0]
    flags, at = _flags(data, at, ends[-1] + 1)
    xs, at = _coordinates(data, at, flags, SHORT_X, SAME_X)
    ys, at = _coordinates(data, at, flags, SHORT_Y, SAME_Y)
    start = 0
    for end in ends:
        yield [(xs[n], ys[n], bool(flags[n] & ON_CURVE)) for n in range(start, end + 1)]
        start = end + 1


def _flags(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    flags: list[int] = []
    while len(flags) < count:
        flag = data[at]
        at += 1
        times = 1
        if flag & REPEAT:
            times += data[at]
            at += 1
        flags += [flag] * times
    return flags, at


def _coordinates(
    data: bytes, at: int, flags: list[int], short: int, same: int
) -> tuple[list[int], int]:
    value, found = 0, []
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += unpack_from(">h", data, at)[0]
            at += 2
        found.append(value)
    return found, at


def _curves(dots: list[Dot]) -> Iterator[Segment]:
    """Yield one closed contour; quadratic arcs are raised to cubics."""
    dots = list(_with_midpoints(dots))
    first = next(number for number, dot in enumerate(dots) if dot[2])
    dots = dots[first:] + dots[: first + 1]
    x, y, _ = dots[0]
    yield ("m", x, y)
    control: tuple[float, float] | None = None
    for nx, ny, on in dots[1:]:
        if not on:
            control = (nx, ny)
            continue
        if control is None:
            yield ("l", nx, ny)
        else:
            yield _raised((x, y), control, (nx, ny))
        x, y, control = nx, ny, None
    yield ("h",)


def _with_midpoints(dots: list[Dot]) -> Iterator[tuple[float, float, bool]]:
    """Yield the dots with the on-curve points that TrueType leaves out between two controls."""
    before = dots[-1]
    for dot in dots:
        if not before[2] and not dot[2]:
            yield (before[0] + dot[0]) / 2, (before[1] + dot[1]) / 2, True
        yield dot
        before = dot


def _raised(
    start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]
) -> Segment:
    x0, y0 = start
    qx, qy = control
    x1, y1 = end
    return (
        "c",
        x0 + 2 / 3 * (qx - x0),
        y0 + 2 / 3 * (qy - y0),
        x1 + 2 / 3 * (qx - x1),
        y1 + 2 / 3 * (qy - y1),
        x1,
        y1,
    )
