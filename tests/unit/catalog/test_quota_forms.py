"""What a form asks of a quota: exact sums, and nothing guessed where a row is unclear."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services_catalog.quota_forms import QuotaForm, quota_forms

WASTE = quota_forms()[87]
PLAIN = QuotaForm(5, "uscc", "name", "", "vehicle", "count", "辆", "first_on", "", "")


def rows(*pairs: tuple[str, Any]) -> dict[str, Any]:
    return {"waste_items": [{"废物名称": kind, "数量(吨)": amount} for kind, amount in pairs]}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (rows(("甲", "0.1"), ("甲", 0.2), ("乙", "3")), {"甲": 300, "乙": 3000}),
        ({"waste_items": [{"废物名称": " 甲 ", "数量（吨）": "1"}]}, {"甲": 1000}),
        (rows(("甲", 1), ("", 1)), {}),
        (rows(("甲", 1), ("乙", "一吨")), {}),
        (rows(("甲", "-1")), {}),
        (rows(("甲", "NaN")), {}),
        (rows(("甲", "Infinity")), {}),
        (rows(("甲", "0.0005")), {}),
        ({"waste_items": [{"姓名": "样例"}]}, {}),
        ({}, {}),
    ],
)
def test_amounts_are_exact_or_absent(form: dict[str, Any], expected: dict[str, int]) -> None:
    assert WASTE.amounts(form) == expected


def test_an_item_without_a_table_names_its_fields() -> None:
    form = {"vehicle": "跨区作业车", "count": 2, "first_on": "2026-03-02"}
    assert PLAIN.amounts(form) == {"跨区作业车": 2000}
    assert PLAIN.day(form, PLAIN.first_day) == date(2026, 3, 2)
    assert PLAIN.day(form, PLAIN.last_day) is None
