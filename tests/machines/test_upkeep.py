"""The operator's board, codes, and paper that nobody can account for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.exchange.models import OutboxMessage
from kiosk.machines.models import Machine
from kiosk.uow import reading
from printing import wire
from printing.blank_models import Blank
from printing.jobs import LEASE
from printing.wire import Report
from tests.machines.terminal import COPY, LICENCE, Terminal, count_rows
from tests.support.clocks import StandingClock

FLEET = "/api/v1/fleet"


@pytest.fixture
def operator(client_for: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_for("operator")


@pytest.fixture
def second_operator(client_for: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_for("second.operator")


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def board(operator: FlaskClient) -> dict[str, dict[str, Any]]:
    return {line["number"]: line for line in operator.get(f"{FLEET}/machines").json["machines"]}


def unknown_print(terminal: Terminal) -> str:
    """A job whose machine fell silent with leave to feed."""
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.clock.advance(seconds=LEASE.total_seconds() + 1)
    terminal.poll()
    return number


def told(terminal: Terminal, topic: str) -> list[dict[str, Any]]:
    with terminal.app.app_context(), reading() as session:
        messages = select(OutboxMessage).where(OutboxMessage.topic == topic)
        return [message.payload for message in session.scalars(messages)]


# The board ------------------------------------------------------------------------------------------


def test_a_machine_is_entered_and_enrols(
    app: Flask, clock: StandingClock, operator: FlaskClient
) -> None:
    body = {"number": "SXG-001", "name": "三峡广场", "division_code": "500106", "place": "三峡广场"}
    answer = operator.post(f"{FLEET}/machines", json=body)
    assert answer.status_code == 201, answer.text
    assert board(operator)["SXG-001"]["alarms"] == ["not-enrolled"]
    terminal = Terminal(app, clock, "SXG-001")
    assert terminal.enrol(answer.json["enrolment_code"]).status_code == 200
    terminal.poll()
    assert board(operator)["SXG-001"]["alarms"] == []
    assert operator.post(f"{FLEET}/machines", json=body).json["code"] == "machine-exists"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"number": "x y"}, 422),
        ({"division_code": "999999"}, 404),
        ({"name": ""}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_a_faulty_machine_is_not_entered(
    app: Flask, operator: FlaskClient, change: dict[str, object], status: int
) -> None:
    before = count_rows(app, select(Machine))
    body = {"number": "SXG-001", "name": "三峡广场", "division_code": "500106", "place": "广场"}
    assert operator.post(f"{FLEET}/machines", json=body | change).status_code == status
    assert count_rows(app, select(Machine)) == before


def test_the_board_shows_what_is_wrong(operator: FlaskClient, terminal: Terminal) -> None:
    stopped = wire.PrinterReport("stopped", ("media-empty",), 40)
    terminal.poll(printer=stopped, clock_skew_s=-90)
    assert board(operator)["T-001"]["alarms"] == ["clock-off", "media-empty"]
    terminal.poll()
    assert board(operator)["T-001"]["alarms"] == []
    terminal.clock.advance(minutes=6)
    assert board(operator)["T-001"]["alarms"] == ["silent"]


def test_a_new_code_and_the_end_of_a_machine(operator: FlaskClient, terminal: Terminal) -> None:
    code = operator.post(f"{FLEET}/machines/T-001/enrolment-code").json["enrolment_code"]
    fresh = Terminal(terminal.app, terminal.clock)
    assert fresh.enrol(code).status_code == 200
    answer = operator.post(f"{FLEET}/machines/T-001/revocation", json={"reason": "搬迁"})
    assert answer.status_code == 204
    assert fresh.poll().json["code"] == "machine-revoked"
    assert "T-001" not in board(operator)
    assert operator.post(f"{FLEET}/machines/T-404/enrolment-code").status_code == 404


def test_the_ledger_is_held_against_the_counter(operator: FlaskClient, terminal: Terminal) -> None:
    offer_number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.report(offer, Report.PRINTED, counter=43)
    path = f"{FLEET}/machines/T-001/reconciliation"
    span = {"since": "2026-03-02T08:00:00+08:00", "until": "2026-03-02T20:00:00+08:00"}
    report = operator.get(path, query_string=span).json
    assert (report["agrees"], report["outcomes"]) == (False, {"printed": 1})
    (gap,) = report["gaps"]
    assert (gap["during"], gap["counted"], gap["entered"]) == (offer_number, 3, 1)
    assert operator.get(path, query_string={"since": "yesterday"}).status_code == 422
    assert (
        operator.get(f"{FLEET}/machines/X-1/reconciliation", query_string=span).status_code == 404
    )


@pytest.mark.both_databases
def test_blanks_are_loaded_used_and_counted(operator: FlaskClient, terminal: Terminal) -> None:
    stock = {"kind": "business-licence", "first": 1, "last": 3, "reason": "早班"}
    here = {"handling": "load", "machine": "T-001"}
    assert operator.post(f"{FLEET}/blanks", json=stock | {"handling": "receive"}).status_code == 204
    assert operator.post(f"{FLEET}/blanks", json=stock | here).status_code == 204
    again = operator.post(f"{FLEET}/blanks", json=stock | here)
    assert (again.status_code, again.json["code"]) == (409, "blanks-refused")
    terminal.release(blank_kind="business-licence")
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert terminal.ask_to_feed(offer).json["granted"] is True
    terminal.report(offer, Report.PRINTED)
    span = {"since": "2026-03-02T08:00:00+08:00", "until": "2026-03-02T20:00:00+08:00"}
    query = span | {"kind": "business-licence", "counted": 1}
    shift = operator.get(f"{FLEET}/machines/T-001/blanks", query_string=query).json
    assert (shift["loaded"], shift["used"], shift["closing"], shift["missing"]) == (3, 1, 2, 1)


def test_a_machine_without_blanks_gets_no_leave(terminal: Terminal) -> None:
    terminal.release(blank_kind="business-licence")
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    answer = terminal.ask_to_feed(offer).json
    assert (answer["granted"], answer["state"]) == (False, "canceled")
    assert "空白证照" in answer["reason"]
    assert terminal.release() != offer.job


@pytest.mark.parametrize(
    "change", [{"first": 0}, {"handling": "eat"}, {"machine": "x y"}, {"last": "3"}]
)
def test_faulty_blanks_change_nothing(
    operator: FlaskClient, app: Flask, change: dict[str, object]
) -> None:
    body = {"kind": "k", "first": 1, "last": 3, "reason": "早班", "handling": "receive"}
    assert operator.post(f"{FLEET}/blanks", json=body | change).status_code == 422
    assert count_rows(app, select(Blank)) == 0


def test_only_operators_look_after_machines(client_for: Callable[[str], FlaskClient]) -> None:
    clerk = client_for("clerk.liangjiang")
    assert clerk.get(f"{FLEET}/machines").status_code == 403
    assert clerk.get(f"{FLEET}/paper/unknown").status_code == 403


# Unknown paper --------------------------------------------------------------------------------------


def test_unknown_paper_is_listed_with_its_counters(
    operator: FlaskClient, terminal: Terminal
) -> None:
    number = unknown_print(terminal)
    (found,) = operator.get(f"{FLEET}/paper/unknown").json["jobs"]
    assert (found["number"], found["machine"], found["copy_label"]) == (number, "T-001", COPY)
    assert (found["counter_before"], found["counter_after"]) == (40, None)
    assert [event["event"] for event in found["history"]] == ["acknowledge", "permit", "unknown"]


def settle(client: FlaskClient, number: str, outcome: str) -> Any:
    body = {"outcome": outcome, "reason": "已到现场查看"}
    return client.post(f"{FLEET}/paper/{number}/settlement", json=body)


def test_one_person_says_that_the_paper_is_there(operator: FlaskClient, terminal: Terminal) -> None:
    number = unknown_print(terminal)
    assert settle(operator, number, "found-printed").json == {"state": "completed"}
    assert [message["job"] for message in told(terminal, "print.completed")] == [number]
    assert operator.get(f"{FLEET}/paper/unknown").json["jobs"] == []


def test_two_persons_release_the_original_again(
    operator: FlaskClient, second_operator: FlaskClient, terminal: Terminal
) -> None:
    number = unknown_print(terminal)
    assert settle(operator, number, "found-spoiled").json == {"state": None}
    again = settle(operator, number, "found-spoiled")
    assert (again.status_code, again.json["code"]) == (403, "two-persons-needed")
    assert settle(second_operator, number, "found-spoiled").json == {"state": "aborted"}
    assert [message["licence_identifier"] for message in told(terminal, "print.spoiled")] == [
        LICENCE
    ]
    assert terminal.release() != number


def test_paper_that_never_moved_is_no_spoiled_paper(
    operator: FlaskClient, second_operator: FlaskClient, terminal: Terminal
) -> None:
    number = unknown_print(terminal)
    settle(operator, number, "found-unfed")
    assert settle(second_operator, number, "found-unfed").json == {"state": "aborted"}
    assert told(terminal, "print.spoiled") == []


def test_what_is_settled_or_strange_is_refused(operator: FlaskClient, terminal: Terminal) -> None:
    assert settle(operator, "D-NONE", "found-printed").status_code == 404
    assert settle(operator, "D-NONE", "lost-it").status_code == 422
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert settle(operator, number, "found-printed").json["code"] == "job-transition-refused"
    terminal.ask_to_feed(offer)
    terminal.report(offer, Report.PRINTED)
    assert settle(operator, number, "found-printed").status_code == 409


def test_the_word_of_an_hour_ago_is_forgotten(
    operator: FlaskClient, second_operator: FlaskClient, terminal: Terminal
) -> None:
    number = unknown_print(terminal)
    settle(operator, number, "found-spoiled")
    terminal.clock.advance(hours=1)
    assert settle(second_operator, number, "found-spoiled").json == {"state": None}
