"""The two tables, pair by pair, and what follows from them together."""

from __future__ import annotations

import itertools

import pytest

from printing.job_states import (
    ENDED_WITHOUT_PAPER,
    JOB_TABLE,
    JOB_WORDS,
    OPEN,
    REPORTED,
    SHEET_TABLE,
    Event,
    FeedingNotPermitted,
    JobTransitionRefused,
    PaperMayHaveMoved,
    SheetState,
    may_have_moved,
    next_job_state,
    next_sheet_state,
)
from printing.wire import JobState, Report

LIFE_OF_A_JOB = """
pending             hold           pending-held
pending             acknowledge    processing
pending             move           pending
pending             cancel         canceled
pending-held        release        pending
pending-held        move           pending-held
pending-held        cancel         canceled
processing          stopped        processing-stopped
processing          refused        aborted
processing          permit         processing
processing          printed        completed
processing          not-fed        processing
processing          jammed         unknown
processing          unknown        unknown
processing          return         pending
processing          move           pending
processing          cancel         canceled
processing-stopped  stopped        processing-stopped
processing-stopped  resumed        processing
processing-stopped  refused        aborted
processing-stopped  return         pending
processing-stopped  move           pending
processing-stopped  cancel         canceled
unknown             printed        completed
unknown             not-fed        processing
unknown             jammed         unknown
unknown             unknown        unknown
unknown             found-printed  completed
unknown             found-spoiled  aborted
unknown             found-unfed    aborted
completed           collected      completed
completed           left           completed
completed           found-spoiled  aborted
"""
AGREED = {
    (JobState(before), Event(event)): JobState(after)
    for before, event, after in (row.split() for row in LIFE_OF_A_JOB.strip().splitlines())
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(JobState, Event)))
def test_each_pair_of_job_state_and_event(state: JobState, event: Event) -> None:
    if (state, event) in AGREED:
        assert next_job_state(state, event) is AGREED[(state, event)]
    else:
        with pytest.raises(JobTransitionRefused):
            next_job_state(state, event)


@pytest.mark.parametrize(("state", "event"), list(itertools.product(SheetState, Event)))
def test_each_pair_of_sheet_state_and_event(state: SheetState, event: Event) -> None:
    if (state, event) in SHEET_TABLE:
        assert next_sheet_state(state, event) is SHEET_TABLE[(state, event)]
        return
    refusal = FeedingNotPermitted if state is SheetState.RESERVED else PaperMayHaveMoved
    with pytest.raises(refusal):
        next_sheet_state(state, event)


def reachable() -> set[tuple[JobState, SheetState]]:
    """Every pair that any sequence of permitted events can lead to."""
    found = {(JobState.PENDING, SheetState.RESERVED)}
    waiting = list(found)
    while waiting:
        job, sheet = waiting.pop()
        for event in Event:
            after = JOB_TABLE.get((job, event)), SHEET_TABLE.get((sheet, event))
            if None not in after and after not in found:
                found.add(after)  # type: ignore[arg-type]
                waiting.append(after)  # type: ignore[arg-type]
    return found


PAPER_WHILE = {
    JobState.PENDING: {SheetState.RESERVED},
    JobState.HELD: {SheetState.RESERVED},
    JobState.STOPPED: {SheetState.RESERVED},
    JobState.PROCESSING: {SheetState.RESERVED, SheetState.FEEDING},
    JobState.UNKNOWN: {SheetState.UNKNOWN, SheetState.JAMMED},
    JobState.COMPLETED: {SheetState.PRINTED, SheetState.COLLECTED, SheetState.LEFT},
    JobState.CANCELED: {SheetState.RELEASED},
    JobState.ABORTED: {SheetState.RELEASED, SheetState.SPOILED},
}


def test_job_and_paper_never_contradict_each_other() -> None:
    together: dict[JobState, set[SheetState]] = {}
    for job, sheet in reachable():
        together.setdefault(job, set()).add(sheet)
    assert together == PAPER_WHILE


def test_a_second_original_needs_the_first_to_be_no_paper_or_spoiled() -> None:
    freed = {sheet for job, sheet in reachable() if job in ENDED_WITHOUT_PAPER}
    assert freed == {SheetState.RELEASED, SheetState.SPOILED}


def test_nothing_that_may_have_moved_goes_back_to_the_queue_but_by_the_machines_own_word() -> None:
    for job, sheet in reachable():
        for event in set(Event) - {Event.NOT_FED, Event.FOUND_UNFED}:
            if (
                may_have_moved([sheet])
                and (sheet, event) in SHEET_TABLE
                and (job, event) in JOB_TABLE
            ):
                assert may_have_moved([SHEET_TABLE[(sheet, event)]])


def test_every_open_state_has_a_way_to_its_end() -> None:
    ends = set(JobState) - OPEN
    for start in OPEN:
        seen, waiting = {start}, [start]
        while waiting:
            state = waiting.pop()
            after = {to for (before, _), to in JOB_TABLE.items() if before is state} - seen
            seen |= after
            waiting += after
        assert seen & ends


def test_every_report_of_a_machine_is_an_event_and_every_state_has_its_word() -> None:
    assert set(REPORTED) == set(Report)
    assert set(JOB_WORDS) == set(JobState)
