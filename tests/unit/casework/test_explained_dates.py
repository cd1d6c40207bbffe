"""The reasons of a due date, as data and as a sentence for people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.casework import deadlines
from kiosk.casework.deadlines import Limit, Pause
from kiosk.casework.explained_dates import Clock, Level, Reckoned, Thresholds, explain
from services_catalog.workdays import load_calendar

CALENDAR = load_calendar()
NEAR = Thresholds(amber=5, red=2)


def clock(start: str, days: int, today: str, *pauses: Pause, **changes: int) -> Clock:
    limit = Limit(date.fromisoformat(start), days)
    reckoned = Reckoned("statutory", "法定办理期限", "受理", limit, **changes)
    return explain(reckoned, date.fromisoformat(today), CALENDAR, pauses, NEAR)


def test_holiday_make_up_day_and_expert_review_are_all_named() -> None:
    review = Pause(date(2026, 10, 12), date(2026, 10, 15), "专家评审")
    found = clock("2026-09-29", 20, "2026-10-23", review)
    assert (found.days_left, found.due_on) == (9, date(2026, 11, 5))
    assert [(part.kind, part.from_on.isoformat(), part.days) for part in found.parts] == [
        ("off", "2026-10-01", 0),
        ("make-up", "2026-10-10", 1),
        ("pause", "2026-10-13", 3),
    ]
    assert found.words == (
        "法定办理期限还剩9个工作日：9月29日受理，10月1日至7日放假，10月10日补班计入，"
        "专家评审3个工作日不计入，至11月5日届满"
    )


def test_two_procedures_at_once_are_not_counted_once() -> None:
    review = Pause(date(2026, 3, 10), date(2026, 3, 12), "专家评审")
    testing = Pause(date(2026, 3, 11), date(2026, 3, 13), "检验")
    found = clock("2026-03-09", 20, "2026-03-16", review, testing)
    assert sum(part.days for part in found.parts) == 3
    assert found.days_left == 18
    assert "专家评审1个工作日不计入，专家评审、检验1个工作日不计入" in found.words


def test_beyond_the_known_years_it_says_at_least() -> None:
    found = clock("2026-12-25", 10, "2026-12-28")
    assert (found.due_on, found.earliest_on, found.days_left) == (None, date(2027, 1, 6), 9)
    assert found.words.endswith("2027年节假日安排尚未公布，至少到2027年1月6日")


def test_in_a_year_that_is_not_loaded_the_days_left_are_open() -> None:
    found = clock("2026-12-25", 10, "2027-01-08")
    assert (found.days_left, found.level) == (None, Level.CALM)
    assert "剩余天数待定" in found.words


def test_while_a_procedure_runs_it_says_so_and_counts_the_days_so_far() -> None:
    review = Pause(date(2026, 3, 10), None, "专家评审", expected_on=date(2026, 3, 20))
    found = clock("2026-03-09", 20, "2026-03-12", review)
    assert (found.level, found.due_on, found.days_left) == (Level.PAUSED, None, 19)
    assert "专家评审2个工作日不计入" in found.words
    assert "特别程序尚未结束，至少到2026年4月" in found.words


def test_a_closure_of_the_area_is_not_a_holiday() -> None:
    closed = CALENDAR.with_closures(frozenset({date(2026, 3, 11)}))
    limit = Reckoned("promised", "承诺办理期限", "受理", Limit(date(2026, 3, 9), 3))
    found = explain(limit, date(2026, 3, 9), closed, (), NEAR)
    assert [part.kind for part in found.parts] == ["closure"]
    assert "3月11日办理机关停止办公，至3月13日届满" in found.words


def test_an_extension_is_named() -> None:
    found = clock("2026-03-09", 30, "2026-03-16", extended=10)
    assert found.due_on == date(2026, 4, 21)
    assert "经批准延长10个工作日" in found.words


@pytest.mark.parametrize(
    ("today", "level", "words"),
    [
        ("2026-03-10", Level.CALM, "还剩9个工作日"),
        ("2026-03-16", Level.NEAR, "还剩5个工作日"),
        ("2026-03-19", Level.LAST, "还剩2个工作日"),
        ("2026-03-23", Level.LAST, "还剩0个工作日"),
        ("2026-03-24", Level.BREACHED, "已超过1个工作日"),
    ],
)
def test_a_limit_turns_amber_red_and_breached(today: str, level: Level, words: str) -> None:
    found = clock("2026-03-09", 10, today)
    assert (found.level, words in found.words) == (level, True)


def test_a_limit_that_ended_before_a_weekend_is_over_on_saturday() -> None:
    found = clock("2026-03-06", 5, "2026-03-14")
    assert (found.level, found.words.startswith("法定办理期限已届满")) == (Level.BREACHED, True)


@given(
    start=st.dates(date(2004, 1, 15), date(2026, 3, 31)),
    days=st.integers(1, 60),
    gone=st.integers(0, 90),
    spans=st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 25)), max_size=3),
)
def test_days_left_lead_to_the_due_date(
    start: date, days: int, gone: int, spans: list[tuple[int, int]]
) -> None:
    pauses = [Pause(start + timedelta(a), start + timedelta(a + b), "检验") for a, b in spans]
    today = start + timedelta(gone)
    reckoned = Reckoned("statutory", "法定办理期限", "受理", Limit(start, days))
    found = explain(reckoned, today, CALENDAR, pauses, NEAR)
    assert found.days_left is not None
    if found.days_left > 0:
        again = deadlines.add_working_days(today, found.days_left, CALENDAR, pauses)
        assert again == found.due_on
    else:
        assert found.due_on is not None
        assert found.due_on <= today
