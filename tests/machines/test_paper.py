"""The print conversation over HTTP, as a machine has it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.audit.models import AuditEntry
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import SYSTEM
from kiosk.licences.models import Licence
from kiosk.machines import commands
from kiosk.machines.errors import HolderLeft, MachineRevoked
from kiosk.uow import reading, unit_of_work
from printing import jobs
from printing.job_models import PrintEvent, PrintJob
from printing.jobs import CopyAlreadyPrinted, CopyInPrint
from printing.wire import Report
from tests.machines.terminal import COPY, LICENCE, PDF, Terminal, count_rows, digest
from tests.support.clocks import StandingClock


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def job_state(terminal: Terminal, number: str) -> tuple[str, set[str]]:
    with terminal.app.app_context(), reading() as session:
        job = jobs.get_job(session, number)
        return job.state, {sheet.state for sheet in job.sheets}


def acts(terminal: Terminal, number: str) -> list[str]:
    """What the audit trail says of a job."""
    with terminal.app.app_context(), reading() as session:
        entries = select(AuditEntry.action).where(AuditEntry.subject == f"print:{number}")
        return list(session.scalars(entries.order_by(AuditEntry.id)))


@pytest.mark.both_databases
def test_from_request_to_paper(terminal: Terminal) -> None:
    terminal.stand_holder()
    number = terminal.order()
    assert terminal.poll().json["jobs_waiting"] == 1
    offer = terminal.fetch()
    assert (offer.job, offer.attempt, offer.document_sha256) == (number, 1, digest(PDF))
    assert terminal.acknowledge(offer).json["state"] == "processing"
    document = terminal.request("GET", f"/jobs/{number}/document?attempt=1")
    assert (document.data, document.mimetype) == (PDF, "application/pdf")
    leave = terminal.ask_to_feed(offer).json
    assert leave["granted"] is True
    assert datetime.fromisoformat(leave["feed_before"]) == terminal.clock.now() + jobs.FEED_WINDOW
    assert terminal.report(offer, Report.PRINTED).json["state"] == "completed"
    assert terminal.report(offer, Report.COLLECTED).json["state"] == "completed"
    assert job_state(terminal, number) == ("completed", {"collected"})
    assert acts(terminal, number) == ["feeding-permitted", "print-printed", "print-collected"]


def test_the_registry_is_told_once_that_the_original_is_out(terminal: Terminal) -> None:
    terminal.stand_holder()
    terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    for _ in range(3):
        assert terminal.report(offer, Report.PRINTED).json["state"] == "completed"
    with terminal.app.app_context(), reading() as session:
        told = session.scalars(
            select(OutboxMessage).where(OutboxMessage.topic == "print.completed")
        ).all()
        assert [(m.payload["licence_identifier"], m.payload["copy_label"]) for m in told] == [
            (LICENCE, COPY)
        ]


def test_a_second_original_is_refused_before_and_after(terminal: Terminal) -> None:
    terminal.stand_holder()
    terminal.order()
    with pytest.raises(CopyInPrint):
        terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.report(offer, Report.PRINTED)
    with pytest.raises(CopyAlreadyPrinted):
        terminal.order()
    assert count_rows(terminal.app, select(PrintJob)) == 1


def test_nothing_waits_and_nothing_is_fetched(terminal: Terminal) -> None:
    assert terminal.post("/jobs/fetch").status_code == 204


def test_each_message_may_come_twice(terminal: Terminal) -> None:
    terminal.stand_holder()
    terminal.order()
    offer = terminal.fetch()
    assert terminal.acknowledge(offer).json == terminal.acknowledge(offer).json
    first = terminal.ask_to_feed(offer).json
    terminal.clock.advance(seconds=30)
    assert terminal.ask_to_feed(offer).json == first
    assert (
        terminal.report(offer, Report.PRINTED).json == terminal.report(offer, Report.PRINTED).json
    )
    assert count_rows(terminal.app, select(PrintEvent)) == 3


# The document ---------------------------------------------------------------------------------------


def test_a_download_is_resumed(terminal: Terminal) -> None:
    terminal.stand_holder()
    terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    path = f"/jobs/{offer.job}/document?attempt=1"
    rest = terminal.request("GET", path, headers={"Range": "bytes=1000-"})
    assert (rest.status_code, rest.data) == (206, PDF[1000:])
    over = terminal.request("GET", path, headers={"Range": f"bytes={len(PDF)}-"})
    assert over.status_code == 416


def test_only_the_attempt_that_holds_the_job_gets_the_document(terminal: Terminal) -> None:
    terminal.stand_holder()
    number = terminal.order()
    terminal.fetch()
    answer = terminal.request("GET", f"/jobs/{number}/document?attempt=1")
    assert answer.json["code"] == "lease-lost"
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert (
        terminal.request("GET", f"/jobs/{number}/document?attempt=1").json["code"] == "lease-lost"
    )
    assert terminal.request("GET", f"/jobs/{number}/document?attempt=2").status_code == 200
    assert terminal.request("GET", f"/jobs/{number}/document").status_code == 422


def test_another_machine_gets_neither_job_nor_document(
    app: Flask, clock: StandingClock, terminal: Terminal
) -> None:
    other = Terminal(app, clock, "T-002").enrolled()
    terminal.stand_holder()
    number = terminal.order()
    assert other.post("/jobs/fetch").status_code == 204
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert other.request("GET", f"/jobs/{number}/document?attempt=1").status_code == 404
    assert other.acknowledge(offer).json["code"] == "print-job-not-found"
    assert other.report(offer, Report.PRINTED).json["code"] == "print-job-not-found"


# Leave to feed --------------------------------------------------------------------------------------


def test_no_leave_once_the_card_is_gone(terminal: Terminal) -> None:
    opened, _ = terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.remove_card(opened)
    answer = terminal.ask_to_feed(offer).json
    assert (answer["granted"], answer["state"], answer["feed_before"]) == (False, "canceled", None)
    assert terminal.ask_to_feed(offer).json == answer
    assert job_state(terminal, number) == ("canceled", {"released"})


def test_no_leave_for_a_licence_revoked_meanwhile(terminal: Terminal) -> None:
    terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    with terminal.app.app_context(), unit_of_work() as session:
        licence = session.scalars(select(Licence)).one()
        licence.status = "revoked"
    answer = terminal.ask_to_feed(offer).json
    assert (answer["granted"], answer["state"]) == (False, "canceled")
    assert "有效" in answer["reason"]
    assert terminal.ask_to_feed(offer).json == answer
    assert acts(terminal, number) == ["feeding-refused"]
    terminal.report(offer, Report.PRINTED)
    assert acts(terminal, number) == ["feeding-refused", "print-report-refused"]


def test_no_leave_for_a_licence_past_its_last_day(terminal: Terminal) -> None:
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    with terminal.app.app_context(), unit_of_work() as session:
        licence = session.scalars(select(Licence)).one()
        licence.expires_on = terminal.clock.now().date() - timedelta(days=1)
    assert terminal.ask_to_feed(offer).json["granted"] is False
    assert job_state(terminal, number) == ("canceled", {"released"})


def test_leave_once_given_stays_given_though_the_card_goes(terminal: Terminal) -> None:
    opened, _ = terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    first = terminal.ask_to_feed(offer).json
    terminal.remove_card(opened)
    assert terminal.ask_to_feed(offer).json == first
    assert job_state(terminal, number) == ("processing", {"feeding"})
    assert terminal.report(offer, Report.PRINTED).json["state"] == "completed"


def test_nobody_prints_who_does_not_stand_at_the_machine(terminal: Terminal) -> None:
    with pytest.raises(HolderLeft):
        terminal.order()
    opened = terminal.open_session()
    terminal.read_card(opened)
    with pytest.raises(HolderLeft):
        terminal.order()
    opened, _ = terminal.stand_holder()
    terminal.remove_card(opened)
    with pytest.raises(HolderLeft):
        terminal.order()
    assert count_rows(terminal.app, select(PrintJob)) == 0


def test_a_job_without_a_visit_needs_no_card(terminal: Terminal) -> None:
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert terminal.ask_to_feed(offer).json["granted"] is True
    assert job_state(terminal, number) == ("processing", {"feeding"})


# Leases ---------------------------------------------------------------------------------------------


def test_an_old_attempt_is_refused_and_its_word_about_paper_is_noted(terminal: Terminal) -> None:
    terminal.stand_holder()
    number = terminal.order()
    old = terminal.fetch()
    terminal.fetch()
    answer = terminal.report(old, Report.PRINTED)
    assert (answer.status_code, answer.json["code"]) == (409, "lease-lost")
    assert acts(terminal, number) == ["print-report-refused"]


def test_a_silent_machine_without_leave_gives_the_job_back(terminal: Terminal) -> None:
    terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    assert terminal.poll().json["jobs_waiting"] == 1
    assert job_state(terminal, number) == ("pending", {"reserved"})
    assert terminal.fetch().attempt == 2


def test_a_silent_machine_with_leave_leaves_the_job_unknown_until_it_tells(
    terminal: Terminal,
) -> None:
    terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    terminal.clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    assert terminal.poll().json["jobs_waiting"] == 0
    assert job_state(terminal, number) == ("unknown", {"unknown"})
    with pytest.raises(CopyInPrint):
        terminal.order()
    assert terminal.report(offer, Report.PRINTED).json["state"] == "completed"


def test_the_heartbeat_keeps_the_lease(terminal: Terminal) -> None:
    terminal.stand_holder()
    number = terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    for _ in range(3):
        terminal.clock.advance(seconds=100)
        assert terminal.poll(job=number, attempt=1).json["job_state"] == "processing"
    assert terminal.poll(job=number, attempt=9).json["job_state"] is None
    assert terminal.poll(job="D-NONE", attempt=1).json["job_state"] is None


def test_a_machine_can_not_keep_anothers_lease(
    app: Flask, clock: StandingClock, terminal: Terminal
) -> None:
    other = Terminal(app, clock, "T-002").enrolled()
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert other.poll(job=number, attempt=1).json["job_state"] is None


# Refused reports ------------------------------------------------------------------------------------


def test_paper_without_leave_is_refused_and_noted(terminal: Terminal) -> None:
    number = terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    answer = terminal.report(offer, Report.PRINTED)
    assert answer.json["code"] == "feeding-not-permitted"
    assert job_state(terminal, number) == ("processing", {"reserved"})
    assert acts(terminal, number) == ["print-report-refused"]


def test_a_refused_document_frees_the_original(terminal: Terminal) -> None:
    terminal.stand_holder()
    terminal.order()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    assert terminal.report(offer, Report.REFUSED).json["state"] == "aborted"
    assert terminal.order() != offer.job


def test_no_job_for_a_machine_out_of_service(terminal: Terminal) -> None:
    with terminal.app.app_context():
        commands.revoke_machine("T-001", "维修", actor=SYSTEM, now=terminal.clock.now())
    with pytest.raises(MachineRevoked):
        terminal.order()


@pytest.mark.parametrize("path", ["acknowledgement", "feeding", "status"])
def test_faulty_messages_change_nothing(terminal: Terminal, path: str) -> None:
    number = terminal.release()
    terminal.fetch()
    answer = terminal.post(f"/jobs/{number}/{path}", {"attempt": "1"})
    assert answer.status_code == 422
    assert "attempt" in answer.json["fields"]
    assert job_state(terminal, number) == ("pending", {"reserved"})
