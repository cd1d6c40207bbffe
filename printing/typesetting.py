"""Text set into boxes: the largest permitted size at which it fits, or LayoutError with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from printing.errors import LayoutError
from printing.lines import Line, break_lines, one_line, prepare
from printing.marks import MM, Run
from printing.templates.elements import Box, Style
from printing.typefaces import ASCENT

#: Sizes are tried in steps of half a point.
STEP = 0.5
ROUNDING = 0.01


def set_text(text: str, box: Box, style: Style, field: str, page_height: float) -> list[Run]:
    """Return the runs of a text in a box given in millimetres from the page's upper left corner."""
    left, top = box[0] * MM, page_height - box[1] * MM
    width, height = box[2] * MM, box[3] * MM
    if style.vertical:
        return _set_upright(text, (left, top, width, height), style, field)
    size, lines = fit(text, (width, height), style, field)
    used = block_height(len(lines), size, style.leading)
    top -= {"top": 0.0, "middle": (height - used) / 2, "bottom": height - used}[style.valign]
    return [
        run
        for number, line in enumerate(lines)
        for run in place(
            line, left, top - (number * style.leading + ASCENT) * size, width, size, style
        )
    ]


def block_height(lines: int, size: float, leading: float) -> float:
    """Return the height of so many lines: leading between them, none around them."""
    return ((lines - 1) * leading + 1) * size


def fit(text: str, room: tuple[float, float], style: Style, field: str) -> tuple[float, list[Line]]:
    """Return size and lines of a text in ``room`` (points), or raise LayoutError."""
    size, smallest = style.sizes
    width, height = room
    paragraphs = prepare(text, style.font, field) if style.wrap else None
    single = None if style.wrap else one_line(text, style.font, field)
    while True:
        if single is not None:
            lines = [single]
        else:
            lines = break_lines(
                paragraphs or [], width / size, tracking=style.tracking, indent=style.indent
            )
        needs = _needs(lines, size, style)
        if needs[0] <= width + ROUNDING and needs[1] <= height + ROUNDING:
            return size, lines
        if size <= smallest:
            raise LayoutError(field, needs_mm=_mm(needs), has_mm=_mm(room), size_pt=size)
        size = max(size - STEP, smallest)


def _needs(lines: Sequence[Line], size: float, style: Style) -> tuple[float, float]:
    widest = max((_tracked(line, style) for line in lines), default=0.0)
    return widest * size, block_height(len(lines), size, style.leading)


def _tracked(line: Line, style: Style) -> float:
    """Return the width in ems; lines that were broken have their tracking in the width already."""
    return line.width if style.wrap else line.width + style.tracking * max(len(line.text) - 1, 0)


def _mm(room: tuple[float, float]) -> tuple[float, float]:
    return room[0] / MM, room[1] / MM


def place(
    line: Line, left: float, baseline: float, width: float, size: float, style: Style
) -> list[Run]:
    """Return the runs of one line between ``left`` and ``left + width``."""
    indent = line.indent * size
    spare = width - indent - _tracked(line, style) * size
    gaps = max(len(line.text) - 1, 1)
    spacing = style.tracking * size
    start = left + indent
    if style.align == "spread" or (style.align == "justify" and not line.ends and spare > 0):
        spacing += spare / gaps
    elif style.align == "center":
        start += spare / 2
    elif style.align == "right":
        start += spare
    return runs(line, start, baseline, size, spacing, style)


def runs(line: Line, x: float, y: float, size: float, spacing: float, style: Style) -> list[Run]:
    """Cut a line where its face changes."""
    found: list[Run] = []
    begin, end, text = 0, len(line.text), line.text
    y, spacing = round(y, 2), round(spacing, 3)
    while begin < end:
        kind = line.settings[begin]
        stop, width = begin, 0.0
        while stop < end and line.settings[stop].face == kind.face:
            width += line.settings[stop].advance
            stop += 1
        found.append(
            Run(
                kind.face,
                size,
                round(x, 2),
                y,
                text[begin:stop],
                style.colour,
                spacing,
                embolden=kind.embolden,
            )
        )
        x += width * size + spacing * (stop - begin)
        begin = stop
    return found


def _set_upright(
    text: str, room: tuple[float, float, float, float], style: Style, field: str
) -> list[Run]:
    """Return one column of characters, each upright, from top to bottom, centred in the box's width."""
    left, top, width, height = room
    line = one_line(text, style.font, field)
    size, smallest = style.sizes
    pitch = 1 + style.tracking
    while (
        len(text) * pitch - style.tracking
    ) * size > height + ROUNDING or size > width + ROUNDING:
        if size <= smallest:
            needs = (size, (len(text) * pitch - style.tracking) * size)
            raise LayoutError(field, needs_mm=_mm(needs), has_mm=_mm((width, height)), size_pt=size)
        size = max(size - STEP, smallest)
    spare = height - (len(text) * pitch - style.tracking) * size
    step = pitch * size + (spare / max(len(text) - 1, 1) if style.align == "spread" else 0.0)
    return [
        Run(
            each.face, size, left + (width - each.advance * size) / 2, top - at * step - ASCENT * size,
            character, style.colour, embolden=each.embolden,
        )
        for at, (character, each) in enumerate(zip(text, line.settings, strict=True))
    ]  # fmt: skip
