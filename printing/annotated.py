"""Annotated copies: the words of a paper with a note all over it, and never its seal or its code.

Such a copy can not pass for the original: nothing on it can be verified, and the note says what it was made for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from printing.assembly.file import Order, assemble
from printing.assembly.metadata import About
from printing.documents import Document, PreparedPdf
from printing.errors import LayoutError
from printing.filling import Filling
from printing.layout import SLANT, compose
from printing.lines import one_line
from printing.marks import MM, Page, Run, Sheet
from printing.render import data_digest
from printing.templates.elements import Style
from printing.templates.loading import get_template
from printing.typesetting import runs

FONT, COLOUR = "hei", (0.62, 0.7, 0.78)
SIZES = (15.0, 13.0, 11.0, 9.0)
LONGEST_MM, STEP_MM, LINE_MM, GAP_MM = 190.0, 62.0, 8.0, 8.0


@dataclass(frozen=True)
class Annotation:
    """What the copy may be used for, until which day (included)."""

    purpose: str
    until: date

    def lines(self) -> tuple[str, str]:
        last = f"{self.until.year}年{self.until.month}月{self.until.day}日"
        return (
            f"加注副本 仅用于{self.purpose}",
            f"有效期至{last} 不带印章 不得作原件使用",
        )


def annotated_copy(document: Document, annotation: Annotation) -> PreparedPdf:
    """Return the paper as an annotated copy; same input, same bytes.

    Raises what ``render`` raises, and LayoutError for a purpose too long to stand on the page.
    """
    bare = replace(document, seal=None, qr_text=None, stock="plain", offset_mm=(0.0, 0.0))
    filling = Filling(get_template(bare.template), bare)
    sheet = compose(filling)
    note = _note(annotation, sheet)
    pages = tuple(Page(page.ground, (*note, *page.values)) for page in sheet.pages)
    return assemble(Order(replace(sheet, pages=pages), _about(filling, annotation), "", (0.0, 0.0)))


def _about(filling: Filling, annotation: Annotation) -> About:
    document = filling.document
    said = "\n".join((data_digest(document), *annotation.lines()))
    return About(
        title=f"{filling.fill(filling.template.title)}（加注副本）",
        language=document.language,
        made_at=document.sealed_at,
        identifier=f"{document.licence_identifier or document.number}#copy",
        digest=hashlib.sha256(said.encode()).hexdigest(),
        relations=(f"template:{filling.template.key}", "annotated-copy"),
    )


def _note(annotation: Annotation, sheet: Sheet) -> list[Run]:
    """Both lines, slanted, over and over all across the page."""
    size, lines = _fitted(annotation)
    wide = max(one_line(line, FONT, "purpose").width for line in lines) * size
    across, up = wide * SLANT[0] + GAP_MM * MM, STEP_MM * MM
    columns, rows = int(sheet.width / across) + 1, int(sheet.height / up) + 2
    return [
        run
        for column in range(columns)
        for row in range(rows)
        for number, text in enumerate(lines)
        for run in _slanted(
            text, size, GAP_MM * MM + column * across, (row - 1) * up - number * LINE_MM * MM
        )
    ]


def _fitted(annotation: Annotation) -> tuple[float, tuple[str, str]]:
    lines = annotation.lines()
    width = max(one_line(line, FONT, "purpose").width for line in lines)
    for size in SIZES:
        if width * size <= LONGEST_MM * MM:
            return size, lines
    needs = width * SIZES[-1] / MM
    raise LayoutError(
        "purpose", needs_mm=(needs, LINE_MM), has_mm=(LONGEST_MM, LINE_MM), size_pt=SIZES[-1]
    )


def _slanted(text: str, size: float, left: float, bottom: float) -> list[Run]:
    style = Style(font=FONT, colour=COLOUR)
    across, up = SLANT
    return [
        replace(run, x=round(left + run.x * across, 2), y=round(bottom + run.x * up, 2), turn=SLANT)
        for run in runs(one_line(text, FONT, "purpose"), 0.0, 0.0, size, 0.0, style)
    ]
