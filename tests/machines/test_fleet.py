"""Enrolment, signed requests, the heartbeat, and taking a machine out of service."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select

from kiosk.audit.models import AuditEntry
from kiosk.errors import NotFound
from kiosk.identity.actors import SYSTEM
from kiosk.machines import commands
from kiosk.machines.errors import MachineExists
from kiosk.machines.models import Machine, MachineNonce, MachineSession
from kiosk.machines.queries import find_machine, list_machines
from kiosk.machines.troubles import Limits
from kiosk.machines.watch import watch_fleet
from kiosk.uow import reading, unit_of_work
from printing import wire
from tests.machines.terminal import Terminal, count_rows
from tests.support.clocks import StandingClock
from tests.support.statements import counting


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def stored(terminal: Terminal) -> Machine:
    with terminal.app.app_context(), reading() as session:
        machine = find_machine(session, terminal.number)
        assert machine is not None
        return machine


# Enrolment ------------------------------------------------------------------------------------------


def test_a_machine_brings_its_own_key(terminal: Terminal) -> None:
    assert stored(terminal).public_key == terminal.key.public_key().public_bytes_raw()
    assert terminal.poll().status_code == 200


def test_enrolling_twice_with_the_same_key_is_the_same_answer(
    app: Flask, clock: StandingClock
) -> None:
    terminal = Terminal(app, clock)
    code = terminal.create()
    first, second = terminal.enrol(code), terminal.enrol(f" {code.lower()} ")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json["machine"] == second.json["machine"] == "T-001"


def test_a_used_code_does_not_take_another_key(app: Flask, clock: StandingClock) -> None:
    terminal, thief = Terminal(app, clock), Terminal(app, clock)
    code = terminal.create()
    terminal.enrol(code)
    answer = thief.enrol(code)
    assert (answer.status_code, answer.json["code"]) == (403, "enrolment-refused")
    assert terminal.poll().status_code == 200


@pytest.mark.parametrize("wrong", ["", "WRONGCODE234"])
def test_a_wrong_code_is_refused(app: Flask, clock: StandingClock, wrong: str) -> None:
    terminal = Terminal(app, clock)
    terminal.create()
    assert terminal.enrol(wrong).json["code"] == "enrolment-refused"


def test_a_code_ends_after_a_day(app: Flask, clock: StandingClock) -> None:
    terminal = Terminal(app, clock)
    code = terminal.create()
    clock.advance(hours=24)
    assert terminal.enrol(code).json["code"] == "enrolment-refused"


def test_a_new_code_ends_the_old_one_and_brings_a_new_key(
    app: Flask, clock: StandingClock, terminal: Terminal
) -> None:
    with app.app_context(), unit_of_work() as session:
        codes = [
            commands.issue_enrolment_code(session, "T-001", actor=SYSTEM, now=clock.now())
            for _ in range(2)
        ]
    fresh = Terminal(app, clock)
    assert fresh.enrol(codes[0]).json["code"] == "enrolment-refused"
    assert fresh.enrol(codes[1]).status_code == 200
    assert terminal.poll().json["code"] == "machine-signature-invalid"
    assert fresh.poll().status_code == 200


def test_a_code_for_one_machine_enrols_no_other(app: Flask, clock: StandingClock) -> None:
    first, second = Terminal(app, clock, "T-001"), Terminal(app, clock, "T-002")
    first.create()
    code = second.create()
    assert first.enrol(code).json["code"] == "enrolment-refused"


def test_the_key_in_an_enrolment_must_sign_it(app: Flask, clock: StandingClock) -> None:
    terminal = Terminal(app, clock)
    other = wire.pack_public_key(Ed25519PrivateKey.generate())
    answer = terminal.post("/enrolment", wire.Enrolment(terminal.create(), other, "0.1.0"))
    assert (answer.status_code, answer.json["code"]) == (401, "machine-signature-invalid")


def test_a_number_is_given_once(app: Flask, clock: StandingClock, terminal: Terminal) -> None:
    with app.app_context(), pytest.raises(MachineExists), unit_of_work() as session:
        commands.create_machine(
            session, number="T-001", name="x", division_code="500106", place="x", now=clock.now()
        )


# Signed requests ------------------------------------------------------------------------------------


def test_a_request_without_signature_is_turned_away(terminal: Terminal) -> None:
    answer = terminal.send("POST", "/poll", b"{}", {})
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")


def test_an_unknown_machine_is_turned_away(app: Flask, clock: StandingClock) -> None:
    assert Terminal(app, clock, "T-999").poll().json["code"] == "machine-unknown"


def test_a_machine_that_never_enrolled_is_turned_away(app: Flask, clock: StandingClock) -> None:
    terminal = Terminal(app, clock)
    terminal.create()
    assert terminal.poll().json["code"] == "machine-unknown"


def test_another_body_than_the_signed_one_is_refused(terminal: Terminal) -> None:
    answer = terminal.post("/sessions", None, signed_body=b"{}")
    assert answer.json["code"] == "machine-signature-invalid"


def test_the_same_request_does_not_count_twice(terminal: Terminal) -> None:
    headers = wire.sign_call(
        terminal.key,
        "POST",
        "/api/v1/machine/sessions",
        b"",
        machine="T-001",
        at=terminal.clock.now(),
    )
    first = terminal.send("POST", "/sessions", b"", headers)
    second = terminal.send("POST", "/sessions", b"", headers)
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json["code"] == "request-replayed"
    assert count_rows(terminal.app, select(MachineSession)) == 1


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_wrong_clock_is_told(terminal: Terminal, minutes: int) -> None:
    answer = terminal.post("/sessions", at=terminal.clock.now() + timedelta(minutes=minutes))
    assert (answer.status_code, answer.json["code"]) == (401, "machine-clock-skewed")


def test_nonces_are_forgotten_when_their_time_alone_refuses_them(terminal: Terminal) -> None:
    terminal.poll()
    terminal.clock.advance(minutes=11)
    terminal.poll()
    with terminal.app.app_context():
        watch_fleet(now=terminal.clock.now(), limits=Limits(), tell=lambda *_: None)
    assert count_rows(terminal.app, select(MachineNonce)) == 1


def test_faulty_messages_name_every_fault(terminal: Terminal) -> None:
    answer = terminal.post("/poll", {"software_version": 3, "printer": {"state": "idle"}})
    assert answer.status_code == 422
    assert {"software_version", "printer.reasons", "job"} <= set(answer.json["fields"])
    assert count_rows(terminal.app, select(Machine).where(Machine.last_seen_at.is_not(None))) == 0


# Heartbeat ------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_heartbeat_is_entered(terminal: Terminal) -> None:
    answer = terminal.poll(clock_skew_s=-4, software_version="0.2.0")
    assert answer.json["next_poll_s"] == 60
    machine = stored(terminal)
    assert machine.last_seen_at == terminal.clock.now()
    assert (machine.clock_skew_s, machine.software_version) == (-4, "0.2.0")
    assert machine.printer == {
        "state": "idle",
        "reasons": ["none"],
        "page_counter": 40,
        "trays": [],
        "supplies": [],
        "output_sheets": None,
    }


@pytest.mark.both_databases
def test_an_idle_machine_costs_three_statements_and_one_commit(terminal: Terminal) -> None:
    with counting(terminal.app.extensions["database"]) as counted:
        assert terminal.poll().status_code == 200
    assert (len(counted.statements), counted.commits) == (3, 1), counted.statements


def test_a_machine_with_a_visitor_is_asked_to_come_back_soon(terminal: Terminal) -> None:
    opened = terminal.open_session()
    assert terminal.poll(session=opened.session).json["next_poll_s"] == 60
    terminal.read_card(opened)
    answer = terminal.poll(session=opened.session)
    assert (answer.json["next_poll_s"], answer.json["session_open"]) == (1, True)


def test_a_session_of_another_number_is_not_open(terminal: Terminal) -> None:
    terminal.open_session()
    assert terminal.poll(session="MS-OLD").json["session_open"] is False


# Out of service -------------------------------------------------------------------------------------


def test_a_revoked_machine_is_silent_at_once(terminal: Terminal) -> None:
    _, page = terminal.stand_holder()
    with terminal.app.app_context():
        commands.revoke_machine("T-001", "被盗", actor=SYSTEM, now=terminal.clock.now())
    assert terminal.poll().json["code"] == "machine-revoked"
    assert page.show().status_code == 401
    with terminal.app.app_context(), reading() as session:
        assert "T-001" not in {machine.number for machine in list_machines(session)}
        acts = session.scalars(select(AuditEntry.action)).all()
    assert {"machine-entered", "machine-enrolled", "machine-revoked"} <= set(acts)


def test_a_machine_nobody_knows_can_not_be_revoked(app: Flask, clock: StandingClock) -> None:
    with app.app_context(), pytest.raises(NotFound):
        commands.revoke_machine("T-404", "x", actor=SYSTEM, now=clock.now())
