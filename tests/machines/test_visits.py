"""A person at a machine: the one-time address, the card, the second proof, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.audit.models import AuditEntry
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.commands import meet_person
from kiosk.identity.provider import Identity
from kiosk.machines.models import CardReading, MachineSession
from kiosk.machines.queries import find_session_actor
from kiosk.uow import reading, unit_of_work
from printing.job_models import PrintJob
from tests.machines.terminal import HOLDER, PIN, Terminal, count_rows
from tests.support.clocks import StandingClock

STRANGER = Identity("李样例", "111", "500106198512010017", None)


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def end_reason(terminal: Terminal, number: str) -> str | None:
    with terminal.app.app_context(), reading() as session:
        return session.scalar(
            select(MachineSession.end_reason).where(MachineSession.number == number)
        )


# The address ----------------------------------------------------------------------------------------


def test_the_address_opens_the_page_once(terminal: Terminal) -> None:
    opened = terminal.open_session()
    path = opened.url.partition("localhost")[2]
    first = terminal.client.get(path)
    assert first.status_code == 302
    cookie = first.headers["Set-Cookie"]
    assert cookie.startswith("kiosk_session=m_")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    second = terminal.client.get(path)
    assert (second.status_code, second.json["code"]) == (401, "ticket-invalid")


def test_an_invented_ticket_opens_nothing(terminal: Terminal) -> None:
    answer = terminal.client.post("/api/v1/machine/entry", json={"ticket": "t_x"})
    assert answer.json["code"] == "ticket-invalid"


def test_a_machine_has_one_session_at_a_time(terminal: Terminal) -> None:
    first = terminal.open_session()
    page = terminal.page(first)
    second = terminal.open_session()
    assert page.show().json["code"] == "machine-session-over"
    assert end_reason(terminal, first.session) == "replaced"
    assert end_reason(terminal, second.session) is None


def test_a_ticket_opens_no_session_that_ran_out_meanwhile(terminal: Terminal) -> None:
    opened = terminal.open_session()
    terminal.clock.advance(hours=12)
    ticket = opened.url.rpartition("/")[2]
    answer = terminal.client.post("/api/v1/machine/entry", json={"ticket": ticket})
    assert answer.json["code"] == "ticket-invalid"


def test_the_ticket_of_an_ended_session_opens_nothing(terminal: Terminal) -> None:
    first = terminal.open_session()
    terminal.open_session()
    ticket = first.url.rpartition("/")[2]
    answer = terminal.client.post("/api/v1/machine/entry", json={"ticket": ticket})
    assert answer.json["code"] == "ticket-invalid"


# The card -------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_page_learns_of_the_card_and_of_the_proof(terminal: Terminal) -> None:
    opened = terminal.open_session()
    page = terminal.page(opened)
    assert page.show().json["state"] == "waiting"
    assert terminal.read_card(opened).json["open"] is True
    seen = page.show().json
    assert (seen["state"], seen["name"], seen["next_poll_s"]) == ("card", None, 1)
    with terminal.app.app_context(), reading() as session:
        assert find_session_actor(session, page.token, terminal.clock.now()) is None
    terminal.stand_holder()


def test_a_proven_person_acts_at_the_place_of_the_machine(terminal: Terminal) -> None:
    _, page = terminal.stand_holder()
    seen = page.show().json
    assert (seen["state"], seen["name"]) == ("proven", HOLDER.name)
    with terminal.app.app_context(), reading() as session:
        actor = find_session_actor(session, page.token, terminal.clock.now())
    assert actor is not None
    assert (actor.role, actor.name, actor.machine_number, actor.division_code) == (
        "citizen",
        HOLDER.name,
        "T-001",
        "500106",
    )


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("111", "50010619900101001X"),
        ("ssc", "50010619900101001X"),
        ("810", "810000199001010019"),
        ("553", "911124198108030024"),
        ("414", "E12345678"),
        ("511", "12345678"),
        ("516", "H12345678"),
    ],
)
def test_every_kind_of_card_lets_its_person_in(terminal: Terminal, kind: str, number: str) -> None:
    opened = terminal.open_session()
    assert terminal.read_card(opened, Identity("王样例", kind, number)).status_code == 200
    assert terminal.page(opened).show().json["state"] == "card"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("111", "500106199001010011"),
        ("ssc", "500106199001010011"),
        ("810", "50010619900101001X"),
        ("553", "911124198108030025"),
        ("999", "E12345678"),
        ("414", " "),
    ],
)
def test_a_card_that_can_not_be_right_lets_nobody_in(
    terminal: Terminal, kind: str, number: str
) -> None:
    opened = terminal.open_session()
    answer = terminal.read_card(opened, Identity("王样例", kind, number))
    assert (answer.status_code, answer.json["code"]) == (422, "card-unreadable")
    assert count_rows(terminal.app, select(CardReading)) == 0


def test_identity_card_and_social_security_card_are_one_person(terminal: Terminal) -> None:
    terminal.read_card(terminal.open_session())
    terminal.read_card(terminal.open_session(), replace(HOLDER, document_type="ssc"))
    met = select(MachineSession.person_id).where(MachineSession.person_id.is_not(None))
    assert count_rows(terminal.app, select(CardReading)) == 2
    assert count_rows(terminal.app, met.distinct()) == 1


def test_a_card_bound_to_another_nonce_counts_for_nothing(terminal: Terminal) -> None:
    opened = terminal.open_session()
    answer = terminal.read_card(opened, nonce="x" * 32)
    assert (answer.status_code, answer.json["code"]) == (409, "card-not-bound")
    assert count_rows(terminal.app, select(CardReading)) == 0


def test_a_card_of_another_machines_session_counts_for_nothing(
    app: Flask, clock: StandingClock, terminal: Terminal
) -> None:
    opened = terminal.open_session()
    other = Terminal(app, clock, "T-002").enrolled()
    assert other.read_card(opened).json["code"] == "card-not-bound"
    assert other.remove_card(opened).json["code"] == "card-not-bound"


def test_the_same_card_told_twice_is_one_reading(terminal: Terminal) -> None:
    opened = terminal.open_session()
    terminal.read_card(opened)
    assert terminal.read_card(opened).status_code == 200
    assert count_rows(terminal.app, select(CardReading)) == 1


def test_another_card_ends_the_session_of_the_first(terminal: Terminal) -> None:
    opened, page = terminal.stand_holder()
    answer = terminal.read_card(opened, STRANGER)
    assert answer.json["code"] == "machine-session-over"
    assert end_reason(terminal, opened.session) == "other-card"
    assert page.show().status_code == 401


def test_an_expired_card_is_refused_from_the_day_after(terminal: Terminal) -> None:
    today = date(2026, 3, 2)
    opened = terminal.open_session()
    assert terminal.read_card(opened, expires_on=today).status_code == 200
    opened = terminal.open_session()
    answer = terminal.read_card(opened, expires_on=today - timedelta(days=1))
    assert (answer.status_code, answer.json["code"]) == (403, "card-expired")
    assert terminal.read_card(opened).json["code"] == "machine-session-over"


@pytest.mark.parametrize(
    "card",
    [
        Identity(" ", "111", "50010619900101001X"),
        Identity("王样例", "111", " "),
        Identity("王样例", "1", "50010619900101001X"),
        Identity("王样例", "111", "500106199001010016"),
    ],
)
def test_a_card_that_can_not_be_right_is_refused(terminal: Terminal, card: Identity) -> None:
    opened = terminal.open_session()
    answer = terminal.read_card(opened, card)
    assert (answer.status_code, answer.json["code"]) == (422, "card-unreadable")
    assert terminal.read_card(opened).status_code == 200


def test_taking_the_card_ends_the_session_and_the_prints_without_paper(terminal: Terminal) -> None:
    opened, page = terminal.stand_holder()
    number = terminal.order()
    assert terminal.remove_card(opened).json["open"] is False
    assert terminal.remove_card(opened).status_code == 200
    assert page.show().status_code == 401
    with terminal.app.app_context(), reading() as session:
        job = session.scalar(select(PrintJob).where(PrintJob.number == number))
        assert job is not None
        assert (job.state, job.original_key) == ("canceled", None)


def test_nothing_in_the_machines_tables_tells_who_stood_there(terminal: Terminal) -> None:
    terminal.stand_holder()
    with terminal.app.app_context(), reading() as session:
        tables = (MachineSession, CardReading, AuditEntry)
        texts = [
            str([getattr(row, column.key) for column in table.__table__.columns])
            for table in tables
            for row in session.scalars(select(table)).all()
        ]
    assert texts
    assert not any(HOLDER.document_number in text or HOLDER.name in text for text in texts)


# The second proof -----------------------------------------------------------------------------------


def test_no_proof_without_a_card(terminal: Terminal) -> None:
    page = terminal.page(terminal.open_session())
    assert page.prove().json["code"] == "no-card-yet"
    assert page.ask("POST", "/session/code").json["code"] == "no-card-yet"


def test_five_wrong_proofs_end_the_session_and_lock_the_person(terminal: Terminal) -> None:
    terminal.stand_holder()
    opened = terminal.open_session()
    page = terminal.page(opened)
    terminal.read_card(opened)
    details = [page.prove("000000") for _ in range(5)]
    assert {answer.json["code"] for answer in details} == {"proof-refused"}
    assert details[3].json["detail"].endswith("1 次")
    assert page.prove().json["code"] == "machine-session-over"
    assert end_reason(terminal, opened.session) == "wrong-proofs"
    again = terminal.open_session()
    page = terminal.page(again)
    terminal.read_card(again)
    assert page.prove().json["code"] == "account-locked"
    assert page.ask("POST", "/session/code").json["code"] == "account-locked"
    terminal.clock.advance(minutes=15)
    assert page.prove().status_code == 200


def test_a_right_proof_stays_right(terminal: Terminal) -> None:
    _, page = terminal.stand_holder()
    assert page.prove().json["state"] == "proven"
    page.prove("000000")
    assert page.show().json["state"] == "proven"


def test_a_message_code_proves_once(app: Flask, terminal: Terminal) -> None:
    with app.app_context(), unit_of_work() as session:
        meet_person(session, HOLDER, terminal.clock.now())
    opened = terminal.open_session()
    page = terminal.page(opened)
    terminal.read_card(opened)
    assert page.show().json["phone_on_file"] is True
    assert page.ask("POST", "/session/code").status_code == 204
    with app.app_context(), reading() as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.topic == "message.send")
        ).one()
        text = message.payload["text"]
    code = text.partition("验证码 ")[2][:6]
    assert page.prove("999999" if code != "999999" else "888888", "code").status_code == 403
    assert page.prove(code, "code").json["state"] == "proven"
    assert page.prove(code, "code").status_code == 403


def test_codes_are_sent_three_times_at_most(terminal: Terminal) -> None:
    _, page = terminal.stand_holder()
    answers = [page.ask("POST", "/session/code") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [204, 204, 204, 429]
    assert answers[3].json["code"] == "too-many-codes"


def test_a_found_card_floods_no_phone(terminal: Terminal) -> None:
    """Six codes in an hour, however often the card is laid down."""
    for _ in range(2):
        _, page = terminal.stand_holder()
        assert [page.ask("POST", "/session/code").status_code for _ in range(3)] == [204] * 3
    _, page = terminal.stand_holder()
    assert page.ask("POST", "/session/code").json["code"] == "too-many-codes"
    terminal.clock.advance(minutes=61)
    _, page = terminal.stand_holder()
    assert page.ask("POST", "/session/code").status_code == 204


def test_without_a_phone_no_code(terminal: Terminal) -> None:
    opened = terminal.open_session()
    page = terminal.page(opened)
    terminal.read_card(opened, STRANGER)
    assert page.show().json["phone_on_file"] is False
    assert page.ask("POST", "/session/code").json["code"] == "proof-refused"


@pytest.mark.parametrize(
    "body", [{}, {"kind": "voice", "secret": "x"}, {"kind": "pin", "secret": ""}, {"kind": "pin"}]
)
def test_a_faulty_proof_is_no_wrong_proof(terminal: Terminal, body: dict[str, str]) -> None:
    _, page = terminal.stand_holder()
    assert page.ask("POST", "/session/proof", json=body).status_code == 422
    assert page.show().json["proofs_left"] == 5


def test_a_face_is_no_wrong_proof_where_it_is_not_offered(terminal: Terminal) -> None:
    _, page = terminal.stand_holder()
    assert page.ask("POST", "/session/proof", json={"kind": "face"}).json["code"] == "proof-refused"
    assert page.show().json["proofs_left"] == 5


# The end --------------------------------------------------------------------------------------------


def test_a_visit_lasts_half_an_hour(terminal: Terminal) -> None:
    opened, page = terminal.stand_holder()
    terminal.clock.advance(minutes=29)
    assert page.show().status_code == 200
    terminal.clock.advance(minutes=2)
    assert page.show().json["code"] == "machine-session-over"
    assert terminal.poll(session=opened.session).json["session_open"] is False
    assert end_reason(terminal, opened.session) == "expired"


def test_a_visit_does_not_run_out_while_a_print_is_open(terminal: Terminal) -> None:
    _, page = terminal.stand_holder()
    terminal.clock.advance(minutes=29)
    terminal.order()
    terminal.clock.advance(minutes=4)
    assert page.show().status_code == 200


def test_a_page_nobody_uses_is_replaced_before_it_runs_out(terminal: Terminal) -> None:
    opened = terminal.open_session()
    terminal.page(opened)
    terminal.clock.advance(minutes=12)
    assert terminal.poll(session=opened.session).json["session_open"] is True
    terminal.clock.advance(minutes=1)
    assert terminal.poll(session=opened.session).json["session_open"] is False
    assert end_reason(terminal, opened.session) == "stale"


def test_signing_out_ends_the_session(terminal: Terminal) -> None:
    opened, page = terminal.stand_holder()
    assert page.ask("DELETE", "/session").status_code == 204
    assert page.show().status_code == 401
    assert end_reason(terminal, opened.session) == "signed-out"


def test_a_page_without_a_token_is_turned_away(terminal: Terminal) -> None:
    answer = terminal.client.get("/api/v1/machine/session")
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")


def test_the_pin_is_not_in_any_log_or_trail(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    terminal.stand_holder()
    with terminal.app.app_context(), reading() as session:
        facts = [str(entry.facts) for entry in session.scalars(select(AuditEntry))]
    assert not any(PIN in text for text in [*facts, caplog.text])
