"""The receipt out of a machine: at once for who stands there, again without ado, and never beside an empty place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import workers
from kiosk.casework.receipt_prints import find_receipt_print, print_at_once, print_receipt
from kiosk.casework.receiving import receive
from kiosk.errors import NotFound
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import Actor, Role
from kiosk.identity.commands import meet_person
from kiosk.identity.provider import Identity
from kiosk.licences.queries import list_documents
from kiosk.machines.errors import HolderLeft
from kiosk.uow import reading, unit_of_work
from printing import wire
from printing.job_models import PrintJob
from printing.wire import Report
from tests.machines.terminal import Terminal
from tests.support.clocks import StandingClock
from tests.support.sample_cases import SUBMISSION

APPLICANT = SUBMISSION.applicant
STRANGER = Identity("赵样例", "111", "500106199202020023", "13800000008")


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def person_at(terminal: Terminal, who: Identity = APPLICANT) -> Actor:
    with terminal.app.app_context(), unit_of_work() as session:
        person = meet_person(session, who, terminal.clock.now())
        return Actor(
            Role.CITIZEN, person.number, person.name, person_id=person.id,
            machine_number=terminal.number, division_code="500106", place="测试大厅",
        )  # fmt: skip


def hand_in(terminal: Terminal) -> tuple[wire.SessionOpened, str]:
    """The applicant lays the card on the reader, proves nothing further, and hands an application in."""
    opened = terminal.open_session()
    terminal.page(opened)
    assert terminal.read_card(opened, APPLICANT).status_code == 200
    with terminal.app.app_context():
        receipt = receive(SUBMISSION, actor=person_at(terminal), now=terminal.clock.now())
    return opened, receipt.number


def work(terminal: Terminal) -> None:
    with terminal.app.app_context():
        workers.drain()


def jobs_of(terminal: Terminal) -> list[PrintJob]:
    with terminal.app.app_context(), reading() as session:
        return list(session.scalars(select(PrintJob).order_by(PrintJob.id)))


def shown(terminal: Terminal, number: str) -> wire.JobState | None:
    with terminal.app.app_context(), reading() as session:
        found = find_receipt_print(session, number, person_at(terminal))
    return found.state if found else None


@pytest.mark.both_databases
def test_the_receipt_comes_out_at_once_and_again_as_often_as_wanted(terminal: Terminal) -> None:
    _, number = hand_in(terminal)
    assert shown(terminal, number) is None
    work(terminal)
    assert shown(terminal, number) == "pending"
    offer = terminal.fetch()
    with terminal.app.app_context(), reading() as session:
        (paper,) = list_documents(session, number)
    assert (offer.licence_identifier, offer.copy_label) == (paper.number, "收件凭证")
    assert (offer.document_sha256, offer.pages) == (paper.file_digest, 1)
    terminal.acknowledge(offer)
    assert terminal.ask_to_feed(offer).json["granted"] is True
    assert terminal.report(offer, Report.PRINTED).json["state"] == "completed"
    work(terminal)
    with terminal.app.app_context():
        print_at_once(paper.number, now=terminal.clock.now())
        topics = select(OutboxMessage.topic).where(OutboxMessage.topic.startswith("print."))
        with reading() as session:
            assert list(session.scalars(topics)) == []
        again = [
            print_receipt(number, actor=person_at(terminal), now=terminal.clock.now())
            for _ in range(2)
        ]
    assert [job.number for job in jobs_of(terminal)] == [offer.job, *again]
    assert {job.original_key for job in jobs_of(terminal)} == {None}
    assert shown(terminal, number) == "pending"


def test_nothing_comes_out_when_the_person_has_left(terminal: Terminal) -> None:
    opened, number = hand_in(terminal)
    assert terminal.remove_card(opened).status_code == 200
    work(terminal)
    assert jobs_of(terminal) == []
    with terminal.app.app_context(), pytest.raises(HolderLeft):
        print_receipt(number, actor=person_at(terminal), now=terminal.clock.now())


def test_leaving_takes_a_waiting_receipt_back(terminal: Terminal) -> None:
    opened, _ = hand_in(terminal)
    work(terminal)
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert terminal.remove_card(opened).status_code == 200
    refused = terminal.ask_to_feed(offer)
    assert refused.status_code == 409 or refused.json["granted"] is False
    assert [job.state for job in jobs_of(terminal)] == ["canceled"]


def test_nobody_else_prints_it_and_a_window_waits_for_no_machine(terminal: Terminal) -> None:
    _, number = hand_in(terminal)
    work(terminal)
    with terminal.app.app_context():
        with pytest.raises(NotFound):
            print_receipt(number, actor=person_at(terminal, STRANGER), now=terminal.clock.now())
        clerk = Actor(Role.CLERK, "clerk", "窗口", division_code="500106", place="大厅")
        receive(replace(SUBMISSION, key="window"), actor=clerk, now=terminal.clock.now())
    work(terminal)
    assert len(jobs_of(terminal)) == 1
