"""The tables of working days: built by the script, checked when loaded, replaced by year and area."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.build_workdays import build
from services_catalog.workdays import DATA, CalendarInvalid, load_calendar, merge_tables

YEAR = {"off": ["2027-01-01"], "work": ["2027-02-20"], "source": "通知"}


def test_the_shipped_tables_are_what_the_script_builds() -> None:
    assert DATA.read_text(encoding="utf-8") == build()


def test_a_loaded_file_adds_years_and_closes_areas(tmp_path: Path) -> None:
    file = tmp_path / "workdays.json"
    file.write_text(json.dumps({"2027": YEAR, "closures": {"513400": ["2026-07-24"]}}), "utf-8")
    calendar = load_calendar(file)
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.is_working_day(date(2027, 2, 20))
    assert calendar.is_working_day(date(2026, 7, 24))
    below = calendar.of_areas(["513401", "513400", "510000"])
    assert not below.is_working_day(date(2026, 7, 24))


def test_a_year_named_again_is_replaced_whole() -> None:
    held = merge_tables({"2027": YEAR}, {"2027": YEAR | {"off": ["2027-01-02"]}})
    assert held["2027"]["off"] == ["2027-01-02"]
    assert held["closures"] == {}


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([], "JSON 对象"),
        ({"27": YEAR}, "不是年份"),
        ({"2027": {"off": []}}, "须有 off"),
        ({"2027": YEAR | {"off": []}}, "不能为空"),
        ({"2027": YEAR | {"source": " "}}, "不能为空"),
        ({"2027": YEAR | {"off": ["2026-01-01"]}}, "不是该年的日期"),
        ({"2027": YEAR | {"work": ["2027-02-19"]}}, "不是周末"),
        ({"2027": YEAR | {"off": ["2027-02-20"]}}, "既是休息日又是补班日"),
        ({"closures": ["2026-07-24"]}, "以行政区划代码为键"),
        ({"closures": {"沙坪坝": ["2026-07-24"]}}, "不是行政区划代码"),
        ({"closures": {"500106": ["七月"]}}, "不是日期"),
    ],
)
def test_a_faulty_table_is_refused_with_the_reason(tables: Any, words: str) -> None:
    with pytest.raises(CalendarInvalid) as refusal:
        merge_tables({}, tables)
    assert any(words in fault for fault in refusal.value.faults)
