"""What each of the 311 items gives out: its own layout, the plain certificate, a collection slip or the notice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from kiosk.casework import papers
from kiosk.casework.models import Case
from kiosk.casework.outcomes import PAPERS
from kiosk.casework.papers import Marks, template_for
from kiosk.catalogue import catalogue
from printing.documents import Document
from printing.render import render
from tests.printing.drawing.papers import text_of
from tests.support.sample_forms import full_data

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
EXPECTED = {
    "certificate": papers.CERTIFICATE,
    "electronic": papers.CERTIFICATE,
    "card_or_booklet": papers.SLIP,
    "controlled_blank": papers.SLIP,
    "notice": papers.NOTICE,
    "none": papers.NOTICE,
}
OWN = {
    34: "housing-fund-deposit.2",
    37: "business-licence-branch.1",
    87: "hazardous-waste-approval.1",
    96: "household-registration-proof.1",
}


def test_each_item_gives_out_the_paper_of_its_result(app: Flask) -> None:
    with app.app_context():
        items = catalogue().items.values()
        given = {item.seq: template_for(item.seq, item.result_form) for item in items}
        assert {seq: given[seq] for seq in OWN} == OWN
        rest = [item for item in items if item.seq not in OWN]
        assert [i.seq for i in rest if given[i.seq] != EXPECTED[i.result_form]] == []
        assert Counter(given.values())[papers.SLIP] == 123
    assert len(given) == 311
    assert set(given.values()) - {papers.NOTICE} <= PAPERS.keys()


def drawn(seq: int, **changes: Any) -> Document:
    """The result of an item by its own layout, for an applicant who answered every question."""
    item = catalogue().items[seq]
    terms = {
        "item_name": item.name,
        "item_type": item.item_type,
        "regime": item.clock_regime,
        "unit": item.legal_unit,
        "legal_days": item.legal_days,
        "promised_days": item.promised_days,
        "result_document": item.result_document,
        "result_form": item.result_form,
    }
    case = Case(
        number="510107202611210000014",
        item_seq=seq,
        form=full_data(catalogue().forms[seq], "510107") | changes,
        offering={"terms": terms},
        subject_name="张样例",
        deciding_name="四川省示例办理机关",
    )
    marks = Marks("D00000000000001", "〔2026〕第000001号", "1-1", "1.2.156.3005.2.X.Y.Z.001.0")
    return PAPERS[OWN[seq]](case, marks, NOW)


@pytest.mark.parametrize(
    ("seq", "words"),
    [
        (34, ["异地贷款职工住房公积金缴存使用证明", "缴存地", "四川省成都市武侯区", "证明用途"]),
        (96, ["户籍证明", "户籍所在地", "与户口登记簿一致", "510***********0015"]),
    ],
)
def test_a_proof_says_what_was_applied_for(app: Flask, seq: int, words: list[str]) -> None:
    with app.app_context():
        document = drawn(seq)
        said = "".join(text_of(render(document).data).split())
        for each in words:
            assert each in said
        assert "510104199003070015" not in said
        assert document.licence_identifier is not None


def test_an_approval_of_waste_lists_every_waste(app: Flask) -> None:
    rows = [
        {"废物名称": "废铅蓄电池", "类别": "HW31", "代码": "900-052-31", "数量（吨）": "500.0"},
        {"废物名称": "废荧光灯管", "废物类别": "HW29", "废物代码": "900-023-29", "数量(吨)": 20},
    ]
    with app.app_context():
        document = drawn(87, waste_items=rows, start_date="2026-12-01", end_date="2027-01-31")
        said = "".join(text_of(render(document).data).split())
    for each in (
        "废铅蓄电池HW31900-052-31500.0",
        "废荧光灯管HW29900-023-2920",
        "〔2026〕第000001号",
    ):
        assert each in said
    assert "2026年12月1日至2027年1月31日" in said


def test_what_was_not_answered_leaves_no_empty_line(app: Flask) -> None:
    with app.app_context():
        proof = drawn(96, household_head="", change_reason="")
    assert [name for name, _ in proof.tables["facts"]] == ["姓名", "公民身份号码", "户籍所在地"]
    assert replace(proof, tables={}).values["statement"]
