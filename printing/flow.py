"""Running text over as many pages as it needs: paragraphs, tables, and the organ's name and date under the seal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from printing.errors import LayoutError
from printing.filling import Filling
from printing.lines import Line, break_lines, one_line, prepare
from printing.marks import BLACK, MM, Mark, Shape, part
from printing.templates.elements import (
    Block,
    Column,
    Flow,
    Paragraph,
    SignOff,
    Style,
    Table,
    Template,
)
from printing.typefaces import ASCENT, Setting
from printing.typesetting import block_height, place

#: Organ and date stand closer than the text above them.
SIGNED_LEADING = 1.45
#: The seal's centre above the date's baseline, so that 样章 stands free below the date; its radius (millimetres).
SEAL_ABOVE_DATE, SEAL_REACH = 6.9, 21.0

#: Running text is read after what stands in boxes; blocks are this far apart, rows of a table lie between.
AFTER_ELEMENTS, BLOCK_STEP = 1000, 10_000
Draw = Callable[[float, float], list[Mark]]


@dataclass(frozen=True)
class Flowed:
    """What flowed onto one page; ``seal_at`` is the seal's centre in points if it stands there."""

    marks: tuple[Mark, ...]
    seal_at: tuple[float, float] | None


@dataclass(frozen=True)
class Unit:
    """A piece that is never cut: a line or a table row. ``draw(left, top)`` gives its marks.

    ``part`` is its place in reading. ``header`` is repeated where the unit begins a page. ``seal`` is the seal's
    centre, right of and below the unit's upper left corner.
    """

    height: float
    gap: float
    draw: Draw
    header: Unit | None = None
    part: int = AFTER_ELEMENTS
    seal: tuple[float, float] | None = None


def flow_pages(template: Template, filling: Filling) -> list[Flowed]:
    """Return what flows onto each page."""
    flow = template.flow
    if flow is None:
        return []
    units = [
        replace(unit, part=AFTER_ELEMENTS + number * BLOCK_STEP + (row if _has_rows(block) else 0))
        for number, block in enumerate(flow.blocks)
        for row, unit in enumerate(_units(block, filling, flow.box[2] * MM))
    ]
    pages = _paginate(units, flow)
    boxes = [flow.box, *([flow.next_box] * (len(pages) - 1))]
    return [_draw(page, box, template.size[1]) for page, box in zip(pages, boxes, strict=True)]


def _has_rows(block: Block) -> bool:
    """Lines of a paragraph are read as one part, rows of a table each as one."""
    return isinstance(block, Table)


def _units(block: Block, filling: Filling, width: float) -> list[Unit]:
    if isinstance(block, Paragraph):
        return _paragraph(block, filling, width) if filling.holds(block.when) else []
    if isinstance(block, Table):
        return _table(block, filling.document.tables.get(block.key, ()), width)
    return [_sign_off(block, filling, width)]


def _paragraph(block: Paragraph, filling: Filling, width: float) -> list[Unit]:
    size, style = block.style.sizes[0], block.style
    text = filling.fill(block.text)
    lines = break_lines(
        prepare(text, style.font, _field(block.text)),
        width / size,
        tracking=style.tracking,
        indent=style.indent,
    )
    between = (style.leading - 1) * size
    return [
        Unit(size, between + (0 if number else block.gap * MM), _line_drawer(line, width, style))
        for number, line in enumerate(lines)
    ]


def _line_drawer(line: Line, width: float, style: Style) -> Draw:
    size = style.sizes[0]

    def draw(left: float, top: float) -> list[Mark]:
        return list(place(line, left, top - ASCENT * size, width, size, style))

    return draw


def _table(block: Table, rows: Sequence[Sequence[str]], width: float) -> list[Unit]:
    if not rows:
        return []
    for row in rows:
        if len(row) != len(block.columns):
            raise LayoutError(
                block.key, needs_mm=(len(row), 0), has_mm=(len(block.columns), 0), size_pt=0
            )
    header = _header(block, width) if block.header else None
    units = [_row(block, row, width, header) for row in rows]
    units = [header, *units] if header else units
    units[0] = replace(units[0], gap=block.gap * MM, header=None)
    return units


def _header(block: Table, width: float) -> Unit:
    """Return the row of titles, bold and centred."""
    columns = tuple(
        replace(column, style=replace(column.style, font="song-bold", align="center"))
        for column in block.columns
    )
    titles = [column.title for column in columns]
    return _row(replace(block, columns=columns), titles, width, None)


def _row(block: Table, cells: Sequence[str], width: float, header: Unit | None) -> Unit:
    total = sum(column.share for column in block.columns)
    widths = [width * column.share / total for column in block.columns]
    pad = block.padding * MM
    broken = [
        _cell(text, column, wide - 2 * pad, block.key)
        for text, column, wide in zip(cells, block.columns, widths, strict=True)
    ]
    height = (
        max(
            block_height(len(lines), column.style.sizes[0], column.style.leading)
            for lines, column in zip(broken, block.columns, strict=True)
        )
        + 2 * pad
    )

    def draw(left: float, top: float) -> list[Mark]:
        marks: list[Mark] = []
        for lines, column, wide in zip(broken, block.columns, widths, strict=True):
            if block.rule:
                marks.append(
                    Shape(
                        (("re", left, top - height, wide, height),),
                        stroke=BLACK,
                        width=block.rule * MM,
                    )
                )
            marks += _cell_marks(lines, column, left + pad, top, wide - 2 * pad, height)
            left += wide
        return marks

    return Unit(height, 0.0, draw, header)


def _cell(text: str, column: Column, width: float, field: str) -> list[Line]:
    style = column.style
    return break_lines(
        prepare(text, style.font, field), width / style.sizes[0], tracking=style.tracking
    )


def _cell_marks(
    lines: list[Line], column: Column, left: float, top: float, width: float, height: float
) -> list[Mark]:
    style, size = column.style, column.style.sizes[0]
    top -= (height - block_height(len(lines), size, style.leading)) / 2
    marks: list[Mark] = []
    for number, line in enumerate(lines):
        marks += place(
            line, left, top - (number * style.leading + ASCENT) * size, width, size, style
        )
    return marks


def _sign_off(block: SignOff, filling: Filling, width: float) -> Unit:
    """Return organ above date, both centred on an axis near the right edge; the seal presses on both from above.

    GB/T 9704-2012, 7.3.5: date indented by four characters, organ centred above it, both slightly below the
    seal's centre, the seal's top within one line of the text above. A name wider than the text takes more lines.
    """
    style, size = block.style, block.style.sizes[0]
    organ = prepare(filling.fill(block.organ), style.font, _field(block.organ))
    date = one_line(filling.fill(block.date), style.font, _field(block.date))
    lines = (*_evenly(organ, width / size), date)
    widest = max(line.width for line in lines) * size
    axis = max(width - 4 * size - date.width * size / 2, 0.0)
    axis = min(axis, width - widest / 2)
    step = SIGNED_LEADING * size
    centred = replace(style, align="center")

    def draw(left: float, top: float) -> list[Mark]:
        start, first = left + axis - widest / 2, top - ASCENT * size
        return [
            mark
            for number, line in enumerate(lines)
            for mark in place(line, start, first - number * step, widest, size, centred)
        ]

    centre = ASCENT * size + (len(lines) - 1) * step - SEAL_ABOVE_DATE * MM
    return Unit(centre + SEAL_REACH * MM, block.gap * MM, draw, seal=(axis, centre))


def _evenly(name: list[tuple[str, list[Setting]]], width: float) -> list[Line]:
    """Return a name on one line, or on as few as it needs, all about as long."""
    lines = break_lines(name, width)
    if len(lines) == 1:
        return lines
    return break_lines(name, min(width, sum(line.width for line in lines) / len(lines) + 1))


def _field(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _paginate(units: Sequence[Unit], flow: Flow) -> list[list[Unit]]:
    pages: list[list[Unit]] = [[]]
    room = flow.box[3] * MM
    for unit in units:
        if unit.height > flow.next_box[3] * MM:
            raise LayoutError(
                "flow",
                needs_mm=(flow.box[2], unit.height / MM),
                has_mm=(flow.box[2], flow.next_box[3]),
                size_pt=0,
            )
        needed = unit.height + (unit.gap if pages[-1] else 0.0)
        if needed > room:
            pages.append(_begin_page(pages, unit))
            room = flow.next_box[3] * MM - sum(each.height + each.gap for each in pages[-1][1:])
            room -= pages[-1][0].height if pages[-1] else 0.0
            needed = unit.height + (unit.gap if pages[-1] else 0.0)
        pages[-1].append(unit)
        room -= needed
    return pages


#: Lines that go along when the organ and the date would stand alone on a page.
COMPANIONS = 2


def _begin_page(pages: list[list[Unit]], unit: Unit) -> list[Unit]:
    """Return what stands on the new page before ``unit``: a repeated header, or the lines that keep a seal company."""
    if unit.header is not None:
        return [unit.header]
    if unit.seal is None or len(pages[-1]) <= COMPANIONS:
        return []
    carried = pages[-1][-COMPANIONS:]
    del pages[-1][-COMPANIONS:]
    header = carried[0].header
    return [header, *carried] if header is not None else carried


def _draw(
    units: Sequence[Unit], box: tuple[float, float, float, float], page_height: float
) -> Flowed:
    left, top = box[0] * MM, (page_height - box[1]) * MM
    marks: list[Mark] = []
    seal_at: tuple[float, float] | None = None
    for number, unit in enumerate(units):
        top -= unit.gap if number else 0.0
        marks += [part(unit.part), *unit.draw(left, top)]
        if unit.seal is not None:
            seal_at = (left + unit.seal[0], top - unit.seal[1])
        top -= unit.height
    return Flowed(tuple(marks), seal_at)
