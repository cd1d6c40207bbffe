"""Due dates against the published examples and against a slow, obvious reference."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.casework import deadlines
from services_catalog.workdays import CalendarMissing, load_calendar

CALENDAR = load_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2026, 6, 30))


def reference_due(start: date, days: int) -> date:
    """Walk the calendar library day by day, the slow and obvious way."""
    day = start
    while days:
        day += timedelta(days=1)
        if chinese_calendar.is_workday(day):
            days -= 1
    return day


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-01-02", 1, "2026-01-04"),
        ("2026-12-25", 3, "2026-12-30"),
        ("2026-09-28", 20, "2026-10-30"),
        ("2026-03-09", 20, "2026-04-07"),
    ],
)
def test_published_examples(start: str, days: int, due: str) -> None:
    found = deadlines.add_working_days(date.fromisoformat(start), days, CALENDAR)
    assert found == date.fromisoformat(due)


def test_every_day_of_the_tables_agrees_with_the_calendar_library() -> None:
    day, wrong = date(2004, 1, 1), []
    while day.year < 2027:
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@given(start=DAYS, days=st.integers(1, 60))
def test_due_date_equals_the_slow_reference(start: date, days: int) -> None:
    assert deadlines.add_working_days(start, days, CALENDAR) == reference_due(start, days)


@given(start=DAYS, days=st.integers(1, 60))
def test_counting_back_gives_the_days_counted_forth(start: date, days: int) -> None:
    end = deadlines.add_working_days(start, days, CALENDAR)
    assert deadlines.working_days_between(start, end, CALENDAR) == days


def test_nothing_is_guessed_beyond_the_loaded_years() -> None:
    with pytest.raises(CalendarMissing) as refusal:
        deadlines.add_working_days(date(2026, 12, 25), 10, CALENDAR)
    assert refusal.value.year == 2027
    found = deadlines.due(date(2026, 12, 25), 10, "working_day", CALENDAR)
    assert found.on is None
    assert found.earliest == date(2027, 1, 6)


def test_silence_is_acceptance_for_permits_only_and_only_after_the_fifth_day() -> None:
    received = date(2026, 9, 28)
    assert deadlines.acceptance_due(received, CALENDAR).on == date(2026, 10, 10)
    assert not deadlines.is_deemed_accepted("permit", received, date(2026, 10, 10), CALENDAR)
    assert deadlines.is_deemed_accepted("permit", received, date(2026, 10, 11), CALENDAR)
    assert not deadlines.is_deemed_accepted("other", received, date(2026, 12, 1), CALENDAR)


def test_calendar_days_do_not_ask_the_calendar() -> None:
    found = deadlines.due(date(2026, 12, 25), 30, "calendar_day", CALENDAR)
    assert found.on == date(2027, 1, 24)


def test_an_area_closure_moves_the_due_date() -> None:
    closed = CALENDAR.with_closures(frozenset({date(2026, 3, 10)}))
    assert deadlines.add_working_days(date(2026, 3, 9), 1, closed) == date(2026, 3, 11)
