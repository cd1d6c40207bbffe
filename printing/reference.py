"""The same page drawn by reportlab: slow, independent, and the measure for the assembler's own files."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from printing.documents import Document
from printing.filling import Filling
from printing.layout import compose
from printing.marks import UPRIGHT, Colour, Mark, Modules, Page, Run, Segment, Shape, Stamp
from printing.templates.loading import get_template
from printing.typefaces import FOLDER, manifest


def reference(document: Document) -> bytes:
    """Return the pages of a document as reportlab writes them, without signature field and metadata."""
    sheet = compose(Filling(get_template(document.template), document))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(sheet.width, sheet.height), invariant=1)
    for page in sheet.pages:
        _page(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _page(canvas: Canvas, page: Page) -> None:
    for mark in (*page.ground.marks, *page.values):
        _draw(canvas, mark)
    if page.stamp is not None:
        _stamp(canvas, page.stamp)


def _stamp(canvas: Canvas, stamp: Stamp) -> None:
    canvas.saveState()
    canvas.setBlendMode("Multiply")
    canvas.translate(stamp.x, stamp.y)
    for mark in stamp.seal.marks:
        _draw(canvas, mark)
    if stamp.seal.ink is not None:
        _ink(canvas, stamp.seal.ink, stamp.seal.radius)
    canvas.restoreState()


def _ink(canvas: Canvas, ink: bytes, radius: float) -> None:
    with Image.open(io.BytesIO(ink)) as mask:
        picture = Image.new("RGBA", mask.size, (255, 0, 0, 0))
        picture.putalpha(mask)
    side = 2 * radius
    canvas.drawImage(ImageReader(picture), -radius, -radius, side, side, mask="auto")


def _draw(canvas: Canvas, mark: Mark) -> None:
    canvas.saveState()
    if isinstance(mark, Run):
        _run(canvas, mark)
    elif isinstance(mark, Shape):
        _shape(canvas, mark)
    elif isinstance(mark, Modules):
        _modules(canvas, mark)
    canvas.restoreState()


@cache
def _font(key: str) -> str:
    pdfmetrics.registerFont(TTFont(f"reference-{key}", str(FOLDER / manifest()[key]["file"])))
    return f"reference-{key}"


def _colour(value: Colour) -> Color:
    return Color(*value)


def _run(canvas: Canvas, run: Run) -> None:
    text = canvas.beginText()
    text.setFont(_font(run.face), run.size)
    text.setFillColor(_colour(run.colour))
    text.setCharSpace(run.spacing)
    if run.embolden:
        canvas.setLineWidth(run.embolden * run.size)
        text.setStrokeColor(_colour(run.colour))
        text.setTextRenderMode(2)
    c, s = run.turn
    text.setTextTransform(c, s, -s, c, run.x, run.y)
    text.textOut(run.text)
    canvas.drawText(text)


def _shape(canvas: Canvas, shape: Shape) -> None:
    if shape.matrix != UPRIGHT:
        canvas.transform(*shape.matrix)
    if shape.fill is not None:
        canvas.setFillColor(_colour(shape.fill))
    if shape.stroke is not None:
        canvas.setStrokeColor(_colour(shape.stroke))
        canvas.setLineWidth(shape.width)
        if shape.dash:
            canvas.setDash(list(shape.dash))
    canvas.drawPath(
        _path(canvas, shape.segments),
        stroke=int(shape.stroke is not None),
        fill=int(shape.fill is not None),
        fillMode=1,
    )


def _path(canvas: Canvas, segments: tuple[Segment, ...]) -> Any:
    path = canvas.beginPath()
    draw = {"m": path.moveTo, "l": path.lineTo, "c": path.curveTo, "h": path.close, "re": path.rect}
    for name, *values in segments:
        draw[name](*values)
    return path


def _modules(canvas: Canvas, code: Modules) -> None:
    count = len(code.rows)
    module = code.side / count
    path = canvas.beginPath()
    for row, text in enumerate(code.rows, start=1):
        for column, dark in enumerate(text):
            if dark == "1":
                path.rect(code.x + column * module, code.y + (count - row) * module, module, module)
    canvas.drawPath(path, stroke=0, fill=1)
