"""The ledger against the page counter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from printing import jobs
from printing.job_models import PrintJob
from printing.job_states import Event
from printing.jobs import Change
from printing.reconciliation import Gap, reconcile
from tests.machines.office import MACHINE, SPEC, START, Office

END = START + timedelta(hours=8)


@pytest.fixture
def session() -> Iterator[Session]:
    with Office() as office, office.session() as session:
        yield session


def print_copy(
    session: Session,
    label: str,
    before: int | None,
    outcome: Event,
    after: int | None,
    pages: int = 1,
) -> PrintJob:
    """One print, from leave to its outcome, with the counters it told."""
    job = jobs.create_job(session, replace(SPEC, copy_label=label, pages=pages), START)
    jobs.fetch(session, MACHINE, START)
    for event, counter in ((Event.ACKNOWLEDGE, None), (Event.PERMIT, before), (outcome, after)):
        change = Change(job.number, event, f"{event}-1", MACHINE, 1, page_counter=counter)
        jobs.apply(session, change, START)
    return job


def test_a_quiet_shift_agrees(session: Session) -> None:
    report = reconcile(session, MACHINE, START, END)
    assert (report.agrees, report.outcomes, report.counter_first) == (True, {}, None)


def test_a_shift_of_sound_prints_agrees(session: Session) -> None:
    print_copy(session, "1-1", 40, Event.PRINT, 41)
    print_copy(session, "1-2", 41, Event.PRINT, 44, pages=3)
    report = reconcile(session, MACHINE, START, END)
    assert (report.agrees, report.outcomes) == (True, {"printed": 2})
    assert (report.counter_first, report.counter_last) == (40, 44)


def test_pages_nobody_ordered_are_found(session: Session) -> None:
    print_copy(session, "1-1", 40, Event.PRINT, 41)
    print_copy(session, "1-2", 43, Event.PRINT, 44)
    assert reconcile(session, MACHINE, START, END).gaps == (Gap(START, None, 2, 0),)


def test_a_print_that_the_counter_denies_is_found(session: Session) -> None:
    job = print_copy(session, "1-1", 40, Event.PRINT, 40)
    assert reconcile(session, MACHINE, START, END).gaps == (Gap(START, job.number, 0, 1),)


@pytest.mark.parametrize("outcome", [Event.JAM, Event.LOSE])
def test_what_nobody_knows_contradicts_nothing(session: Session, outcome: Event) -> None:
    print_copy(session, "1-1", 40, outcome, 41)
    print_copy(session, "1-2", 41, Event.PRINT, 42)
    report = reconcile(session, MACHINE, START, END)
    assert (report.agrees, report.outcomes) == (True, {outcome.value: 1, "printed": 1})


def test_a_printer_without_a_counter_proves_nothing(session: Session) -> None:
    print_copy(session, "1-1", None, Event.PRINT, None)
    report = reconcile(session, MACHINE, START, END)
    assert (report.agrees, report.counter_last) == (True, None)


def test_another_shift_and_another_machine_do_not_count(session: Session) -> None:
    print_copy(session, "1-1", 40, Event.PRINT, 40)
    assert reconcile(session, MACHINE, START + timedelta(seconds=1), END).agrees
    assert reconcile(session, MACHINE, START - timedelta(hours=8), START).agrees
    assert reconcile(session, "M-2", START, END).agrees
