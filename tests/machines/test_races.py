"""Two at the same time, on real databases: one original, one lease, one session."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.machines.models import MachineSession
from kiosk.uow import unit_of_work
from printing import jobs, wire
from printing.job_models import PrintEvent, PrintJob
from printing.jobs import CopyInPrint, JobSpec
from printing.wire import Report
from tests.machines.terminal import PDF, Page, Terminal, count_rows, digest
from tests.support.clocks import StandingClock
from tests.support.races import together

ROUNDS = 5
Outcome = TypeVar("Outcome")
pytestmark = pytest.mark.both_databases


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def test_two_requests_for_one_original_make_one_job(app: Flask, clock: StandingClock) -> None:
    spec = JobSpec("T-001", "L-1", "1-1", digest(PDF), "P-1")

    def order(spec: JobSpec) -> str:
        try:
            with app.app_context(), unit_of_work() as session:
                return jobs.create_job(session, spec, clock.now()).number
        except CopyInPrint:
            return "refused"

    for row in range(ROUNDS):
        mine = replace(spec, copy_label=f"1-{row}")
        outcomes = together(lambda: order(mine), lambda: order(mine))  # noqa: B023 - done within the round
        assert outcomes.count("refused") == 1
    assert count_rows(app, select(PrintJob)) == ROUNDS


def test_two_fetches_of_one_job_leave_one_attempt_in_force(terminal: Terminal) -> None:
    """The second fetch ends the first one's attempt, or finds the job just being given out."""
    for row in range(ROUNDS):
        number = terminal.release(f"1-{row}")
        answers = together(*[lambda: terminal.post("/jobs/fetch")] * 2)
        offers = [wire.JobOffer.from_dict(a.json) for a in answers if a.status_code == 200]
        assert {offer.job for offer in offers} == {number}
        offers.sort(key=lambda offer: offer.attempt)
        assert [offer.attempt for offer in offers] == list(range(1, len(offers) + 1))
        states = [terminal.acknowledge(offer).status_code for offer in offers]
        assert states == [409] * (len(offers) - 1) + [200]
        terminal.report(offers[-1], Report.REFUSED)


def test_the_same_report_twice_at_once_is_entered_once(terminal: Terminal) -> None:
    terminal.release()
    offer = terminal.fetch()
    terminal.acknowledge(offer)
    terminal.ask_to_feed(offer)
    answers = together(*[lambda: terminal.report(offer, Report.PRINTED)] * 2)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    entered = select(PrintEvent).where(PrintEvent.event == "printed")
    assert count_rows(terminal.app, entered) == 1


def test_the_machine_polls_while_the_person_signs_out(terminal: Terminal) -> None:
    """Both touch the session and its jobs; neither waits for the other for ever."""
    for row in range(ROUNDS):
        opened, page = terminal.stand_holder()
        number = terminal.order(f"1-{row}")
        offer = terminal.fetch()
        terminal.acknowledge(offer)
        answers = together(
            lambda: terminal.poll(job=number, attempt=offer.attempt, session=opened.session),  # noqa: B023
            lambda: page.ask("DELETE", "/session"),  # noqa: B023
        )
        assert [answer.status_code for answer in answers] == [200, 204]
    still_open = select(MachineSession).where(MachineSession.open_for.is_not(None))
    assert count_rows(terminal.app, still_open) == 0


def test_tries_at_two_machines_at_once_are_counted_together(
    terminal: Terminal, clock: StandingClock
) -> None:
    """Of the fifth and the sixth wrong try only one is judged, whichever machine is first."""
    terminal.stand_holder()
    machines = [terminal, Terminal(terminal.app, clock, "T-002").enrolled()]
    for _ in range(ROUNDS):
        pages = [_with_card(machine) for machine in machines]
        for page in pages * 2:
            assert page.prove("000000").json["code"] == "proof-refused"
        answers = together(*[lambda page=page: page.prove("000000") for page in pages])
        assert {a.json["code"] for a in answers} == {"proof-refused", "account-locked"}
        clock.advance(minutes=16)


def _with_card(terminal: Terminal) -> Page:
    opened = terminal.open_session()
    page = terminal.page(opened)
    assert terminal.read_card(opened).status_code == 200
    return page
