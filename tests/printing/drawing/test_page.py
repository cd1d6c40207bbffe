"""The branch licence as a page: what stands where, what never stands there, and what a demonstration shows."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from printing.errors import LayoutError, PlaceMissing
from printing.marks import MM
from printing.render import render
from printing.samples import SAMPLE_CODE
from tests.printing.drawing.papers import (
    BRANCH,
    IMPORTED,
    SEALED,
    paper,
    pixels,
    places_of,
    text_of,
)


def _boxes(data: bytes) -> list[tuple[float, float, float, float]]:
    """The boxes of all figures and ideographs under the seal, from left to right."""
    with pdfium.PdfDocument(data) as file:
        words = file[0].get_textpage()
        boxes = [words.get_charbox(at) for at in range(words.count_chars())]
    return sorted(
        box for box in boxes if box[0] > 206 * MM and box[2] < 268 * MM and box[3] - box[1] > 4
    )


def test_a_branch_has_its_items_and_not_those_of_a_company() -> None:
    said = "".join(text_of(render(paper()).data).split())
    for wanted in (
        "营业执照",
        "(副本)",
        "副本编号：1-1",
        "负责人",
        "营业场所",
        "成立日期",
        "经营范围",
        "核验码",
    ):
        assert wanted in said
    for foreign in ("注册资本", "营业期限", "法定代表人", "住所", "监制"):
        assert foreign not in said


def test_the_label_of_the_premises_can_be_chosen() -> None:
    said = text_of(render(paper(values={"premises_label": "经营场所"})).data)
    assert "经营场所" in said
    assert "营业场所" not in said


def test_where_the_emblem_would_be_is_an_empty_ring() -> None:
    page = pixels(render(paper(demo=False, seal=IMPORTED)).data, dpi=100)
    middle = page[
        int(31 / 25.4 * 100) : int(40 / 25.4 * 100), int(144 / 25.4 * 100) : int(153 / 25.4 * 100)
    ]
    assert (middle == middle[0, 0]).all()


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_code_reads_back_and_keeps_out_of_the_national_place(dpi: int) -> None:
    page = pixels(render(paper()).data, dpi=dpi).astype("uint8")
    codes = zxingcpp.read_barcodes(Image.fromarray(page), formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in codes] == [SAMPLE_CODE]
    corner = codes[0].position.top_left
    assert corner.x / dpi * 25.4 > 227  # The national code's place ends there.
    width = codes[0].position.top_right.x - corner.x
    assert width / dpi * 25.4 >= 30


def test_a_code_with_too_many_modules_is_refused() -> None:
    with pytest.raises(LayoutError) as refusal:
        render(paper(qr_text="A" * 1200))
    assert refusal.value.field == "qr_text"


def test_the_seal_presses_on_organ_and_date_from_slightly_above() -> None:
    document = paper()
    data = render(document).data
    x, y = 237 * MM, (210 - 154.2) * MM
    organ = places_of(data, document.values["registrar"])
    assert (organ[0][0] + organ[-1][2]) / 2 == pytest.approx(x, abs=MM)
    # The date of issue stands below the organ; the first one on the page is the date of foundation.
    date = [box for box in _boxes(data) if abs((box[1] + box[3]) / 2 - (210 - 159.9) * MM) < MM]
    assert (date[0][0] + date[-1][2]) / 2 == pytest.approx(x, abs=MM)
    ink = organ + date
    assert y - 21 * MM < min(box[1] for box in ink)
    assert max(box[3] for box in ink) < y + 21 * MM
    assert sum(box[1] + box[3] for box in ink) / (2 * len(ink)) < y


def test_a_demonstration_is_marked_all_over_and_real_paper_is_not() -> None:
    shown = text_of(render(paper(demo=True)).data)
    assert shown.count("样张") >= 6
    assert "样章" in shown
    clean = text_of(render(paper(demo=False, seal=IMPORTED)).data)
    assert "样章" not in clean
    assert clean.count("样张") == 1  # The note in the place of the national code.


def test_a_seal_without_a_place_is_refused_and_not_left_out() -> None:
    with pytest.raises(PlaceMissing):
        render(paper("calibration", seal=IMPORTED))
    with pytest.raises(PlaceMissing):
        render(paper("calibration", qr_text="A"))


@pytest.mark.parametrize("template", SEALED)
def test_a_demonstration_seal_marks_the_page_whatever_the_document_says(template: str) -> None:
    said = text_of(render(paper(template, demo=False)).data)
    assert said.count("样张") >= 4


def test_a_blank_gets_values_and_no_art() -> None:
    said = text_of(render(paper(stock="blank")).data)
    assert "91510107MADEM00112" in said
    assert "经营范围" not in said
    assert "营业场所" not in said
    assert "样张" in said
    page = pixels(render(paper(stock="blank", demo=False, seal=IMPORTED)).data, dpi=72)
    assert (page[30:40, :200] == 255).all()


def test_calibration_moves_everything() -> None:
    page = pixels(render(paper()).data, dpi=72)
    moved = pixels(render(paper(offset_mm=(25.4, 12.7))).data, dpi=72)
    difference = np.abs(moved[:-36, 72:] - page[36:, :-72])
    assert (difference > 60).mean() < 0.001
    assert (np.abs(moved - page) > 60).mean() > 0.02


def test_the_same_document_gives_the_same_bytes_and_another_seal_time_does_not() -> None:
    first, second = render(paper()), render(paper())
    assert first == second
    later = paper(template=BRANCH, sealed_at=paper().sealed_at.replace(hour=9))
    assert render(later).digest != first.digest
