"""Numbered blanks: what persons do with them, what prints do with them, and the balance of a shift."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from printing import blanks, jobs
from printing.blank_models import Blank
from printing.blanks import (
    HANDLING_TABLE,
    Act,
    BlanksRefused,
    BlankState,
    Handling,
    NoBlanksLoaded,
    Range,
)
from printing.job_models import PrintJob
from printing.job_states import Event
from printing.jobs import Change
from tests.machines.office import MACHINE, SPEC, START, Office

KIND = "business-licence"
END = START + timedelta(hours=8)
BY_HAND = [handling for handling in Handling if handling is not Handling.RECEIVE]
HERE = Act("op1", "换纸", MACHINE)


@pytest.fixture
def session() -> Iterator[Session]:
    with Office() as office, office.session() as session:
        yield session


@pytest.fixture
def loaded(session: Session) -> Range:
    """Ten blanks in the machine."""
    stock = Range(KIND, 101, 110)
    blanks.receive(session, stock, HERE, START)
    blanks.handle(session, stock, Handling.LOAD, HERE, START)
    return stock


def states(session: Session) -> dict[int, str]:
    rows = session.scalars(select(Blank).order_by(Blank.serial))
    return {blank.serial: blank.state for blank in rows}


def feeding(
    session: Session, label: str = "1-1", pages: int = 1, now: datetime = START
) -> PrintJob:
    """A job on blanks whose machine has leave to move paper."""
    spec = replace(SPEC, copy_label=label, pages=pages, blank_kind=KIND)
    job = jobs.create_job(session, spec, now)
    jobs.fetch(session, MACHINE, now)
    say(session, job, Event.ACKNOWLEDGE, now=now)
    say(session, job, Event.PERMIT, now=now)
    return job


def say(
    session: Session, job: PrintJob, event: Event, number: int = 1, now: datetime = START
) -> None:
    change = Change(job.number, event, f"{event}-{number}", MACHINE, job.attempt)
    jobs.apply(session, change, now)


# What persons do ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "handling"), list(itertools.product(BlankState, BY_HAND)))
def test_each_pair_of_state_and_handling(
    session: Session, state: BlankState, handling: Handling
) -> None:
    blanks.receive(session, Range(KIND, 1, 1), HERE, START)
    (blank,) = session.scalars(select(Blank))
    blank.state = state
    wanted = HANDLING_TABLE.get((state, handling))
    if wanted is None:
        with pytest.raises(BlanksRefused):
            blanks.handle(session, Range(KIND, 1, 1), handling, HERE, START)
        assert blank.state == state
    else:
        blanks.handle(session, Range(KIND, 1, 1), handling, HERE, START)
        assert blank.state == wanted


def test_a_number_is_received_once(session: Session, loaded: Range) -> None:
    with pytest.raises(BlanksRefused) as refused:
        blanks.receive(session, Range(KIND, 109, 112), HERE, START)
    assert refused.value.serials == (109, 110)
    assert len(states(session)) == 10


def test_a_range_is_handled_whole_or_not_at_all(session: Session, loaded: Range) -> None:
    blanks.handle(session, Range(KIND, 105, 105), Handling.SPOIL, HERE, START)
    with pytest.raises(BlanksRefused) as refused:
        blanks.handle(session, Range(KIND, 104, 111), Handling.UNLOAD, HERE, START)
    assert refused.value.serials == (105, 111)
    assert states(session)[104] == BlankState.LOADED


def test_blanks_come_out_of_the_machine_they_lie_in(session: Session, loaded: Range) -> None:
    elsewhere = Act("op1", "换纸", "M-2")
    for handling in (Handling.UNLOAD, Handling.SPOIL):
        with pytest.raises(BlanksRefused):
            blanks.handle(session, loaded, handling, elsewhere, START)
    assert set(states(session).values()) == {BlankState.LOADED}


def test_blanks_are_loaded_into_some_machine(session: Session) -> None:
    blanks.receive(session, Range(KIND, 1, 2), HERE, START)
    with pytest.raises(BlanksRefused):
        blanks.handle(session, Range(KIND, 1, 2), Handling.LOAD, Act("op1"), START)


@pytest.mark.parametrize(("first", "last"), [(0, 3), (5, 4), (1, 5001), (-2, -1)])
def test_a_range_has_sense(session: Session, first: int, last: int) -> None:
    with pytest.raises(BlanksRefused):
        blanks.receive(session, Range(KIND, first, last), HERE, START)


# What prints do -------------------------------------------------------------------------------------


def test_a_print_uses_the_next_numbers(session: Session, loaded: Range) -> None:
    job = feeding(session, pages=2)
    assert states(session)[101] == states(session)[102] == BlankState.FEEDING
    say(session, job, Event.PRINT)
    assert [serial for serial, state in states(session).items() if state == BlankState.USED] == [
        101,
        102,
    ]


def test_what_did_not_feed_is_there_for_the_next_try(session: Session, loaded: Range) -> None:
    job = feeding(session)
    say(session, job, Event.NOT_FED)
    assert states(session)[101] == BlankState.LOADED
    say(session, job, Event.PERMIT, 2)
    say(session, job, Event.PRINT)
    assert states(session)[101] == BlankState.USED


def test_a_reprint_takes_a_new_number_and_the_spoiled_one_stays(
    session: Session, loaded: Range
) -> None:
    job = feeding(session)
    say(session, job, Event.JAM)
    assert states(session)[101] == BlankState.UNKNOWN
    say(session, job, Event.FOUND_SPOILED)
    again = feeding(session)
    say(session, again, Event.PRINT)
    assert (states(session)[101], states(session)[102]) == (BlankState.SPOILED, BlankState.USED)
    used = session.scalar(select(Blank.job_number).where(Blank.serial == 102))
    assert used == again.number


def test_without_blanks_nothing_is_fed(session: Session, loaded: Range) -> None:
    with pytest.raises(NoBlanksLoaded):
        feeding(session, pages=11)
    assert set(states(session).values()) == {BlankState.LOADED}
    assert not blanks.has_enough(session, KIND, MACHINE, 11)
    assert blanks.has_enough(session, KIND, MACHINE, 10)
    assert not blanks.has_enough(session, KIND, "M-2", 1)


def test_plain_paper_uses_no_blank(session: Session, loaded: Range) -> None:
    job = jobs.create_job(session, SPEC, START)
    jobs.fetch(session, MACHINE, START)
    for event in (Event.ACKNOWLEDGE, Event.PERMIT, Event.PRINT):
        say(session, job, event)
    assert set(states(session).values()) == {BlankState.LOADED}


# The balance ----------------------------------------------------------------------------------------


def test_the_balance_of_a_shift(session: Session, loaded: Range) -> None:
    later = START + timedelta(hours=1)
    say(session, feeding(session, "1-1"), Event.PRINT)
    say(session, feeding(session, "1-2"), Event.LOSE)
    blanks.handle(session, Range(KIND, 110, 110), Handling.SPOIL, HERE, later)
    blanks.handle(session, Range(KIND, 109, 109), Handling.UNLOAD, HERE, later)
    shift = blanks.balance(session, MACHINE, KIND, START, END)
    assert shift == blanks.Balance(0, 10, 1, 1, 1, 1, 6)
    assert (shift.missing(6), shift.missing(5)) == (0, 1)
    late = blanks.balance(session, MACHINE, KIND, later, END)
    assert (late.opening, late.unloaded, late.spoiled, late.closing) == (8, 1, 1, 6)
    assert blanks.balance(session, "M-2", KIND, START, END).closing == 0


def test_no_walk_through_the_states_loses_a_blank(session: Session, loaded: Range) -> None:
    """What came in is what went out and what is left, and the rows say the same as their history."""
    draw = random.Random(5)
    for row in range(60):
        do_something(session, draw, f"2-{row}", START + timedelta(minutes=row + 1))
    for since in (START, START + timedelta(minutes=30)):
        shift = blanks.balance(session, MACHINE, KIND, since, END)
        out = shift.unloaded + shift.used + shift.spoiled + shift.in_doubt
        assert shift.opening + shift.loaded == out + shift.closing
        held = [state for state in states(session).values() if state == BlankState.LOADED]
        assert shift.closing == len(held)


def do_something(session: Session, draw: random.Random, label: str, now: datetime) -> None:
    """One act of a person, or one print with some end."""
    if draw.random() < 0.5 or not blanks.has_enough(session, KIND, MACHINE, 1):
        serial = draw.randint(101, 110)
        handling = draw.choice(BY_HAND)
        with suppress(BlanksRefused):
            blanks.handle(session, Range(KIND, serial, serial), handling, HERE, now)
        return
    job = feeding(session, label, now=now)
    say(session, job, draw.choice([Event.PRINT, Event.JAM, Event.LOSE]), now=now)
    if draw.random() < 0.4:
        say(session, job, Event.FOUND_SPOILED, now=now)
