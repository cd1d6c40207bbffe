"""What ink can do: the few shapes a page is made of, in points from the lower left corner.

Layout produces marks; the assembler and the reference drawing each turn the same marks into a PDF. Nothing here
knows of templates or of PDF syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

MM = 72 / 25.4

Colour = tuple[float, float, float]
#: ("m", x, y), ("l", x, y), ("c", x1, y1, x2, y2, x3, y3), ("h",) or ("re", x, y, width, height)
Segment = tuple[str, *tuple[float, ...]]
Matrix = tuple[float, float, float, float, float, float]

BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
RED: Colour = (1.0, 0.0, 0.0)
UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one face on one baseline. ``spacing`` points follow each character.

    ``embolden`` outlines the glyphs by that share of the size: a face without a bold cut beside bold text.
    """

    face: str
    size: float
    x: float
    y: float
    text: str
    colour: Colour = BLACK
    spacing: float = 0.0
    turn: tuple[float, float] = (1.0, 0.0)
    embolden: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A path, filled, stroked or both, after ``matrix`` has moved it."""

    segments: tuple[Segment, ...]
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()
    matrix: Matrix = UPRIGHT


@dataclass(frozen=True, slots=True)
class Modules:
    """A square code of dark modules; ``rows`` holds one string of 0 and 1 for each row, top row first."""

    rows: tuple[str, ...]
    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """No ink: what follows belongs to this part of the page. ``order`` is its place in reading, ``role`` its PDF role.

    Runs before any part, and all shapes, are decoration that nobody reads aloud. One object for each, by ``part``.
    """

    order: int
    role: str = "P"


#: Decoration: nothing to read.
ARTIFACT = Part(-1, "Artifact")
Mark = Run | Shape | Modules | Part


@cache
def part(order: int, role: str = "P") -> Part:
    """Return the mark that begins a part; one object for each place in reading."""
    return Part(order, role)


@dataclass(frozen=True, eq=False)
class Seal:
    """Marks around the origin; one object for one seal, so that what is prepared for it can be kept.

    ``ink`` is the picture of an imported seal instead: a square grey PNG that fills the circle, bright where ink is.
    """

    radius: float
    marks: tuple[Mark, ...]
    ink: bytes | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A seal on a page, drawn last and multiplied onto the text below, which stays legible."""

    x: float
    y: float
    seal: Seal


@dataclass(frozen=True, eq=False)
class Ground:
    """What lies under the values and is the same on many documents; one object for each kind, as with seals."""

    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One side of paper: the ground, then the values, then the seal."""

    ground: Ground
    values: tuple[Mark, ...]
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All pages of a document, in points."""

    width: float
    height: float
    pages: tuple[Page, ...]
