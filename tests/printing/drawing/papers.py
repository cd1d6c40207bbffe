"""Papers to draw, and what can be read back from them by other programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from printing.documents import Document, SealSpec
from printing.layout import takes_seal
from printing.samples import sample_document
from printing.seal_import import read_seal_picture
from printing.templates.loading import get_template, list_templates
from tests.support.seal_pictures import seal_png

TEMPLATES = list_templates()
SEALED = [key for key in TEMPLATES if takes_seal(get_template(key))]
BRANCH = "business-licence-branch"
#: A seal as an authority would bring it; the picture is invented, as all here.
IMPORTED = SealSpec(
    "成都市武侯区行政审批局", "organ", None, demo=False,
    picture=read_seal_picture(seal_png(), 42, "department"),
)  # fmt: skip


def paper(
    template: str = BRANCH, *, values: dict[str, str] | None = None, **changes: Any
) -> Document:
    """A sample document with some of its values or members changed."""
    sample = sample_document(template)
    return replace(sample, values={**sample.values, **(values or {})}, **changes)


def text_of(data: bytes) -> str:
    """All text as pdfium extracts it."""
    with pdfium.PdfDocument(data) as file:
        return "\n".join(page.get_textpage().get_text_range() for page in file)


def pixels(data: bytes, *, dpi: int = 144, page: int = 0) -> np.ndarray[Any, Any]:
    """One page as rows of RGB pixels."""
    with pdfium.PdfDocument(data) as file:
        return np.asarray(file[page].render(scale=dpi / 72).to_pil().convert("RGB")).astype(int)


def places_of(data: bytes, text: str) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top in points of each character of the first place of a text."""
    with pdfium.PdfDocument(data) as file:
        words = file[0].get_textpage()
        found = words.search(text).get_next()
        assert found is not None, f"{text} is not on the page"
        start, count = found
        return [words.get_charbox(at) for at in range(start, start + count)]
