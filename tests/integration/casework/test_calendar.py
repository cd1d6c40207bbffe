"""Cases whose due dates lie beyond the known years, and what loading a table does to them."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kiosk import workers
from kiosk.casework import calendar_loading, commands
from kiosk.casework.calendar import office_calendar
from kiosk.casework.calendar_loading import load_tables
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.casework.views import case_in_full
from kiosk.clock import OFFICE_ZONE
from kiosk.identity.actors import SYSTEM
from kiosk.uow import reading, unit_of_work
from services_catalog.workdays import CalendarInvalid
from tests.support.clocks import StandingClock
from tests.support.sample_cases import officer_of, received

CHRISTMAS = datetime(2026, 12, 25, 10, 0, tzinfo=OFFICE_ZONE)
TABLES = {"2027": {"off": ["2027-01-01"], "work": ["2027-01-02"], "source": "测试用，非正式通知"}}
PERMIT = {"regime": "permit", "legal_days": 20, "promised_days": 10}


def case_of(number: str) -> Case:
    with reading() as session:
        return get_case(session, number)


def received_under(clock: StandingClock, terms: dict[str, Any]) -> str:
    number = received(clock).number
    with unit_of_work() as session:
        case = get_case(session, number)
        case.offering = case.offering | {"terms": case.offering["terms"] | terms}
    return number


@pytest.mark.both_databases
def test_cases_of_december_wait_for_the_table_and_are_filled_in(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_loading, "BATCH", 1)
    clock.set(CHRISTMAS)
    with app.app_context():
        accepted, silent = (received_under(clock, PERMIT) for _ in range(2))
        commands.accept(accepted, actor=officer_of(accepted), now=clock.now())
        held = case_of(accepted)
        assert (held.promised_due_on, held.statutory_due_on) == (None, None)
        assert held.order_on == date(2027, 1, 6)
        clock.set(CHRISTMAS.replace(year=2027, month=1, day=20))
        assert commands.deem_accepted_overdue(now=clock.now()) == 0
        assert load_tables(TABLES, actor=SYSTEM, now=clock.now()) == 2
        held = case_of(accepted)
        assert held.promised_due_on == date(2027, 1, 8)
        assert held.statutory_due_on == date(2027, 1, 22)
        assert case_of(silent).acceptance_due_on == date(2027, 1, 2)
        assert commands.deem_accepted_overdue(now=clock.now()) == 1
        assert case_of(silent).accepted_on == CHRISTMAS.date()
        assert load_tables(TABLES, actor=SYSTEM, now=clock.now()) == 0


def test_a_closure_of_the_deciding_area_moves_the_date_and_that_of_the_window_does_not(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = received(clock).number  # At a window in 沙坪坝 for 武侯, on Monday 2 March.
        load_tables({"closures": {"500106": ["2026-03-04"]}}, actor=SYSTEM, now=clock.now())
        assert case_of(number).acceptance_due_on == date(2026, 3, 9)
        load_tables({"closures": {"510100": ["2026-03-04"]}}, actor=SYSTEM, now=clock.now())
        assert case_of(number).acceptance_due_on == date(2026, 3, 10)


def test_a_table_loaded_by_another_process_is_noticed(app: Flask, clock: StandingClock) -> None:
    file = Path(app.config["INSTANCE"]) / "workdays.json"
    with app.app_context():
        assert 2027 not in office_calendar("510107").years
        file.write_text(json.dumps(TABLES), encoding="utf-8")
        assert 2027 in office_calendar("510107").years


def test_the_command_loads_a_file_or_says_what_is_wrong_with_it(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "2027.json"
    file.write_text(json.dumps(TABLES), encoding="utf-8")
    loaded = app.test_cli_runner().invoke(args=["casework", "load-calendar", str(file)])
    assert (loaded.exit_code, "已载入" in loaded.output) == (0, True)
    file.write_text('{"2027": {}}', encoding="utf-8")
    refused = app.test_cli_runner().invoke(args=["casework", "load-calendar", str(file)])
    assert (refused.exit_code, "须有 off" in refused.output) == (1, True)


def test_a_faulty_table_changes_nothing(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        with pytest.raises(CalendarInvalid):
            load_tables({"2027": {}}, actor=SYSTEM, now=clock.now())
        assert 2027 not in office_calendar("510107").years


def test_a_cutoff_makes_an_evening_receipt_count_on_the_next_day(
    app: Flask, clock: StandingClock
) -> None:
    app.config["RECEIPT_CUTOFF"] = "17:30"
    clock.set(clock.now().replace(hour=18))
    with app.app_context():
        number = received_under(clock, PERMIT)
        assert case_of(number).acceptance_due_on == date(2026, 3, 10)
        app.config["RECEIPT_CUTOFF"] = None  # What a case was received under stays with it.
        clock.advance(days=9)
        workers.drain()
        assert case_of(number).accepted_on == date(2026, 3, 3)


def test_a_register_counts_from_the_complete_papers(app: Flask, clock: StandingClock) -> None:
    clock.set(datetime(2026, 9, 28, 9, 0, tzinfo=OFFICE_ZONE))
    with app.app_context():
        number = received_under(clock, {"regime": "registration", "legal_days": 3})
        clock.advance(days=1)
        commands.accept(number, actor=officer_of(number), now=clock.now())
        assert case_of(number).statutory_due_on == date(2026, 10, 8)


def test_what_silence_accepted_is_shown_so_before_the_sweep(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = received_under(clock, PERMIT)
        clock.advance(days=9)
        with reading() as session:
            shown = case_in_full(session, get_case(session, number), clock.now())
        assert (shown["state"], shown["deemed_accepted"]) == ("accepted", True)
        assert shown["accepted_on"] == date(2026, 3, 2)
        assert [limit.key for limit in shown["clocks"]] == ["promised", "statutory"]
        assert case_of(number).state == "received"
