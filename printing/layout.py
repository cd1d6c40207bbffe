"""From a template and a document to the marks on each page: everything fits, or a named refusal says what does not."""

from __future__ import annotations

from functools import lru_cache

from printing.documents import Document, Stock
from printing.errors import LayoutError, PlaceMissing
from printing.filling import Filling
from printing.flow import Flowed, flow_pages
from printing.marks import (
    MM,
    WHITE,
    Ground,
    Mark,
    Modules,
    Page,
    Run,
    Segment,
    Shape,
    Sheet,
    Stamp,
    part,
)
from printing.matrix import module_rows
from printing.ornament import band, circle, corner, rosette, rounded
from printing.seals import stamp
from printing.templates.elements import (
    Code,
    Decoration,
    Element,
    Rect,
    Ring,
    Rule,
    SealPlace,
    SignOff,
    Template,
    Text,
)
from printing.typesetting import set_text

#: A code's white margin on each side, in modules (ISO/IEC 18004).
QUIET_ZONE = 4
#: Smaller modules do not survive a 200 dpi scan.
SMALLEST_MODULE_MM = 0.5
SAMPLE_MARK = "样张"
SAMPLE_SIZE, SAMPLE_STEP_MM = 30.0, (58.0, 40.0)
SAMPLE_COLOUR = (1.0, 0.885, 0.865)
SLANT = (0.8660254, 0.5)


def compose(filling: Filling) -> Sheet:
    """Return the pages of a filled template. Raises PlaceMissing, GlyphMissing, LayoutError or SealInvalid."""
    template, document = filling.template, filling.document
    if document.seal is not None and not takes_seal(template):
        raise PlaceMissing(template.key, "seal")
    if document.qr_text and not takes_code(template):
        raise PlaceMissing(template.key, "code")
    flowed = flow_pages(template, filling) if template.flow else [Flowed((), None)]
    pages = tuple(
        _page(template, filling, part, number, len(flowed))
        for number, part in enumerate(flowed, start=1)
    )
    return Sheet(template.size[0] * MM, template.size[1] * MM, pages)


def takes_seal(template: Template) -> bool:
    """True if papers of this kind are sealed."""
    blocks = template.flow.blocks if template.flow else ()
    return any(isinstance(each, (SealPlace, SignOff)) for each in (*template.elements, *blocks))


def takes_code(template: Template) -> bool:
    """True if papers of this kind bear a code."""
    return any(isinstance(each, Code) for each in template.elements)


def is_sample(document: Document) -> bool:
    """True if the page must be marked 样张: a demonstration's own pages, and every page under a demonstration seal."""
    return document.demo or (document.seal is not None and document.seal.demo)


def _page(template: Template, filling: Filling, flowed: Flowed, number: int, count: int) -> Page:
    document = filling.document
    first = number == 1
    ground = lay_ground(template, document.stock, is_sample(document), first)
    elements = template.every_page + (template.elements if first else ())
    marks: list[Mark] = []
    numbers = {"page": str(number), "pages": str(count)}
    for order, element in enumerate(elements):
        if isinstance(element, Text) and not element.fixed and filling.holds(element.when):
            marks.append(part(order))
            marks += _live_text(template, filling, element, numbers)
        elif isinstance(element, Code) and document.qr_text:
            marks.append(part(order, "Figure"))
            marks += _code(element, document.qr_text, template.size[1])
    return Page(ground, (*marks, *flowed.marks), _stamp(template, document, flowed, first))


def _live_text(
    template: Template, filling: Filling, element: Text, numbers: dict[str, str]
) -> list[Run]:
    if element.preprinted and filling.document.stock == "blank":
        return []
    text = filling.fill(element.text, **numbers)
    if not text:
        return []
    return set_text(
        text,
        element.box,
        element.style,
        ".".join(element.keys) or element.text,
        template.size[1] * MM,
    )


def _stamp(template: Template, document: Document, flowed: Flowed, first: bool) -> Stamp | None:
    if document.seal is None:
        return None
    if flowed.seal_at is not None:
        return stamp(document.seal, *flowed.seal_at)
    places = [each for each in template.elements if isinstance(each, SealPlace)]
    if not places or not first:
        return None
    x, y = places[0].centre
    return stamp(document.seal, x * MM, (template.size[1] - y) * MM)


@lru_cache(maxsize=128)
def lay_ground(template: Template, stock: Stock, demo: bool, first: bool) -> Ground:
    """Return what every document of a template shares on that stock.

    From below: coloured grounds, the marks of a sample, lines, labels; so the marks hide nothing.
    """
    height = template.size[1]
    elements = [
        (order, element)
        for order, element in enumerate(template.every_page + (template.elements if first else ()))
        if not (stock == "blank" and getattr(element, "preprinted", False))
    ]
    shapes = [shape for _, element in elements for shape in art(element, height)]
    marks: list[Mark] = [shape for shape in shapes if shape.fill is not None]
    marks += _sample_marks(template) if demo else []
    marks += [shape for shape in shapes if shape.fill is None]
    for order, element in elements:
        if isinstance(element, Text) and element.fixed:
            marks.append(part(order))
            marks += set_text(element.text, element.box, element.style, element.text, height * MM)
    return Ground(tuple(marks))


def art(element: Element, height: float) -> tuple[Shape, ...]:
    """Return the shapes of a drawing element on a page ``height`` mm high."""
    if isinstance(element, Rule):
        return (_rule(element, height),)
    if isinstance(element, Ring):
        x, y = element.centre
        segments = circle(x * MM, (height - y) * MM, element.radius * MM)
        return (_shape(element, segments),)
    if isinstance(element, Rect):
        return (_shape(element, _rectangle(element, height)),)
    if isinstance(element, Decoration):
        return _decoration(element, height)
    return ()


def _shape(element: Rect | Ring, segments: tuple[Segment, ...]) -> Shape:
    dash = tuple(part * MM for part in element.dash)
    return Shape(segments, element.fill, element.stroke, element.width * MM, dash)


def _rule(element: Rule, height: float) -> Shape:
    (x1, y1), (x2, y2) = element.start, element.end
    segments: tuple[Segment, ...] = (
        ("m", x1 * MM, (height - y1) * MM),
        ("l", x2 * MM, (height - y2) * MM),
    )
    dash = tuple(part * MM for part in element.dash)
    return Shape(segments, stroke=element.stroke, width=element.width * MM, dash=dash)


def _rectangle(element: Rect, height: float) -> tuple[Segment, ...]:
    left, top, width, tall = element.box
    place = (left * MM, (height - top - tall) * MM, width * MM, tall * MM)
    if element.radius:
        return rounded(*place, element.radius * MM)
    return (("re", *place),)


def _decoration(element: Decoration, height: float) -> tuple[Shape, ...]:
    left, top, width, tall = (part * MM for part in element.box)
    bottom, line, depth = height * MM - top - tall, element.width * MM, element.depth * MM
    if element.ornament == "band":
        return band(
            left,
            bottom,
            width,
            tall,
            depth=depth,
            strands=element.count,
            colour=element.stroke,
            line=line,
        )
    if element.ornament == "corner":
        return corner(left, bottom, width, petals=element.count, colour=element.stroke, line=line)
    middle = left + width / 2, bottom + tall / 2
    return rosette(
        *middle, min(width, tall) / 2, petals=element.count, colour=element.stroke, line=line
    )


def _code(element: Code, text: str, height: float) -> list[Mark]:
    rows = module_rows(text)
    left, top, side, _ = element.box
    module = side / (len(rows) + 2 * QUIET_ZONE)
    if module < SMALLEST_MODULE_MM:
        needs = SMALLEST_MODULE_MM * (len(rows) + 2 * QUIET_ZONE)
        raise LayoutError("qr_text", needs_mm=(needs, needs), has_mm=(side, side), size_pt=0)
    x, y = left * MM, (height - top - side) * MM
    quiet = QUIET_ZONE * module * MM
    paper = Shape((("re", x, y, side * MM, side * MM),), fill=WHITE)
    return [paper, Modules(rows, x + quiet, y + quiet, side * MM - 2 * quiet)]


def _sample_marks(template: Template) -> list[Mark]:
    """Return 样张 all over the page, slanted and pale, as text."""
    left, top, width, tall = template.sample_area
    columns, rows = (
        max(round(width / SAMPLE_STEP_MM[0]), 1),
        max(round(tall / SAMPLE_STEP_MM[1]), 1),
    )
    pitch_x, pitch_y = width / columns * MM, tall / rows * MM
    x0, y0 = left * MM, (template.size[1] - top - tall) * MM
    centre_x, centre_y = pitch_x / 2 - SAMPLE_SIZE, pitch_y / 2 - SAMPLE_SIZE * 0.6
    return [
        Run(
            "song-bold", SAMPLE_SIZE, x0 + column * pitch_x + centre_x, y0 + row * pitch_y + centre_y,
            SAMPLE_MARK, SAMPLE_COLOUR, 4.0, SLANT,
        )
        for row in range(rows)
        for column in range(columns)
    ]  # fmt: skip
