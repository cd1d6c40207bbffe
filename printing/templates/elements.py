"""What a template consists of. All measures are millimetres from the upper left corner, sizes are points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from printing.marks import BLACK, Colour

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Align = Literal["left", "center", "right", "spread", "justify"]
Valign = Literal["top", "middle", "bottom"]
Ornament = Literal["band", "rosette", "corner"]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}]*))?\}")
#: Known for every document; all other placeholders are keys of its values.
GIVEN = frozenset(
    {"number", "copy_label", "licence_identifier", "organ", "sealed_on", "page", "pages"}
)


@dataclass(frozen=True)
class Style:
    """How a text is set. ``sizes`` runs from the wished size down to the smallest permitted one."""

    font: str = "song"
    sizes: tuple[float, float] = (12.0, 12.0)
    align: Align = "left"
    valign: Valign = "top"
    leading: float = 1.45
    colour: Colour = BLACK
    wrap: bool = False
    tracking: float = 0.0
    indent: float = 0.0
    vertical: bool = False


@dataclass(frozen=True)
class Text:
    """A text with placeholders: ``{key}`` must be given, ``{key|default}`` may be.

    ``when`` names a key without which the text is left out; ``preprinted`` texts stand on a blank already.
    """

    text: str
    box: Box
    style: Style
    when: str | None
    preprinted: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys its placeholders name."""
        return tuple(match[1] for match in PLACEHOLDER.finditer(self.text))

    @property
    def fixed(self) -> bool:
        """True if it reads the same on every document."""
        return not self.keys and self.when is None


@dataclass(frozen=True)
class Rect:
    """A rectangle, with round corners if ``radius`` is given."""

    box: Box
    fill: Colour | None
    stroke: Colour | None
    width: float
    dash: tuple[float, ...]
    radius: float
    preprinted: bool


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    start: Point
    end: Point
    stroke: Colour
    width: float
    dash: tuple[float, ...]
    preprinted: bool


@dataclass(frozen=True)
class Ring:
    """A circle; an empty one stands where a blank bears the national emblem, which is never drawn."""

    centre: Point
    radius: float
    fill: Colour | None
    stroke: Colour | None
    width: float
    dash: tuple[float, ...]
    preprinted: bool


@dataclass(frozen=True)
class Decoration:
    """An ornament of fine lines, computed from a few numbers."""

    ornament: Ornament
    box: Box
    stroke: Colour
    width: float
    count: int
    depth: float
    preprinted: bool


@dataclass(frozen=True)
class Code:
    """Where the document's own code is printed: a square with its white margin; never the place of another code."""

    box: Box


@dataclass(frozen=True)
class SealPlace:
    """The centre of the seal."""

    centre: Point


Element = Text | Rect | Rule | Ring | Decoration | Code | SealPlace


@dataclass(frozen=True)
class Paragraph:
    """Running text of a notice. ``gap`` millimetres stay free above it, beside the usual distance of lines."""

    text: str
    style: Style
    when: str | None
    gap: float


@dataclass(frozen=True)
class Column:
    """One column of a table; ``share`` is its part of the width."""

    title: str
    share: float
    style: Style


@dataclass(frozen=True)
class Table:
    """Rows of the document's table ``key``; left out if there are none and it is optional."""

    key: str
    columns: tuple[Column, ...]
    header: bool
    optional: bool
    gap: float
    padding: float
    rule: float


@dataclass(frozen=True)
class SignOff:
    """The organ above the date, with the seal over both; never alone on a page."""

    organ: str
    date: str
    style: Style
    gap: float


Block = Paragraph | Table | SignOff


@dataclass(frozen=True)
class Flow:
    """Blocks one below another, over as many pages as they need: ``box`` on the first, ``next_box`` on the others."""

    box: Box
    next_box: Box
    blocks: tuple[Block, ...]


@dataclass(frozen=True, eq=False)
class Template:
    """One kind of paper in one version. ``digest`` is the SHA-256 of its file, ``sample`` fills a preview.

    ``sample_area`` is where the marks 样张 stand on a demonstration page.
    """

    name: str
    version: int
    title: str
    size: tuple[float, float]
    elements: tuple[Element, ...]
    every_page: tuple[Element, ...]
    flow: Flow | None
    sample_area: Box
    sample: dict[str, str]
    sample_tables: dict[str, tuple[tuple[str, ...], ...]]
    digest: str

    @property
    def key(self) -> str:
        """The name with the version: business-licence-branch.1."""
        return f"{self.name}.{self.version}"
