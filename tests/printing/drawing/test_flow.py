"""Notices run over as many pages as they need, and the seal never stands alone."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from printing.errors import FieldMissing, LayoutError
from printing.filling import Filling
from printing.layout import compose
from printing.marks import MM, Run
from printing.render import render
from printing.samples import sample_document
from printing.seals import LONGEST_NAME, SHORTEST_NAME
from printing.templates.loading import get_template
from tests.printing.drawing.papers import paper

#: No character of it stands elsewhere near the seal.
LONG_NAME = "川渝甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未酉戌亥"
SENTENCE = "经审核，符合法定条件、标准。"


def pages_of(data: bytes) -> list[str]:
    with pdfium.PdfDocument(data) as file:
        return ["".join(page.get_textpage().get_text_range().split()) for page in file]


def body_lines(document_page: object) -> int:
    """Baselines of body text on a page: 14 points, in the text area."""
    values = document_page.values  # type: ignore[attr-defined]
    return len({run.y for run in values if isinstance(run, Run) and run.size == 14})


@pytest.mark.parametrize("sentences", range(30, 62, 2))
def test_the_seal_stands_on_the_last_page_with_at_least_a_line_of_text(sentences: int) -> None:
    document = paper("notice", values={"body": SENTENCE * sentences})
    sheet = compose(Filling(get_template("notice"), document))
    assert [page.stamp is not None for page in sheet.pages] == [False] * (len(sheet.pages) - 1) + [
        True
    ]
    assert body_lines(sheet.pages[-1]) >= 3  # Organ, date and a line above them.


@pytest.mark.parametrize("count", range(SHORTEST_NAME, LONGEST_NAME + 1, 5))
def test_the_name_under_the_seal_never_leaves_the_text_however_long(count: int) -> None:
    name = (LONG_NAME * 2)[:count]
    document = sample_document("refusal.1")
    assert document.seal is not None
    document = replace(
        document,
        seal=replace(document.seal, organ_name=name),
        values={**document.values, "issuer": name},
    )
    template = get_template("refusal.1")
    assert template.flow is not None
    left, _, width, _ = template.flow.box
    (page,) = compose(Filling(template, document)).pages
    assert page.stamp is not None
    near = [
        run
        for run in page.values
        if isinstance(run, Run) and abs(run.y - page.stamp.y) < 60 and run.text[0] in LONG_NAME
    ]
    assert "".join(run.text for run in near) == name
    for run in near:
        assert run.x >= left * MM - 0.01
        assert run.x + len(run.text) * run.size <= (left + width) * MM + 0.01


@pytest.mark.parametrize("sentences", range(30, 62, 4))
def test_nothing_is_lost_between_pages(sentences: int) -> None:
    said = pages_of(render(paper("notice", values={"body": SENTENCE * sentences})).data)
    assert sum(page.count("经审核") for page in said) == pytest.approx(sentences, abs=1)
    assert f"共{len(said)}页" in said[0]
    assert f"第{len(said)}页" in said[-1]


def test_a_table_repeats_its_header_and_keeps_every_row() -> None:
    rows = tuple(
        (str(number), f"材料{number:03d}", "须加盖公章" * (number % 4 + 1))
        for number in range(1, 61)
    )
    said = pages_of(render(paper("notice", tables={"items": rows})).data)
    assert len(said) >= 3
    assert all("序号名称说明" in page for page in said[:-1])
    for number in range(1, 61):
        assert sum(page.count(f"材料{number:03d}") for page in said) == 1


def test_a_row_higher_than_a_page_is_refused() -> None:
    with pytest.raises(LayoutError):
        render(paper("notice", tables={"items": (("1", "材料", "须加盖公章" * 2000),)}))


def test_a_row_with_a_cell_too_many_is_refused() -> None:
    with pytest.raises(LayoutError) as refusal:
        render(paper("notice", tables={"items": (("1", "材料", "说明", "多余"),)}))
    assert refusal.value.field == "items"


def test_a_wanted_table_must_be_there() -> None:
    assert render(paper("notice", tables={})).gap[0] > 0
    with pytest.raises(FieldMissing):
        render(paper("notice", values={"body": ""}))


def test_the_title_of_the_file_is_that_of_the_paper() -> None:
    with pdfium.PdfDocument(render(paper("notice", values={"title": "登记通知书"})).data) as file:
        assert file.get_metadata_value("Title") == "登记通知书"
