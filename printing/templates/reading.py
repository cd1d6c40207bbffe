"""A template file becomes a Template, or all its faults are told with line and path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from printing.errors import TemplateInvalid
from printing.templates.elements import (
    PLACEHOLDER,
    Block,
    Code,
    Column,
    Decoration,
    Element,
    Flow,
    Paragraph,
    Rect,
    Ring,
    Rule,
    SealPlace,
    SignOff,
    Style,
    Table,
    Template,
    Text,
)
from printing.templates.fields import Fields
from printing.templates.frames import Frames, framed, no_frames
from printing.templates.positions import lines_of
from printing.typefaces import FAMILIES

ALIGNS = ("left", "center", "right", "spread", "justify")
VALIGNS = ("top", "middle", "bottom")
STYLE_KEYS = (
    "font", "size", "align", "valign", "leading", "colour", "wrap", "tracking", "indent", "vertical",
)  # fmt: skip


@dataclass
class Reading:
    """What is known while one file is read: its named styles and the faults so far."""

    styles: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    page: tuple[float, float] = (0.0, 0.0)


def read_template(name: str, text: str, frames: Frames = no_frames) -> Template:
    """Return the template of a file's text, or raise TemplateInvalid with every fault.

    A text with a ``frame`` is put into the frame of that key, whose own text ``frames`` gives.
    """
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise TemplateInvalid(name, (f"line {error.lineno}: not JSON: {error.msg}",)) from error
    outer = ""
    if isinstance(raw, dict) and isinstance(raw.get("frame"), str):
        try:
            outer = frames(raw["frame"])
        except (LookupError, OSError) as error:
            raise TemplateInvalid(name, (f"there is no frame {raw['frame']!r}",)) from error
        raw = framed(raw, json.loads(outer))
    reading = Reading()
    template = _template(reading, Fields(raw, "", reading.faults), outer + text)
    if reading.faults:
        lines = lines_of(text)
        raise TemplateInvalid(name, tuple(_told(path, why, lines) for path, why in reading.faults))
    return template


def _told(path: str, why: str, lines: Mapping[str, int]) -> str:
    """Say where: a missing member has no line of its own, so its nearest ancestor's is given."""
    known = path
    while known not in lines and known:
        known = known[: max(known.rfind("."), known.rfind("["), 0)]
    return f"line {lines[known]}, {path or 'the whole file'}: {why}"


def _template(reading: Reading, fields: Fields, text: str) -> Template:
    width, height = fields.numbers("size", 2)
    reading.page = (width, height)
    reading.styles = fields.members("styles", dict, "must name styles, each an object")
    template = Template(
        name=fields.text("name"),
        version=int(fields.number("version")),
        title=fields.text("title"),
        size=(width, height),
        elements=_elements(reading, fields, "elements"),
        every_page=_elements(reading, fields, "every_page"),
        flow=_flow(reading, fields.take("flow", None)),
        sample_area=_box(reading, fields, "sample_area"),
        sample=fields.members("sample", str, "must give texts"),
        sample_tables=_sample_tables(fields),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    fields.close()
    return template


def _sample_tables(fields: Fields) -> dict[str, tuple[tuple[str, ...], ...]]:
    why = "must give lists of rows, each a list of texts"
    raw = fields.members("sample_tables", list, why)
    if not all(_is_row(row) for rows in raw.values() for row in rows):
        fields.fault("sample_tables", why)
        return {}
    return {key: tuple(tuple(row) for row in rows) for key, rows in raw.items()}


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(cell, str) for cell in row)


def _elements(reading: Reading, fields: Fields, key: str) -> tuple[Element, ...]:
    found = []
    for path, raw in fields.items(key, []):
        member = Fields(raw, path, reading.faults)
        kind = member.choice("kind", ELEMENTS)
        found.append(ELEMENTS[kind](reading, member))
        member.close()
    return tuple(found)


def _style(reading: Reading, fields: Fields) -> Style:
    """Return the named style with the member's own changes."""
    named = fields.optional_text("style")
    base = reading.styles.get(named or "", {})
    if named and named not in reading.styles:
        fields.fault("style", f"{named!r} is not among the styles")
    own = {key: fields.take(key) for key in STYLE_KEYS if key in fields.raw}
    merged = Fields({**base, **own}, fields.path, fields.faults)
    sizes = merged.take("size", [12, 12])
    if isinstance(sizes, (int, float)):
        merged.raw["size"] = [sizes, sizes]
    style = _plain_style(merged)
    merged.close()
    return style


def _plain_style(fields: Fields) -> Style:
    largest, smallest = fields.numbers("size", 2, [12, 12])
    if not 4 <= smallest <= largest:
        fields.fault(
            "size", "must run from the wished size down to a smallest of at least 4 points"
        )
    return Style(
        font=fields.choice("font", FAMILIES, "song"),
        sizes=(largest, smallest),
        align=fields.choice("align", ALIGNS, "left"),
        valign=fields.choice("valign", VALIGNS, "top"),
        leading=fields.number("leading", 1.45),
        colour=fields.colour("colour", "#000000"),
        wrap=fields.flag("wrap", False),
        tracking=fields.number("tracking", 0),
        indent=fields.number("indent", 0),
        vertical=fields.flag("vertical", False),
    )


def _box(reading: Reading, fields: Fields, key: str = "box") -> tuple[float, float, float, float]:
    x, y, width, height = fields.numbers(key, 4)
    across, down = reading.page
    if not all(reading.page):  # The fault of the page is told; without it no place can be judged.
        return x, y, width, height
    if x < 0 or y < 0 or width <= 0 or height <= 0 or x + width > across or y + height > down:
        fields.fault(key, "must lie on the page and have an extent")
    return x, y, width, height


def _text(reading: Reading, fields: Fields) -> Text:
    text = _placeheld(fields, "text")
    when = fields.optional_text("when")
    fixed = when is None and not PLACEHOLDER.search(text)
    return Text(
        text=text, box=_box(reading, fields), style=_style(reading, fields), when=when,
        preprinted=fields.flag("preprinted", fixed),
    )  # fmt: skip


def _placeheld(fields: Fields, key: str) -> str:
    text = fields.text(key)
    if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
        fields.fault(key, "has a brace that is no placeholder {key} or {key|default}")
    return text


def _rect(reading: Reading, fields: Fields) -> Rect:
    return Rect(
        box=_box(reading, fields), fill=fields.optional_colour("fill"),
        stroke=fields.optional_colour("stroke"), width=fields.number("width", 0.2),
        dash=fields.dash("dash"), radius=fields.number("radius", 0),
        preprinted=fields.flag("preprinted", True),
    )  # fmt: skip


def _rule(reading: Reading, fields: Fields) -> Rule:
    x1, y1, x2, y2 = fields.numbers("line", 4)
    return Rule(
        start=(x1, y1), end=(x2, y2), stroke=fields.colour("stroke", "#000000"),
        width=fields.number("width", 0.2), dash=fields.dash("dash"),
        preprinted=fields.flag("preprinted", True),
    )  # fmt: skip


def _ring(reading: Reading, fields: Fields) -> Ring:
    x, y = fields.numbers("centre", 2)
    return Ring(
        centre=(x, y), radius=fields.number("radius"), fill=fields.optional_colour("fill"),
        stroke=fields.optional_colour("stroke"), width=fields.number("width", 0.2),
        dash=fields.dash("dash"), preprinted=fields.flag("preprinted", True),
    )  # fmt: skip


def _decoration(reading: Reading, fields: Fields) -> Decoration:
    return Decoration(
        ornament=fields.choice("ornament", ("band", "rosette", "corner")),
        box=_box(reading, fields), stroke=fields.colour("stroke"),
        width=fields.number("width", 0.1), count=int(fields.number("count", 6)),
        depth=fields.number("depth", 8), preprinted=fields.flag("preprinted", True),
    )  # fmt: skip


def _code(reading: Reading, fields: Fields) -> Code:
    box = _box(reading, fields)
    if box[2] != box[3]:
        fields.fault("box", "must be a square")
    return Code(box)


def _seal(reading: Reading, fields: Fields) -> SealPlace:
    x, y = fields.numbers("centre", 2)
    return SealPlace((x, y))


def _flow(reading: Reading, raw: object) -> Flow | None:
    if raw is None:
        return None
    fields = Fields(raw, "flow", reading.faults)
    box = _box(reading, fields)
    flow = Flow(
        box,
        _box(reading, fields, "next_box") if "next_box" in fields.raw else box,
        _blocks(reading, fields),
    )
    fields.close()
    return flow


def _blocks(reading: Reading, fields: Fields) -> tuple[Block, ...]:
    found = []
    for path, raw in fields.items("blocks"):
        member = Fields(raw, path, reading.faults)
        kind = member.choice("kind", BLOCKS)
        found.append(BLOCKS[kind](reading, member))
        member.close()
    return tuple(found)


def _paragraph(reading: Reading, fields: Fields) -> Paragraph:
    return Paragraph(
        text=_placeheld(fields, "text"), style=_style(reading, fields),
        when=fields.optional_text("when"), gap=fields.number("gap", 0),
    )  # fmt: skip


def _table(reading: Reading, fields: Fields) -> Table:
    columns = []
    for path, raw in fields.items("columns"):
        column = Fields(raw, path, reading.faults)
        columns.append(
            Column(column.text("title", ""), column.number("share"), _style(reading, column))
        )
        column.close()
    return Table(
        key=fields.text("key"), columns=tuple(columns), header=fields.flag("header", True),
        optional=fields.flag("optional", False), gap=fields.number("gap", 2),
        padding=fields.number("padding", 1.2), rule=fields.number("rule", 0.2),
    )  # fmt: skip


def _sign_off(reading: Reading, fields: Fields) -> SignOff:
    return SignOff(
        organ=_placeheld(fields, "organ"), date=_placeheld(fields, "date"),
        style=_style(reading, fields), gap=fields.number("gap", 20),
    )  # fmt: skip


ELEMENTS: dict[str, Callable[[Reading, Fields], Element]] = {
    "text": _text, "rect": _rect, "rule": _rule, "ring": _ring, "ornament": _decoration,
    "code": _code, "seal": _seal,
}  # fmt: skip
BLOCKS: dict[str, Callable[[Reading, Fields], Block]] = {
    "paragraph": _paragraph, "table": _table, "sign_off": _sign_off,
}  # fmt: skip
