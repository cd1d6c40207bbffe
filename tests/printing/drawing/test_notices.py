"""Notices hold short and long words alike, on as many pages as they need, with one seal."""

from __future__ import annotations

import json

import pytest

from printing.errors import TemplateInvalid
from printing.filling import Filling
from printing.layout import compose
from printing.templates.loading import FOLDER, get_template
from printing.templates.reading import read_template
from tests.printing.drawing.papers import TEMPLATES, paper

FRAMED = [key for key in TEMPLATES if '"frame"' in (FOLDER / f"{key}.json").read_text("utf-8")]
LINES = {
    "title", "document_number", "issuer", "case_number", "phone", "complaint_phone", "page",
    "issued_on",
}  # fmt: skip
LONG_NAME = "重庆两江新区阿坝藏族羌族自治州跨省示例智能科技股份有限公司成都天府新区第一分公司"
INNER = {
    "name": "slip", "version": 1, "frame": "notice.1", "title": "t",
    "flow": {"blocks": []}, "sample": {"title": "x"},
}  # fmt: skip


def test_the_notices_share_a_frame() -> None:
    assert len(FRAMED) == 12


@pytest.mark.parametrize("key", FRAMED)
@pytest.mark.parametrize("words", ["短", "一段很长的说明文字，逐字逐句都要留在纸面上。" * 120])
def test_a_notice_holds_short_and_long_words(key: str, words: str) -> None:
    sample = paper(key)
    changed = {name: words for name in sample.values if name not in LINES}
    long = paper(
        key,
        values=changed | {"addressee": LONG_NAME},
        tables={
            name: tuple(tuple(cell + words[:60] for cell in row) for row in rows)
            for name, rows in sample.tables.items()
        },
    )
    sheet = compose(Filling(get_template(key), long))
    assert [page.stamp is not None for page in sheet.pages].count(True) == 1
    assert (len(sheet.pages) > 1) is (len(words) > 1)


@pytest.mark.parametrize("name", ["nowhere.1", "notice", "../notice.1", 5])
def test_a_frame_that_is_not_there_is_told(name: object) -> None:
    with pytest.raises(TemplateInvalid):
        read_template("slip.1", json.dumps(INNER | {"frame": name}))


def test_what_a_template_names_itself_wins_over_its_frame() -> None:
    frame = (FOLDER / "notice.1.frame").read_text("utf-8")
    inner = INNER | {"size": [210, 300], "flow": {"blocks": [], "box": [20, 70, 150, 100]}}
    template = read_template("slip.1", json.dumps(inner), lambda _: frame)
    assert template.size == (210, 300)
    assert template.flow is not None
    assert template.flow.box == (20, 70, 150, 100)
    assert template.sample["issuer"] == "成都市武侯区行政审批局"
