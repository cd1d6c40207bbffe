"""An annotated copy says what it is for, and can not pass for the original."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest

from printing.annotated import Annotation, annotated_copy
from printing.errors import GlyphMissing, LayoutError
from printing.samples import sample_document

NOTE = Annotation("申请分支机构变更登记", date(2026, 12, 31))
TEMPLATES = ("business-licence-branch.1", "certificate.1", "food-permit.1")


def words(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    page = document[0].get_textpage()
    text: str = page.get_text_range()
    page.close()
    document.close()
    return text


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_copy_bears_the_note_and_neither_seal_nor_code(template: str) -> None:
    original = sample_document(template)
    copy = annotated_copy(original, NOTE)
    assert copy.gap == (0, 0)
    assert b"/Sig" not in copy.data
    told = words(copy.data)
    assert "仅用于申请分支机构变更登记" in told
    assert "2026年12月31日" in told
    assert "样张" in told
    assert "样章" not in told
    assert annotated_copy(original, NOTE).data == copy.data
    other = annotated_copy(original, Annotation("办理贷款", date(2026, 12, 31)))
    assert other.digest != copy.digest


def test_a_purpose_that_does_not_fit_or_can_not_be_written_makes_no_copy() -> None:
    with pytest.raises(LayoutError):
        annotated_copy(sample_document(TEMPLATES[0]), Annotation("用途" * 60, date(2026, 12, 31)))
    with pytest.raises(GlyphMissing):
        annotated_copy(sample_document(TEMPLATES[0]), Annotation("😀", date(2026, 12, 31)))
