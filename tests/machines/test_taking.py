"""Paper that came out: taken, left in the tray and looked for, with a sensor and without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import workers
from kiosk.machines.taking import Witness, judge_taking
from kiosk.uow import reading
from kiosk.web.access import COOKIE
from printing import jobs, wire
from printing.job_states import Event, SheetState
from tests.machines.terminal import Page, Terminal
from tests.support.clocks import StandingClock

FLEET = "/api/v1/fleet"
NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
PATIENCE = timedelta(minutes=3)
PRINTED, LEFT = SheetState.PRINTED, SheetState.LEFT


@pytest.mark.parametrize(
    ("state", "minutes", "in_tray", "went", "wanted"),
    [
        (PRINTED, 0, 0, False, Event.COLLECT),
        (PRINTED, 9, 0, False, Event.COLLECT),
        (LEFT, 9, 0, False, Event.COLLECT),
        (PRINTED, 2, 1, True, None),
        (PRINTED, 3, 1, True, Event.LEAVE),
        (LEFT, 9, 1, True, None),
        (PRINTED, 1, None, True, Event.COLLECT),
        (PRINTED, 2, None, False, None),
        (PRINTED, 3, None, False, Event.LEAVE),
        (LEFT, 9, None, True, None),
    ],
)
def test_a_sensor_decides_alone_and_time_where_there_is_none(
    state: SheetState, minutes: int, in_tray: int | None, went: bool, wanted: Event | None
) -> None:
    paper = Witness(state, NOW - timedelta(minutes=minutes), in_tray, went)
    assert judge_taking(paper, NOW, PATIENCE) == wanted


@pytest.fixture
def operator(client_for: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_for("operator")


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def print_for_holder(terminal: Terminal) -> tuple[str, wire.SessionOpened, Page]:
    """The holder stands there and the paper has come out."""
    opened, page = terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert terminal.ask_to_feed(offer).json["granted"] is True
    assert terminal.report(offer, wire.Report.PRINTED).json["state"] == "completed"
    return number, opened, page


def watch(terminal: Terminal, *, minutes: float = 0, output: int | None = None) -> None:
    """Time passes, the machine speaks, and the worker looks."""
    terminal.clock.advance(minutes=minutes)
    terminal.poll(printer=wire.PrinterReport("idle", ("none",), 41, output_sheets=output))
    with terminal.app.app_context():
        workers.watch_limits()


def sheets(terminal: Terminal, number: str) -> set[str]:
    with terminal.app.app_context(), reading() as session:
        return {sheet.state for sheet in jobs.get_job(session, number).sheets}


def left_alarms(operator: FlaskClient) -> list[dict[str, Any]]:
    found = operator.get(f"{FLEET}/alarms").json["alarms"]
    return [alarm for alarm in found if alarm["kind"] == "paper-left"]


@pytest.mark.both_databases
def test_paper_nobody_takes_raises_an_alarm_for_the_hall(
    operator: FlaskClient, terminal: Terminal
) -> None:
    number, *_ = print_for_holder(terminal)
    watch(terminal, minutes=2)
    assert (sheets(terminal, number), left_alarms(operator)) == ({"printed"}, [])
    watch(terminal, minutes=1)
    assert sheets(terminal, number) == {"left"}
    (alarm,) = left_alarms(operator)
    assert (alarm["subject"], alarm["duty"]) == (number, "hall")
    (left,) = operator.get(f"{FLEET}/paper/left").json["jobs"]
    assert (left["number"], left["machine"]) == (number, "T-001")
    assert "留在出纸口的纸" in operator.get("/district/paper").text
    path = f"/district/paper/{number}/taken"
    assert operator.post(path, data={"reason": ""}).status_code == 422
    assert operator.post(path, data={"reason": "已锁入保管柜"}).status_code == 303
    watch(terminal)
    assert (sheets(terminal, number), left_alarms(operator)) == ({"collected"}, [])
    terminal.clock.advance(seconds=1)
    again = operator.post(f"{FLEET}/paper/{number}/taken", json={"reason": "又收一次"})
    assert again.status_code == 409


def test_a_sensor_sees_the_paper_lie_and_go(operator: FlaskClient, terminal: Terminal) -> None:
    number, opened, _ = print_for_holder(terminal)
    terminal.clock.advance(seconds=1)
    terminal.remove_card(opened)
    watch(terminal, minutes=1, output=1)
    assert sheets(terminal, number) == {"printed"}
    watch(terminal, minutes=3, output=1)
    assert len(left_alarms(operator)) == 1
    watch(terminal, minutes=1, output=0)
    assert (sheets(terminal, number), left_alarms(operator)) == ({"collected"}, [])


def test_without_a_sensor_the_card_that_goes_after_the_paper_takes_it_along(
    terminal: Terminal,
) -> None:
    number, opened, _ = print_for_holder(terminal)
    terminal.clock.advance(seconds=1)
    terminal.remove_card(opened)
    watch(terminal)
    assert sheets(terminal, number) == {"collected"}


def test_a_card_that_went_before_the_paper_came_proves_nothing(
    operator: FlaskClient, terminal: Terminal
) -> None:
    opened, _ = terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.remove_card(opened)
    terminal.clock.advance(seconds=5)
    terminal.report(offer, wire.Report.PRINTED)
    watch(terminal, minutes=1)
    assert sheets(terminal, number) == {"printed"}
    watch(terminal, minutes=3)
    assert len(left_alarms(operator)) == 1


def test_the_person_says_so_on_the_screen(terminal: Terminal) -> None:
    number, _, page = print_for_holder(terminal)
    page.client.set_cookie(COOKIE, page.token)
    shown = page.client.get(f"/touch/prints/{number}")
    assert "纸已取走" in shown.text
    for _ in range(2):
        assert page.client.post(f"/touch/prints/{number}/taken").status_code == 303
    assert sheets(terminal, number) == {"collected"}
    assert "纸已取走" not in page.client.get(f"/touch/prints/{number}").text
    assert page.client.post("/touch/prints/D-404/taken").status_code == 404
