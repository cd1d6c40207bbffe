"""Looking after the fleet: alarms and who answers them, maintenance, queues, and where a paper can be printed now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk import workers
from kiosk.audit.models import AuditEntry
from kiosk.casework.models import Case
from kiosk.casework.unknown_paper import find_help, opening_words
from kiosk.clock import parse_moment
from kiosk.exchange.models import OutboxMessage
from kiosk.licences.models import Licence
from kiosk.machines.alarm_models import MachineAlarm
from kiosk.machines.models import Machine
from kiosk.machines.nearest import is_open
from kiosk.uow import reading, unit_of_work
from printing import jobs, wire
from printing.jobs import LEASE
from printing.wire import JobState
from tests.machines.terminal import LICENCE, Terminal
from tests.support.clocks import StandingClock
from tests.support.sample_cases import received

FLEET = "/api/v1/fleet"
NEAREST = "/api/v1/machines/nearest"
EMPTY = wire.PrinterReport("stopped", ("media-empty-error",), 40)
LOW = wire.PrinterReport("idle", ("media-low-warning",), 40)
WHY = {"reason": "已派人"}


@pytest.fixture
def operator(client_for: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_for("operator")


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def look_after(terminal: Terminal) -> None:
    """The worker's round."""
    with terminal.app.app_context():
        workers.watch_limits()


def alarms(operator: FlaskClient, machine: str = "T-001") -> dict[str, dict[str, Any]]:
    found = operator.get(f"{FLEET}/alarms").json["alarms"]
    return {alarm["kind"]: alarm for alarm in found if alarm["machine"] == machine}


def told(terminal: Terminal, topic: str) -> list[dict[str, Any]]:
    with terminal.app.app_context(), reading() as session:
        rows = select(OutboxMessage).where(OutboxMessage.topic == topic)
        return [message.payload for message in session.scalars(rows)]


def lost_print(terminal: Terminal) -> str:
    """A print with leave to feed, whose machine is never heard of again."""
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.clock.advance(seconds=LEASE.total_seconds() + 1)
    return number


# Alarms ---------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_alarm_lasts_as_long_as_its_trouble(operator: FlaskClient, terminal: Terminal) -> None:
    terminal.poll(printer=LOW)
    look_after(terminal)
    assert alarms(operator)["media-low"]["duty"] == "supplies"
    terminal.clock.advance(seconds=30)
    terminal.poll(printer=EMPTY, clock_skew_s=90)
    look_after(terminal)
    look_after(terminal)
    assert set(alarms(operator)) == {"media-empty", "clock-off"}
    terminal.clock.advance(seconds=30)
    terminal.poll()
    look_after(terminal)
    assert alarms(operator) == {}


def test_a_silent_machine_and_an_old_key_raise_alarms(
    operator: FlaskClient, terminal: Terminal
) -> None:
    terminal.clock.advance(minutes=6)
    with terminal.app.app_context(), unit_of_work() as session:
        machine = session.scalars(select(Machine).where(Machine.number == "T-001")).one()
        machine.key_since = terminal.clock.now() - timedelta(days=340)
    look_after(terminal)
    assert set(alarms(operator)) == {"silent", "key-expiring"}


@pytest.mark.both_databases
def test_paper_and_toner_that_run_low_raise_alarms(
    operator: FlaskClient, terminal: Terminal
) -> None:
    trays = wire.Tray("main", 31, 250), wire.Tray("by-pass-tray", None, None)
    toner = wire.Supply("Black Toner", 11)
    terminal.poll(printer=wire.PrinterReport("idle", ("none",), 40, trays, (toner,)))
    look_after(terminal)
    assert alarms(operator) == {}
    terminal.clock.advance(seconds=30)
    less = wire.Tray("main", 30, 250), wire.Supply("Black Toner", 10)
    terminal.poll(printer=wire.PrinterReport("idle", ("none",), 40, less[:1], less[1:]))
    look_after(terminal)
    found = alarms(operator)
    assert {kind: alarm["duty"] for kind, alarm in found.items()} == {
        "media-low": "supplies",
        "toner-low": "supplies",
    }
    (line,) = (
        line
        for line in operator.get(f"{FLEET}/machines").json["machines"]
        if line["number"] == "T-001"
    )
    assert line["printer"] == {
        "state": "idle",
        "reasons": ["none"],
        "page_counter": 40,
        "trays": [{"name": "main", "sheets": 30, "capacity": 250}],
        "supplies": [{"name": "Black Toner", "percent": 10}],
        "output_sheets": None,
    }
    board = operator.get("/district/machines").text
    assert "纸快用完" in board
    assert "30/250 张" in board


def test_a_printer_that_stopped_with_little_paper_left_still_counts_as_stopped(
    operator: FlaskClient, terminal: Terminal
) -> None:
    terminal.poll(printer=wire.PrinterReport("stopped", ("media-low",), 40))
    look_after(terminal)
    assert set(alarms(operator)) == {"media-low", "stopped"}


def test_one_person_answers_an_alarm(operator: FlaskClient, terminal: Terminal) -> None:
    terminal.poll(printer=EMPTY)
    look_after(terminal)
    number = alarms(operator)["media-empty"]["id"]
    path = f"{FLEET}/alarms/{number}/answer"
    assert operator.post(path, json=WHY).status_code == 204
    assert operator.post(path, json=WHY).status_code == 204
    assert alarms(operator)["media-empty"]["answer"] == "已派人"
    with terminal.app.app_context(), unit_of_work() as session:
        session.get_one(MachineAlarm, number).answered_by = "somebody-else"
    assert operator.post(path, json=WHY).json["code"] == "alarm-answered"
    assert operator.post(f"{FLEET}/alarms/99999/answer", json=WHY).status_code == 404


def test_an_alarm_nobody_answers_is_passed_on_once(
    operator: FlaskClient, terminal: Terminal
) -> None:
    terminal.poll(printer=EMPTY)
    look_after(terminal)
    for answers in ("supplies", "fleet", "lead", "lead"):
        assert alarms(operator)["media-empty"]["answers"] == answers
        terminal.clock.advance(minutes=31)
        terminal.poll(printer=EMPTY)
        look_after(terminal)
    passed = [(row["duty"], row["to"]) for row in told(terminal, "alarm.passed-on")]
    assert passed == [("supplies", "fleet"), ("fleet", "lead")]
    assert alarms(operator)["media-empty"]["passed_on_at"] is not None
    with terminal.app.app_context(), reading() as session:
        found = select(AuditEntry.facts).where(AuditEntry.action == "alarm-passed-on")
        assert [facts["to"] for facts in session.scalars(found)] == ["fleet", "lead"]


def test_the_phone_of_the_next_duty_rings(operator: FlaskClient, terminal: Terminal) -> None:
    app = terminal.app
    app.config["ALARM_CONTACTS"] = "fleet=13800000001, lead=13800000002,fleet=13800000003"
    rung: list[tuple[str, str]] = []
    app.extensions["messages"] = Phones(rung)
    terminal.poll(printer=EMPTY)
    look_after(terminal)
    terminal.clock.advance(minutes=31)
    terminal.poll(printer=EMPTY)
    with app.app_context():
        workers.drain()
    assert [phone for phone, _ in rung] == ["13800000001", "13800000003"]
    assert "T-001" in rung[0][1]


def test_the_desk_shows_alarms_and_takes_the_answer(
    operator: FlaskClient, terminal: Terminal
) -> None:
    terminal.poll(printer=EMPTY)
    look_after(terminal)
    number = alarms(operator)["media-empty"]["id"]
    assert "加纸换粉" in operator.get("/district/machines").text
    path = f"/district/alarms/{number}"
    assert operator.post(path, data={"words": " "}).status_code == 422
    assert operator.post(path, data={"words": "长" * 201}).status_code == 422
    assert operator.post(path, data={"words": "去加纸"}).status_code == 303
    assert "operator</samp>：去加纸" in operator.get("/district/machines").text
    assert operator.post("/district/alarms/99999", data={"words": "去加纸"}).status_code == 404


class Phones:
    """Stands for the message transport."""

    def __init__(self, rung: list[tuple[str, str]]) -> None:
        self._rung = rung

    def send(self, phone: str, text: str, at: datetime) -> None:
        self._rung.append((phone, text))


# Paper that nobody can account for ------------------------------------------------------------------


@pytest.mark.both_databases
def test_whoever_waits_for_unknown_paper_is_told_once(
    operator: FlaskClient, terminal: Terminal
) -> None:
    number = lost_print(terminal)
    look_after(terminal)
    look_after(terminal)
    alarm = alarms(operator)["paper-unknown"]
    assert (alarm["subject"], alarm["duty"]) == (number, "hall")
    (unknown,) = operator.get(f"{FLEET}/paper/unknown").json["jobs"]
    assert unknown["counter_before"] == 40
    assert unknown["answer_by"] == alarm["due_at"]
    assert "答复期限" in operator.get("/district/paper").text
    (message,) = told(terminal, "message.send")
    for words in (number, "12345", "沙坪坝区", "15 分钟", "正在办公"):
        assert words in message["text"]
    terminal.clock.advance(minutes=16)
    look_after(terminal)
    assert "paper-unknown" in [row["kind"] for row in told(terminal, "alarm.passed-on")]
    found = {"outcome": "found-printed", "reason": "在出纸口"}
    operator.post(f"{FLEET}/paper/{number}/settlement", json=found)
    look_after(terminal)
    assert "paper-unknown" not in alarms(operator)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("electronic", f"电子证照已经生效，编号 {LICENCE}"),
        ("certificate", "证照已经生效，可先凭证照编号在线核验"),
    ],
)
def test_who_has_an_electronic_licence_is_told_its_number(
    terminal: Terminal, form: str, words: str
) -> None:
    number = lost_print(terminal)
    with terminal.app.app_context():
        case_number = received(terminal.clock).number
        with unit_of_work() as session:
            licence = session.scalars(select(Licence).where(Licence.identifier == LICENCE)).one()
            licence.case_number = case_number
            case = session.scalars(select(Case).where(Case.number == case_number)).one()
            terms = case.offering["terms"] | {"result_form": form}
            case.offering = case.offering | {"terms": terms}
    look_after(terminal)
    (message,) = told(terminal, "message.send")
    assert words in message["text"]
    with terminal.app.app_context(), unit_of_work() as session:
        licence = session.scalars(select(Licence).where(Licence.identifier == LICENCE)).one()
        licence.status = "revoked"
    with terminal.app.app_context(), reading() as session:
        found = find_help(session, number, terminal.clock.now())
    assert found is not None
    assert (found.electronic, found.verifiable) == (None, False)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-02T10:00+08:00", "正在办公，今天到 17:00"),
        ("2026-03-02T23:00+08:00", "3月3日 09:00 开门"),
        ("2026-03-06T23:00+08:00", "3月9日 09:00 开门"),
        ("2026-03-07T03:00+08:00", "3月9日 09:00 开门"),
        ("2026-03-03T07:00+08:00", "3月3日 09:00 开门"),
        ("2031-03-03T07:00+08:00", "工作日 09:00 开门"),
    ],
)
def test_halls_say_when_they_open(app: Flask, moment: str, words: str) -> None:
    with app.app_context():
        assert opening_words(parse_moment(moment)) == words


# Maintenance ----------------------------------------------------------------------------------------


def test_nothing_is_asked_of_a_machine_in_maintenance(
    operator: FlaskClient, terminal: Terminal
) -> None:
    path = f"{FLEET}/machines/T-001/maintenance"
    terminal.stand_holder()
    number = terminal.order()
    assert operator.post(path, json=WHY).status_code == 204
    assert state_of(terminal, number) is JobState.CANCELED
    waiting = terminal.release()
    assert terminal.post("/jobs/fetch").status_code == 204
    terminal.poll(printer=EMPTY)
    look_after(terminal)
    assert alarms(operator) == {}
    assert operator.delete(path).status_code == operator.delete(path).status_code == 204
    assert terminal.fetch().job == waiting
    assert operator.post(f"{FLEET}/machines/T-404/maintenance", json=WHY).status_code == 404
    assert operator.delete(f"{FLEET}/machines/T-404/maintenance").status_code == 404


def test_no_paper_moves_while_hands_are_inside(operator: FlaskClient, terminal: Terminal) -> None:
    terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    operator.post(f"{FLEET}/machines/T-001/maintenance", json=WHY)
    answer = terminal.ask_to_feed(offer).json
    assert (answer["granted"], answer["state"]) == (False, "canceled")


# The queue ------------------------------------------------------------------------------------------


def state_of(terminal: Terminal, number: str) -> JobState:
    with terminal.app.app_context(), reading() as session:
        return JobState(jobs.get_job(session, number).state)


def test_a_print_is_held_let_go_and_cancelled(operator: FlaskClient, terminal: Terminal) -> None:
    path = f"{FLEET}/prints/{terminal.release()}"
    assert operator.post(f"{path}/hold", json=WHY).json == {"state": "pending-held"}
    assert terminal.post("/jobs/fetch").status_code == 204
    terminal.clock.advance(seconds=1)
    refused = operator.post(f"{path}/hold", json=WHY)
    assert (refused.status_code, refused.json["code"]) == (409, "job-transition-refused")
    assert operator.post(f"{path}/release", json=WHY).json == {"state": "pending"}
    assert operator.post(f"{path}/cancellation", json=WHY).json == {"state": "canceled"}
    assert operator.post(f"{FLEET}/prints/D-404/hold", json=WHY).status_code == 404
    assert terminal.release() not in path


def test_a_print_moves_until_it_may_have_fed(
    app: Flask, clock: StandingClock, operator: FlaskClient, terminal: Terminal
) -> None:
    other = Terminal(app, clock, "T-002").enrolled()
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    path = f"{FLEET}/prints/{number}/move"
    assert operator.post(path, json={"machine": "T-404"}).status_code == 404
    assert operator.post(path, json={"machine": "T-002"}).json == {"state": "pending"}
    late = terminal.ask_to_feed(offer)
    assert late.status_code == 404
    there = other.fetch()
    other.acknowledge(there)
    other.ask_to_feed(there)
    refused = operator.post(path, json={"machine": "T-001"})
    assert (refused.status_code, refused.json["code"]) == (409, "paper-may-have-moved")


def test_a_persons_print_moves_only_to_where_the_person_stands(
    app: Flask, clock: StandingClock, operator: FlaskClient, terminal: Terminal
) -> None:
    other = Terminal(app, clock, "T-002").enrolled()
    terminal.stand_holder()
    number = terminal.order()
    path = f"{FLEET}/prints/{number}/move"
    refused = operator.post(path, json={"machine": "T-002"})
    assert (refused.status_code, refused.json["code"]) == (409, "holder-left")
    other.stand_holder()
    assert operator.post(path, json={"machine": "T-002"}).json == {"state": "pending"}
    offer = other.fetch()
    other.acknowledge(offer)
    assert other.ask_to_feed(offer).json["granted"] is True


# Where to print -------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_nearest_machine_that_can_print_comes_first(
    app: Flask, clock: StandingClock, operator: FlaskClient
) -> None:
    for row, division in enumerate(("500112", "510107", "500106"), start=1):
        machine = Terminal(app, clock, f"N-{row}").enrolled()
        machine.poll()
        with app.app_context(), unit_of_work() as session:
            found = session.scalars(select(Machine).where(Machine.number == machine.number)).one()
            found.division_code = division

    def nearest(**query: Any) -> list[str]:
        answer = app.test_client().get(NEAREST, query_string={"division": "500106"} | query)
        assert answer.status_code == 200, answer.text
        return [place["number"] for place in answer.json["machines"]]

    assert nearest() == ["N-3", "N-1", "N-2"]
    duplex = {"abilities": ["duplex", "a4"], "hall": "大厅", "opening_hours": "00:00-24:00"}
    assert operator.put(f"{FLEET}/machines/N-2/description", json=duplex).status_code == 204
    assert nearest(ability="duplex") == ["N-2"]
    assert nearest(blank_kind="business-licence") == []
    closed = {"abilities": [], "opening_hours": "13:00-17:30"}
    operator.put(f"{FLEET}/machines/N-1/description", json=closed)
    assert nearest() == ["N-3", "N-2"]
    operator.put(f"{FLEET}/machines/N-1/description", json={"abilities": []})
    operator.post(f"{FLEET}/machines/N-3/maintenance", json=WHY)
    assert nearest() == ["N-1", "N-2"]
    clock.advance(minutes=6)
    assert nearest() == []
    lost = app.test_client().get(NEAREST, query_string={"division": "999999"})
    assert lost.status_code == 404
    assert app.test_client().get(NEAREST).status_code == 422


@pytest.mark.parametrize(
    ("hours", "open_at"),
    [
        ("00:00-24:00", ("00:00", "08:59", "09:00", "11:59", "12:00", "13:30", "17:00", "23:59")),
        ("09:00-12:00, 13:30-17:00", ("09:00", "11:59", "13:30")),
        ("22:00-06:00", ("00:00", "23:59")),
        ("周一至周五 09:00-17:00", ("00:00", "12:00")),
        (None, ("00:00",)),
    ],
)
def test_a_machine_is_open_by_its_hours(hours: str | None, open_at: tuple[str, ...]) -> None:
    for words in ("00:00", "08:59", "09:00", "11:59", "12:00", "13:30", "17:00", "23:59"):
        moment = parse_moment(f"2026-11-21T{words}:00+08:00")
        known = hours is not None and hours[0].isdigit()
        assert is_open(hours, moment) is (words in open_at or not known), words


def test_a_faulty_description_changes_nothing(operator: FlaskClient, terminal: Terminal) -> None:
    path = f"{FLEET}/machines/T-001/description"
    assert operator.put(path, json={"abilities": ["flies"]}).status_code == 422
    assert operator.put(path, json={"abilities": ["a4"], "hall": ""}).status_code == 422
    missing = f"{FLEET}/machines/T-404/description"
    assert operator.put(missing, json={"abilities": ["a4"]}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "alarms"),
        ("POST", "alarms/1/answer"),
        ("POST", "prints/D1/hold"),
        ("POST", "prints/D1/release"),
        ("POST", "prints/D1/cancellation"),
        ("POST", "prints/D1/move"),
        ("POST", "machines/T-001/maintenance"),
        ("DELETE", "machines/T-001/maintenance"),
        ("PUT", "machines/T-001/description"),
    ],
)
def test_only_operators_look_after_machines(
    app: Flask, client_for: Callable[[str], FlaskClient], method: str, path: str
) -> None:
    answer = client_for("clerk.liangjiang").open(f"{FLEET}/{path}", method=method, json=WHY)
    assert answer.status_code == 403
    assert app.test_client().open(f"{FLEET}/{path}", method=method, json=WHY).status_code == 401
