"""Due dates against the published examples and against a slow, obvious reference."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.casework import deadlines
from kiosk.casework.deadlines import Limit, Pause
from services_catalog.workdays import CalendarMissing, load_calendar

CALENDAR = load_calendar()
FILE = Path(__file__).parent.parent / "catalog" / "standards_vectors.json"
VECTORS = json.loads(FILE.read_text("utf-8"))["groups"]
SPANS = st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 25)), max_size=4)
DAYS = st.dates(date(2004, 1, 15), date(2026, 3, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def due_on(start: date, days: int, *pauses: Pause) -> date | None:
    return deadlines.due(start, days, "working_day", CALENDAR, pauses).on


def reference_due(start: date, days: int, pauses: list[tuple[date, date]]) -> date:
    """Walk the calendar library day by day, the slow and obvious way."""
    paused: set[date] = set()
    for first, last in pauses:
        paused |= {first + timedelta(n) for n in range(1, (last - first).days + 1)}
    today = start
    while days:
        today += timedelta(days=1)
        if chinese_calendar.is_workday(today) and today not in paused:
            days -= 1
    return today


@pytest.mark.parametrize(
    "case",
    VECTORS["working_days"]["cases"],
    ids=lambda case: f"{case['from']}+{case['working_days']}",
)
def test_published_examples(case: dict[str, Any]) -> None:
    found = deadlines.add_working_days(day(case["from"]), case["working_days"], CALENDAR)
    assert found == day(case["due"]), case["why"]


def test_the_year_of_the_notice() -> None:
    vectors, whole = VECTORS["working_days"], [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    off = [d for d in whole if not CALENDAR.is_working_day(d)]
    holidays = {day(text) for text in vectors["holidays_2026"]}
    assert holidays <= set(off)
    assert [d for d in whole if d.weekday() >= 5 and d not in off] == [
        day(text) for text in vectors["makeup_workdays_2026"]
    ]
    for year, count in vectors["workdays_in_year"].items():
        first, last = date(int(year) - 1, 12, 31), date(int(year), 12, 31)
        assert deadlines.working_days_between(first, last, CALENDAR) == count


def test_silence_goes_back_to_the_day_of_receipt() -> None:
    vector = VECTORS["clock"]["deemed_acceptance"]
    received_on, silence = day(vector["received"]), vector["if_no_notice"]
    notice_by = day(vector["notice_deadline"])
    assert deadlines.acceptance_due(received_on, CALENDAR).on == notice_by
    assert not deadlines.is_deemed_accepted("permit", received_on, notice_by, CALENDAR)
    assert deadlines.is_deemed_accepted(
        "permit", received_on, day(silence["detected_on"]), CALENDAR
    )
    accepted_on = day(silence["deemed_accepted_on"])
    assert due_on(accepted_on, 20) == day(silence["decision_due_20wd"])


def test_a_correction_before_acceptance_stops_nothing_because_nothing_runs() -> None:
    vector = VECTORS["clock"]["correction_before_acceptance"]
    assert vector["accepted_on"] == vector["all_corrections_received"]
    assert due_on(day(vector["accepted_on"]), 20) == day(vector["decision_due_20wd"])


def test_a_special_procedure_is_not_counted() -> None:
    vector = VECTORS["clock"]["special_procedure"]
    accepted_on, days = day(vector["accepted_on"]), vector["limit_wd"]
    pause = Pause(day(vector["special_start"]), day(vector["special_end"]))
    assert due_on(accepted_on, days) == day(vector["due_without"])
    assert due_on(accepted_on, days, pause) == day(vector["due_with"])
    twice = Pause(pause.started_on + timedelta(2), pause.ended_on)
    assert due_on(accepted_on, days, pause, twice) == day(vector["due_with"])


def test_delivery_extension_and_registration() -> None:
    clock = VECTORS["clock"]
    delivery, extension = clock["delivery"], clock["extension"]
    assert due_on(day(delivery["decided_on"]), deadlines.DELIVERY_DAYS) == day(
        delivery["deliver_within_10wd"]
    )
    assert due_on(day(extension["accepted_on"]), 20) == day(extension["due_20wd"])
    assert due_on(day(extension["accepted_on"]), 30) == day(extension["due_after_10wd_extension"])
    register = clock["business_registration"]
    assert due_on(day(register["received"]), 3) == day(register["due_3wd"])
    assert due_on(day(register["received"]), 6) == day(register["due_after_3wd_extension"])


def test_every_day_of_the_tables_agrees_with_the_calendar_library() -> None:
    day, wrong = date(2004, 1, 1), []
    while day.year < 2027:
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@given(start=DAYS, days=st.integers(1, 60), spans=SPANS)
def test_due_date_equals_the_slow_reference(
    start: date, days: int, spans: list[tuple[int, int]]
) -> None:
    pauses = [(start + timedelta(first), start + timedelta(first + long)) for first, long in spans]
    found = due_on(start, days, *(Pause(first, last) for first, last in pauses))
    assert found == reference_due(start, days, pauses)


@given(start=DAYS, days=st.integers(1, 60), spans=SPANS)
def test_counting_back_gives_the_days_counted_forth(
    start: date, days: int, spans: list[tuple[int, int]]
) -> None:
    pauses = [
        Pause(start + timedelta(first), start + timedelta(first + long)) for first, long in spans
    ]
    end = deadlines.add_working_days(start, days, CALENDAR, pauses)
    limit = Limit(start, days)
    assert deadlines.used_days(limit, end, CALENDAR, pauses) == days
    assert deadlines.used_days(limit, end - timedelta(1), CALENDAR, pauses) == days - 1


@given(start=DAYS, days=st.integers(1, 40), left=st.integers(2004, 2026))
def test_a_later_calendar_never_brings_a_date_forward(start: date, days: int, left: int) -> None:
    known = replace(CALENDAR, years=frozenset(range(2004, left)))
    found, later = deadlines.due(start, days, "working_day", known), due_on(start, days)
    assert later is not None
    assert found.earliest <= later
    assert found.on in (None, later)


def test_while_a_procedure_runs_no_date_is_known() -> None:
    start = date(2026, 3, 9)
    running = Pause(date(2026, 3, 16), None, "专家评审", expected_on=date(2026, 3, 20))
    found = deadlines.due(start, 20, "working_day", CALENDAR, [running])
    assert found == deadlines.Due(None, date(2026, 4, 13))


@pytest.mark.parametrize(
    ("moment", "cutoff", "counts_on"),
    [
        (
            "2026-10-03T23:59:00+08:00",
            None,
            "2026-10-03",
        ),  # A holiday, and still the day of receipt.
        ("2026-10-03T16:30:00+00:00", None, "2026-10-04"),  # Past midnight in Chongqing.
        ("2026-03-02T17:29:00+08:00", "17:30", "2026-03-02"),
        ("2026-03-02T17:30:00+08:00", "17:30", "2026-03-03"),
    ],
)
def test_a_receipt_counts_on_its_date_in_chongqing(
    moment: str, cutoff: str | None, counts_on: str
) -> None:
    found = deadlines.receipt_date(datetime.fromisoformat(moment), cutoff)
    assert found == day(counts_on)


def test_nothing_is_guessed_beyond_the_loaded_years() -> None:
    with pytest.raises(CalendarMissing) as refusal:
        deadlines.add_working_days(date(2026, 12, 25), 10, CALENDAR)
    assert refusal.value.year == 2027
    found = deadlines.due(date(2026, 12, 25), 10, "working_day", CALENDAR)
    assert found.on is None
    assert found.earliest == date(2027, 1, 6)


def test_silence_is_acceptance_for_permits_only() -> None:
    received_on, today = date(2026, 9, 28), date(2026, 12, 1)
    assert deadlines.is_deemed_accepted("permit", received_on, today, CALENDAR)
    assert not deadlines.is_deemed_accepted("other", received_on, today, CALENDAR)


def test_calendar_days_do_not_ask_the_calendar() -> None:
    found = deadlines.due(date(2026, 12, 25), 30, "calendar_day", CALENDAR)
    assert found.on == date(2027, 1, 24)


def test_an_area_closure_moves_the_due_date() -> None:
    closed = CALENDAR.with_closures(frozenset({date(2026, 3, 10)}))
    assert deadlines.add_working_days(date(2026, 3, 9), 1, closed) == date(2026, 3, 11)
