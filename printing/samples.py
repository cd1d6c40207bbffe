"""Templates filled with their sample values: previews for a district's editor, and one sheet that shows them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from printing.assembly.file import Order, assemble
from printing.assembly.metadata import About
from printing.documents import Document, PreparedPdf, SealSpec
from printing.filling import Filling
from printing.layout import compose, takes_code, takes_seal
from printing.marks import BLACK, MM, Ground, Mark, Modules, Page, Part, Run, Shape, Sheet
from printing.templates.elements import Style, Template
from printing.templates.loading import get_template, list_templates
from printing.typesetting import set_text

SAMPLE_MOMENT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SAMPLE_OWNER = "成都市武侯区行政审批局"
#: Keys whose sample names the organ that seals, first one first.
OWNERS = ("issuer", "registrar", "receiving_place")
SAMPLE_CODE = (
    "SAMPLE "
    + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 6
    + "0123456789ABCDEFGHIJKLMNOPQRS"
)
SAMPLE_IDENTIFIER = (
    "1.2.156.3005.2.11100000000013127D001.11510107MB12345629.91510107MADEM00112.001.5"
)
#: The contact sheet: A3 landscape, four thumbnails in a row, millimetres.
SHEET_SIZE, COLUMNS, MARGIN, CAPTION = (420.0, 297.0), 4, 10.0, 8.0


def sample_document(name: str) -> Document:
    """Return a demonstration document for a shipped template, from the sample in its file."""
    return sample_of(get_template(name))


def sample_of(template: Template) -> Document:
    """Return a demonstration document for a template, which may be a draft."""
    owner = next((template.sample[key] for key in OWNERS if key in template.sample), SAMPLE_OWNER)
    return Document(
        template=template.key,
        number="YZ-2026-000001",
        values=template.sample,
        seal=SealSpec(owner, "organ", None, demo=True) if takes_seal(template) else None,
        qr_text=SAMPLE_CODE if takes_code(template) else None,
        sealed_at=SAMPLE_MOMENT,
        demo=True,
        copy_label="1-1",
        licence_identifier=SAMPLE_IDENTIFIER,
        tables=template.sample_tables,
    )


def sample_title(template: Template) -> str:
    """The title as it reads on the sample."""
    return Filling(template, sample_of(template)).fill(template.title)


def contact_sheet() -> PreparedPdf:
    """Return one PDF with the first page of every template, small, with its key below."""
    keys = list_templates()
    rows = 3
    cell = (SHEET_SIZE[0] - 2 * MARGIN) / COLUMNS, (SHEET_SIZE[1] - 2 * MARGIN) / rows
    pages = []
    for start in range(0, len(keys), COLUMNS * rows):
        marks: list[Mark] = []
        for place, key in enumerate(keys[start : start + COLUMNS * rows]):
            left = MARGIN + place % COLUMNS * cell[0]
            top = MARGIN + place // COLUMNS * cell[1]
            marks += _thumbnail(key, left, top, cell[0] - 6, cell[1] - CAPTION - 4)
        pages.append(Page(Ground(()), tuple(marks)))
    sheet = Sheet(SHEET_SIZE[0] * MM, SHEET_SIZE[1] * MM, tuple(pages))
    about = About("模板样张一览", "zh-CN", SAMPLE_MOMENT, "contact-sheet", "0" * 64, ())
    return assemble(Order(sheet, about, "", (0.0, 0.0)))


def _thumbnail(key: str, left: float, top: float, width: float, height: float) -> list[Mark]:
    template, document = get_template(key), sample_document(key)
    filling = Filling(template, document)
    page = compose(filling).pages[0]
    title = filling.fill(template.title)
    scale = min(width / template.size[0], height / template.size[1])
    tall = template.size[1] * scale
    dx, dy = left * MM, (SHEET_SIZE[1] - top - tall) * MM
    marks: list[Mark] = [*page.ground.marks, *page.values]
    small = [_scaled(mark, scale, dx, dy) for mark in marks if not isinstance(mark, Part)]
    if page.stamp is not None:
        x, y = page.stamp.x * scale + dx, page.stamp.y * scale + dy
        seal = page.stamp.seal.marks
        small += [_scaled(mark, scale, x, y) for mark in seal if not isinstance(mark, Part)]
    frame = Shape(
        (("re", dx, dy, template.size[0] * scale * MM, tall * MM),), stroke=BLACK, width=0.3
    )
    caption = (left, top + tall + 2, width, CAPTION - 2)
    words = set_text(f"{title}　{key}", caption, Style(sizes=(8, 4)), key, SHEET_SIZE[1] * MM)
    return [*small, frame, *words]


def _scaled(mark: Run | Shape | Modules, scale: float, dx: float, dy: float) -> Mark:
    """Return a mark smaller by ``scale`` and moved by ``dx``, ``dy`` points."""
    if isinstance(mark, Shape):
        a, b, c, d, e, f = mark.matrix
        matrix = (a * scale, b * scale, c * scale, d * scale, e * scale + dx, f * scale + dy)
        return replace(mark, matrix=matrix)
    if isinstance(mark, Modules):
        return replace(mark, x=mark.x * scale + dx, y=mark.y * scale + dy, side=mark.side * scale)
    return _scaled_run(mark, scale, dx, dy)


def _scaled_run(run: Run, scale: float, dx: float, dy: float) -> Run:
    return replace(
        run,
        size=run.size * scale,
        x=run.x * scale + dx,
        y=run.y * scale + dy,
        spacing=run.spacing * scale,
    )
