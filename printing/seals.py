"""A seal as vectors, by the national rules: round, red, the owner's name along the ring, a star in the middle.

Diameters: 国发〔1999〕25号 gives at most 45 mm for departments, 42 is usual; border and star follow the trade's
practice. The name runs clockwise from the lower left, symmetric about the vertical axis; a purpose stands below the
star; a 13-digit record number along the lower rim. Only demonstrations are drawn, and each carries 样章 as text that
a program can find. A real seal, and every seal that bears the national emblem, is the picture of its import.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, exp, pi, radians, sin

from printing.documents import SealKind, SealSpec
from printing.errors import GlyphMissing, PrintingError
from printing.marks import MM, RED, Mark, Matrix, Run, Seal, Shape, Stamp
from printing.ornament import circle, star
from printing.outlines import outline
from printing.typefaces import ASCENT, DESCENT, face, setting

SHORTEST_NAME, LONGEST_NAME = 5, 40
SERIAL_DIGITS = 13
DEMO_MARK = "样章"
NAME_FIELD, PURPOSE_FIELD = "seal.organ_name", "seal.purpose"


class SealInvalid(PrintingError):
    """The seal can not be drawn by the rules: its name or its number has the wrong length."""

    code = "seal-invalid"


@dataclass(frozen=True)
class Build:
    """Measures of one kind of seal in millimetres."""

    diameter: float
    border: float
    star: float


BUILDS: dict[SealKind, Build] = {
    "organ": Build(42.0, 1.2, 14.0),
    "company": Build(42.0, 1.2, 14.0),
    "special": Build(40.0, 1.0, 12.0),
}
#: Free space between border and name, and the tallest letters a ring gets.
RIM, TALLEST = 1.0, 6.4
#: The narrowest a letter may become, as a share of its height, and the widest.
NARROWEST, WIDEST = 0.56, 0.84
#: The arc grows with the name towards this angle, a smaller one where a number needs the rim or a purpose the middle;
#: `GROWTH` says how fast.
FULL_ARC, ARC_ABOVE_NUMBER, ARC_ABOVE_PURPOSE = radians(300), radians(256), radians(208)
GROWTH = 6.5
#: Free space between two letters at their feet, as a share of the pitch there.
AIR = 0.08
#: Letter height of 样章, and where a purpose stands above it.
DEMO_HEIGHT, DEMO_HEIGHT_BELOW_PURPOSE = 4.4, 3.2
#: Angle between two figures of the record number.
FIGURE_STEP = radians(5.6)


@dataclass(frozen=True)
class RingText:
    """How a name is set along the ring: letter height and width (mm), radius of the feet (mm), angles from the top."""

    height: float
    width: float
    feet: float
    angles: tuple[float, ...]


def ring_text(count: int, build: Build, full: float = FULL_ARC) -> RingText:
    """Return the setting of ``count`` letters: as tall as the arc permits, evenly spaced, symmetric."""
    outer = build.diameter / 2 - build.border - RIM
    arc = full * (1 - exp(-(count - 1) / GROWTH))
    step = arc / (count - 1)
    height = TALLEST
    while (outer - height) * step * (1 - AIR) < height * NARROWEST:
        height -= 0.05
    feet = outer - height
    width = min(feet * step * (1 - AIR), height * WIDEST)
    angles = tuple((number - (count - 1) / 2) * step for number in range(count))
    return RingText(height, width, feet, angles)


@lru_cache(maxsize=32)
def draw_seal(spec: SealSpec) -> Seal:
    """Return a seal around the origin; raise SealInvalid or GlyphMissing."""
    if spec.picture is not None and not spec.demo:
        return Seal(spec.picture.diameter_mm / 2 * MM, (), spec.picture.data)
    _check(spec)
    build = BUILDS[spec.kind]
    marks: list[Mark] = [
        Shape(
            circle(0, 0, (build.diameter - build.border) / 2 * MM),
            stroke=RED,
            width=build.border * MM,
        ),
        Shape(star(build.star / 2 * MM), fill=RED),
    ]
    marks += _ring(spec.organ_name, build, _full_arc(spec))
    below = -build.star / 2 - 1.2
    if spec.purpose:
        marks += _level(spec.purpose, below - 3.4, 3.4)
        below -= 4.4
    if spec.serial:
        marks += _number(spec.serial, build)
    marks.append(_demo_mark(below, DEMO_HEIGHT_BELOW_PURPOSE if spec.purpose else DEMO_HEIGHT))
    return Seal(build.diameter / 2 * MM, tuple(marks))


def stamp(spec: SealSpec, x: float, y: float) -> Stamp:
    """Return the seal with its centre at ``x``, ``y`` points."""
    return Stamp(x, y, draw_seal(spec))


def _check(spec: SealSpec) -> None:
    if spec.picture is not None:
        raise SealInvalid("a demonstration does not show the picture of a real seal")
    if not spec.demo:
        raise SealInvalid("only a seal that was imported stands on paper without 样章")
    if not SHORTEST_NAME <= len(spec.organ_name) <= LONGEST_NAME:
        raise SealInvalid(
            f"a ring takes {SHORTEST_NAME} to {LONGEST_NAME} characters, not {len(spec.organ_name)}"
        )
    if spec.serial is not None and not (
        len(spec.serial) == SERIAL_DIGITS and spec.serial.isascii() and spec.serial.isdigit()
    ):
        raise SealInvalid(f"a seal's number has {SERIAL_DIGITS} digits, not {spec.serial!r}")


def _full_arc(spec: SealSpec) -> float:
    """Return the angle that the longest name may take, so that it meets neither purpose nor number."""
    if spec.purpose:
        return ARC_ABOVE_PURPOSE
    return ARC_ABOVE_NUMBER if spec.serial else FULL_ARC


def _ring(name: str, build: Build, full: float) -> list[Mark]:
    ring = ring_text(len(name), build, full)
    return [
        _letter(character, NAME_FIELD, ring.width, ring.height, _turned(angle, ring.feet))
        for character, angle in zip(name, ring.angles, strict=True)
    ]


def _turned(angle: float, radius: float) -> Matrix:
    """Return the frame of a letter whose feet stand at ``radius`` mm, ``angle`` clockwise from the top."""
    c, s = cos(angle), sin(angle)
    return (c, -s, s, c, radius * s * MM, radius * c * MM)


def _letter(character: str, field: str, width: float, height: float, frame: Matrix) -> Shape:
    """Return one character as a path: its em square becomes ``width`` × ``height`` mm upon the frame's origin."""
    found = setting("song-bold", character)
    if found is None:
        raise GlyphMissing(character, field)
    units = face(found.face).units
    across, up = width * MM / (found.advance * units), height * MM / ((ASCENT + DESCENT) * units)
    a, b, c, d, e, f = frame
    left, foot = -found.advance * units / 2, DESCENT * units
    matrix = (
        a * across, b * across, c * up, d * up,
        e + a * across * left + c * up * foot, f + b * across * left + d * up * foot,
    )  # fmt: skip
    return Shape(outline(found.face, character), fill=RED, matrix=matrix)


def _level(text: str, foot: float, height: float) -> list[Mark]:
    """Return a level line of letters, centred, its feet at ``foot`` mm."""
    width = min(height * WIDEST, 24.0 / len(text))
    start = -(len(text) - 1) / 2 * width
    return [
        _letter(
            character,
            PURPOSE_FIELD,
            width * 0.96,
            height,
            (1, 0, 0, 1, (start + at * width) * MM, foot * MM),
        )
        for at, character in enumerate(text)
    ]


def _number(serial: str, build: Build) -> list[Mark]:
    """Return the record number along the lower rim, read from left to right, heads towards the centre."""
    feet = build.diameter / 2 - build.border - 0.6
    marks: list[Mark] = []
    for at, figure in enumerate(serial):
        angle = pi + (SERIAL_DIGITS - 1 - 2 * at) / 2 * FIGURE_STEP
        c, s = -cos(angle), -sin(angle)
        frame = (c, -s, s, c, -feet * s * MM, -feet * c * MM)
        marks.append(_letter(figure, "seal.serial", 1.1, 2.2, frame))
    return marks


def _demo_mark(top: float, height: float) -> Run:
    """Return 样章 as live text below the star, its top at ``top`` mm."""
    size = height * MM
    spacing = 0.1 * size
    left = -(len(DEMO_MARK) * (size + spacing) - spacing) / 2
    return Run("song-bold", size, left, top * MM - ASCENT * size, DEMO_MARK, RED, spacing)
