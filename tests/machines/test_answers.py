"""What is found out about a paper reaches whoever waits for it; what contradicts the ledger reaches a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk import workers
from kiosk.exchange.models import OutboxMessage
from kiosk.uow import reading
from printing.job_states import Event, SheetState, contradicts
from printing.jobs import LEASE
from printing.wire import JobOffer, Report
from tests.machines.terminal import Terminal
from tests.support.clocks import StandingClock

FLEET = "/api/v1/fleet"
DISPUTED = "paper-disputed"


@pytest.fixture
def operators(client_for: Callable[[str], FlaskClient]) -> list[FlaskClient]:
    return [client_for("operator"), client_for("second.operator")]


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def feeding(terminal: Terminal) -> JobOffer:
    """A print with leave to feed."""
    terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert terminal.ask_to_feed(offer).json["granted"]
    return offer


def lost(terminal: Terminal) -> JobOffer:
    """A print of a machine that fell silent with leave to feed; the person has been told so."""
    offer = feeding(terminal)
    terminal.clock.advance(seconds=LEASE.total_seconds() + 1)
    look_after(terminal)
    return offer


def look_after(terminal: Terminal) -> None:
    with terminal.app.app_context():
        workers.watch_limits()


def settle(operators: list[FlaskClient], offer: JobOffer, outcome: str) -> None:
    for client in operators:
        body = {"outcome": outcome, "reason": "已到现场查看"}
        answer = client.post(f"{FLEET}/paper/{offer.job}/settlement", json=body)
        assert answer.status_code == 200, answer.text
        if answer.json["state"]:
            return


def messages(terminal: Terminal) -> list[str]:
    with terminal.app.app_context(), reading() as session:
        sent = select(OutboxMessage.payload).where(OutboxMessage.topic == "message.send")
        return [row["text"] for row in session.scalars(sent.order_by(OutboxMessage.id))]


def disputes(operators: list[FlaskClient]) -> list[dict[str, Any]]:
    found = operators[0].get(f"{FLEET}/alarms").json["alarms"]
    return [alarm for alarm in found if alarm["kind"] == DISPUTED]


# The answer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("found-printed", "已经打印好"),
        ("found-unfed", "没有打印出来"),
        ("found-spoiled", "已经作废"),
    ],
)
def test_whoever_was_told_that_nobody_knows_is_told_what_was_found(
    operators: list[FlaskClient], terminal: Terminal, outcome: str, words: str
) -> None:
    offer = lost(terminal)
    settle(operators, offer, outcome)
    promise, answer = messages(terminal)
    assert "答复" in promise
    assert offer.job in answer
    assert words in answer


def test_the_machine_that_tells_in_the_end_answers_too(terminal: Terminal) -> None:
    offer = lost(terminal)
    assert terminal.report(offer, Report.PRINTED).json["state"] == "completed"
    assert "已经打印好" in messages(terminal)[-1]
    terminal.report(offer, Report.PRINTED)
    assert len(messages(terminal)) == 2


def test_paper_that_never_moved_is_told_when_the_holder_has_gone(terminal: Terminal) -> None:
    opened, _ = terminal.stand_holder()
    terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.clock.advance(seconds=LEASE.total_seconds() + 1)
    look_after(terminal)
    terminal.remove_card(opened)
    assert terminal.report(offer, Report.NOT_FED, counter=40).json["state"] == "processing"
    assert terminal.ask_to_feed(offer, "feed-1-1").json["granted"] is False
    assert "没有打印出来" in messages(terminal)[-1]


def test_a_print_that_nobody_worried_about_needs_no_answer(terminal: Terminal) -> None:
    terminal.report(feeding(terminal), Report.PRINTED)
    assert messages(terminal) == []


# The contradiction ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_paper_that_two_persons_ruled_out_and_the_machine_printed_calls_a_person(
    operators: list[FlaskClient], terminal: Terminal
) -> None:
    offer = lost(terminal)
    settle(operators, offer, "found-unfed")
    for _ in range(2):
        late = terminal.report(offer, Report.PRINTED)
        assert (late.status_code, late.json["code"]) == (409, "job-transition-refused")
        look_after(terminal)
    (alarm,) = disputes(operators)
    assert (alarm["subject"], alarm["duty"], alarm["machine"]) == (offer.job, "hall", "T-001")
    assert "台账" in operators[0].get("/district/machines").text
    terminal.clock.advance(minutes=16)
    look_after(terminal)
    assert disputes(operators)[0]["answers"] == "fleet"
    path = f"{FLEET}/alarms/{alarm['id']}/answer"
    assert operators[0].post(path, json={"reason": "纸已收回作废"}).status_code == 204
    look_after(terminal)
    assert disputes(operators) == []


def test_a_paper_that_was_seen_and_did_not_move_calls_a_person(
    operators: list[FlaskClient], terminal: Terminal
) -> None:
    offer = lost(terminal)
    settle(operators, offer, "found-printed")
    assert terminal.report(offer, Report.NOT_FED, counter=40).status_code == 409
    assert [alarm["subject"] for alarm in disputes(operators)] == [offer.job]


@pytest.mark.parametrize("outcome", ["found-printed", "found-spoiled"])
def test_a_late_word_that_agrees_calls_nobody(
    operators: list[FlaskClient], terminal: Terminal, outcome: str
) -> None:
    offer = lost(terminal)
    settle(operators, offer, outcome)
    assert terminal.report(offer, Report.PRINTED).status_code == 409
    assert disputes(operators) == []


def test_paper_of_a_job_that_another_machine_has_calls_a_person(
    operators: list[FlaskClient], terminal: Terminal, app: Flask, clock: StandingClock
) -> None:
    terminal.release()
    offer = terminal.fetch()
    other = Terminal(app, clock, "T-002").enrolled()
    path = f"{FLEET}/prints/{offer.job}/move"
    assert operators[0].post(path, json={"machine": other.number}).status_code == 200
    assert terminal.report(offer, Report.PRINTED).json["code"] == "print-job-not-found"
    (alarm,) = disputes(operators)
    assert (alarm["subject"], alarm["machine"]) == (offer.job, "T-001")


OUT = {SheetState.PRINTED, SheetState.COLLECTED, SheetState.LEFT}
MOVED = {*OUT, SheetState.SPOILED, SheetState.FEEDING, SheetState.JAMMED, SheetState.UNKNOWN}


@pytest.mark.parametrize("state", list(SheetState))
@pytest.mark.parametrize("event", list(Event))
def test_what_contradicts_the_ledger(event: Event, state: SheetState) -> None:
    says_paper, says_none = event in (Event.PRINT, Event.JAM), event is Event.NOT_FED
    wanted = (says_paper and state not in MOVED) or (says_none and state in OUT)
    assert contradicts(event, [state]) is wanted
