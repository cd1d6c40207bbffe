"""An original found spoiled is void for good, wherever it is asked about, and another copy replaces it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from kiosk import workers
from kiosk.casework.printing_results import print_copy
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import Actor, Role
from kiosk.licences.errors import NotReadyYet
from kiosk.licences.lifecycle import Status, change_status
from kiosk.licences.models import Licence, VoidCopy
from kiosk.licences.queries import find_paper, get_document, get_licence, list_copies_of
from kiosk.licences.reissue import Cause, Wish, reissue
from kiosk.licences.sealing import rebuild, seal_document
from kiosk.licences.status_list import gather
from kiosk.licences.verification import verify_identifier, verify_pdf, verify_qr
from kiosk.licences.void_copies import next_label, void_copy
from kiosk.machines.upkeep import SPOILED, settle_print
from kiosk.uow import reading, unit_of_work
from printing.job_states import Event
from printing.jobs import Change, apply, get_job
from printing.qr import decode
from tests.integration.licences.test_blanks import standing_holder
from tests.support.clocks import StandingClock
from tests.support.sample_cases import granted

OPERATORS = [Actor(Role.OPERATOR, login, login) for login in ("op1", "op2")]


@dataclass(frozen=True)
class Printed:
    """A licence whose original came out of a machine."""

    identifier: str
    case: str
    paper: str
    job: str
    holder: Actor
    officer: Actor


@pytest.fixture
def printed(app: Flask, clock: StandingClock) -> Printed:
    with app.app_context():
        case, paper, officer = granted(clock)
        seal_document(paper, now=clock.now())
        with reading() as session:
            wanted = select(Licence.identifier).where(Licence.case_number == case)
            identifier = session.scalars(wanted).one()
        holder = standing_holder(clock)
        job = come_out(clock, print_copy(identifier, "1-1", actor=holder, now=clock.now()))
        workers.drain()
        return Printed(identifier, case, paper, job, holder, officer)


def come_out(clock: StandingClock, job: str) -> str:
    with unit_of_work() as session:
        for event in (Event.ACKNOWLEDGE, Event.PERMIT, Event.PRINT):
            apply(session, Change(job, event, event.value, "B-001"), clock.now())
    return job


def find_spoiled(printed: Printed, clock: StandingClock) -> None:
    """Both operators say that the sheet is spoiled; the worker has not heard of it yet."""
    for actor in OPERATORS:
        settle_print(printed.job, Event.FOUND_SPOILED, "印花了", actor=actor, now=clock.now())


def code_of(paper: str) -> str:
    with reading() as session:
        return str(get_document(session, paper).content["qr_text"])


def judged(text: str, clock: StandingClock) -> dict[str, Any]:
    with reading() as session:
        return verify_qr(session, text, current_app.extensions["keys"], clock.now())


def standing(printed: Printed) -> list[tuple[str, str, bool]]:
    with reading() as session:
        copies = list_copies_of(session, printed.case)
        return [(copy.label, copy.status, copy.ready) for copy in copies]


def documents(printed: Printed) -> list[str]:
    """The copies' papers, by the order in which they were entered."""
    with reading() as session:
        listed = select(OutboxMessage.payload).where(OutboxMessage.topic == "document.seal")
        wished = [row["number"] for row in session.scalars(listed.order_by(OutboxMessage.id))]
        papers = [get_document(session, number) for number in wished]
        return [row.number for row in papers if row.content["copy_label"]]


@pytest.mark.both_databases
def test_a_spoiled_original_is_void_wherever_it_is_asked_about(
    app: Flask, clock: StandingClock, printed: Printed
) -> None:
    with app.app_context():
        old = code_of(printed.paper)
        assert judged(old, clock)["status"] == "valid"
        find_spoiled(printed, clock)
        workers.drain()
        verdict = judged(old, clock)
        assert (verdict["genuine"], verdict["status"]) == (True, "void")
        assert verdict["status_since"] == "2026-03-02"
        assert "已作废" in verdict["status_words"]
        with reading() as session:
            keys, now = current_app.extensions["keys"], clock.now()
            assert verify_pdf(session, rebuild(printed.paper), keys, now)["status"] == "void"
            told_of = find_paper(session, get_licence(session, printed.identifier))
            assert told_of is not None
            assert told_of.number == documents(printed)[-1] != printed.paper
            listed = gather(session, now)
            assert (dict(listed.copies), dict(listed.licences)) == (
                {f"{printed.identifier}#1-1": "void"},
                {},
            )
            holder = session.scalars(select(Licence.holder_name)).one()
            word = verify_identifier(session, printed.identifier, holder, now)
            assert word["status"] == "valid", "the licence itself still counts"


def test_another_copy_replaces_it_and_is_printed_once(
    app: Flask, clock: StandingClock, printed: Printed
) -> None:
    with app.app_context():
        find_spoiled(printed, clock)
        workers.drain()
        assert standing(printed) == [("1-1-2", "valid", True)]
        _, successor = documents(printed)
        payload = decode(code_of(successor), current_app.extensions["keys"].public_keys())
        assert (payload.identifier, payload.copy_label) == (printed.identifier, "1-1-2")
        assert judged(code_of(successor), clock)["status"] == "valid"
        clock.advance(seconds=1)
        job = print_copy(printed.identifier, "1-1-2", actor=printed.holder, now=clock.now())
        with reading() as session:
            assert get_job(session, job).replaces == printed.job
        assert come_out(clock, job) != printed.job


@pytest.mark.both_databases
def test_the_spoiled_copy_is_never_printed_again_not_even_before_the_worker_comes(
    app: Flask, clock: StandingClock, printed: Printed
) -> None:
    with app.app_context():
        find_spoiled(printed, clock)
        for _ in range(2):
            with pytest.raises(NotReadyYet, match="已作废"):
                print_copy(printed.identifier, "1-1", actor=printed.holder, now=clock.now())
            workers.drain()


@pytest.mark.both_databases
def test_the_same_news_twice_voids_once(app: Flask, clock: StandingClock, printed: Printed) -> None:
    with app.app_context():
        find_spoiled(printed, clock)
        workers.drain()
        with reading() as session:
            news = select(OutboxMessage.payload).where(OutboxMessage.topic == SPOILED)
            payload = session.scalars(news).one()
        workers.HANDLERS[SPOILED](payload, clock.now())
        with reading() as session:
            (void,) = session.scalars(select(VoidCopy)).all()
            assert (void.job_number, void.reason) == (printed.job, "印花了")
        assert standing(printed) == [("1-1-2", "valid", True)]


def test_the_holder_of_a_void_paper_is_told(
    app: Flask, clock: StandingClock, printed: Printed
) -> None:
    with app.app_context():
        find_spoiled(printed, clock)
        with reading() as session:
            sent = select(OutboxMessage.payload).where(OutboxMessage.topic == "message.send")
            (message,) = [row for row in session.scalars(sent) if printed.job in row["text"]]
        assert message["person"] == printed.holder.number
        assert "作废" in message["text"]


def test_a_licence_that_has_ended_gets_no_other_copy(
    app: Flask, clock: StandingClock, printed: Printed
) -> None:
    with app.app_context():
        end = (printed.identifier, Status.REVOKED, "登记事项虚假")
        change_status(*end, actor=printed.officer, now=clock.now())
        find_spoiled(printed, clock)
        workers.drain()
        assert standing(printed) == []
        assert judged(code_of(printed.paper), clock)["status"] == "void"


def test_a_reissued_licence_carries_over_what_still_stands(
    app: Flask, clock: StandingClock, printed: Printed
) -> None:
    with app.app_context():
        find_spoiled(printed, clock)
        workers.drain()
        wish = Wish(Cause.DAMAGED, "水浸")
        raised = reissue(printed.identifier, wish, actor=printed.officer, now=clock.now())
        workers.drain()
        assert [copy[:2] for copy in standing(printed)] == [
            ("1-1-2", "superseded"),
            ("1-1-2", "valid"),
        ]
        with reading() as session:
            copies = gather(session, clock.now()).copies
        assert set(copies) == {f"{printed.identifier}#{label}" for label in ("1-1", "1-1-2")}
        assert not any(name.startswith(f"{raised}#") for name in copies)


@pytest.mark.both_databases
def test_nobody_takes_back_what_is_void(app: Flask, clock: StandingClock, printed: Printed) -> None:
    with app.app_context():
        void_copy(printed.identifier, "1-1", printed.job, "印花了", now=clock.now())
        for act in (update(VoidCopy).values(reason="没有"), delete(VoidCopy)):
            with pytest.raises(DatabaseError, match="append-only"), unit_of_work() as session:
                session.execute(act)


@pytest.mark.parametrize(
    ("label", "following"), [("1-1", "1-1-2"), ("2-1", "2-1-2"), ("1-1-2", "1-1-3")]
)
def test_labels_count_the_sheets_of_a_copy(label: str, following: str) -> None:
    assert next_label(label) == following
