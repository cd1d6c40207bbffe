"""The life of a print job and of its sheets as two tables, and the refusals they lead to. Pure.

A job may do what both tables allow: the sheets keep a job from being cancelled or handed to another machine once paper
may have moved, whatever the job itself says.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from printing.errors import PrintingError
from printing.wire import JobState, Report


class SheetState(StrEnum):
    """Where a sheet stands. ``released``: it was set aside for a job that ended before any paper moved."""

    RESERVED = "reserved"
    FEEDING = "feeding"
    PRINTED = "printed"
    COLLECTED = "collected"
    JAMMED = "jammed"
    SPOILED = "spoiled"
    LEFT = "left"
    UNKNOWN = "unknown"
    RELEASED = "released"


class Event(StrEnum):
    """What can happen to a job. ``permit`` is leave to move paper; ``found-*`` is what persons found afterwards."""

    HOLD = "hold"
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    STOP = "stopped"
    RESUME = "resumed"
    REFUSE = "refused"
    PERMIT = "permit"
    PRINT = "printed"
    NOT_FED = "not-fed"
    JAM = "jammed"
    LOSE = "unknown"
    RETURN = "return"
    MOVE = "move"
    CANCEL = "cancel"
    COLLECT = "collected"
    LEAVE = "left"
    FOUND_PRINTED = "found-printed"
    FOUND_SPOILED = "found-spoiled"
    FOUND_UNFED = "found-unfed"


REPORTED = {report: Event(report.value) for report in Report}
"""A machine's report and a job's event bear the same word."""

JOB_TABLE: dict[tuple[JobState, Event], JobState] = {
    (JobState.PENDING, Event.HOLD): JobState.HELD,
    (JobState.PENDING, Event.ACKNOWLEDGE): JobState.PROCESSING,
    (JobState.PENDING, Event.MOVE): JobState.PENDING,
    (JobState.PENDING, Event.CANCEL): JobState.CANCELED,
    (JobState.HELD, Event.RELEASE): JobState.PENDING,
    (JobState.HELD, Event.MOVE): JobState.HELD,
    (JobState.HELD, Event.CANCEL): JobState.CANCELED,
    (JobState.PROCESSING, Event.STOP): JobState.STOPPED,
    (JobState.PROCESSING, Event.REFUSE): JobState.ABORTED,
    (JobState.PROCESSING, Event.PERMIT): JobState.PROCESSING,
    (JobState.PROCESSING, Event.PRINT): JobState.COMPLETED,
    (JobState.PROCESSING, Event.NOT_FED): JobState.PROCESSING,
    (JobState.PROCESSING, Event.JAM): JobState.UNKNOWN,
    (JobState.PROCESSING, Event.LOSE): JobState.UNKNOWN,
    (JobState.PROCESSING, Event.RETURN): JobState.PENDING,
    (JobState.PROCESSING, Event.MOVE): JobState.PENDING,
    (JobState.PROCESSING, Event.CANCEL): JobState.CANCELED,
    (JobState.STOPPED, Event.STOP): JobState.STOPPED,
    (JobState.STOPPED, Event.RESUME): JobState.PROCESSING,
    (JobState.STOPPED, Event.REFUSE): JobState.ABORTED,
    (JobState.STOPPED, Event.RETURN): JobState.PENDING,
    (JobState.STOPPED, Event.MOVE): JobState.PENDING,
    (JobState.STOPPED, Event.CANCEL): JobState.CANCELED,
    (JobState.UNKNOWN, Event.PRINT): JobState.COMPLETED,
    (JobState.UNKNOWN, Event.NOT_FED): JobState.PROCESSING,
    (JobState.UNKNOWN, Event.JAM): JobState.UNKNOWN,
    (JobState.UNKNOWN, Event.LOSE): JobState.UNKNOWN,
    (JobState.UNKNOWN, Event.FOUND_PRINTED): JobState.COMPLETED,
    (JobState.UNKNOWN, Event.FOUND_SPOILED): JobState.ABORTED,
    (JobState.UNKNOWN, Event.FOUND_UNFED): JobState.ABORTED,
    (JobState.COMPLETED, Event.COLLECT): JobState.COMPLETED,
    (JobState.COMPLETED, Event.LEAVE): JobState.COMPLETED,
    (JobState.COMPLETED, Event.FOUND_SPOILED): JobState.ABORTED,
}

SHEET_TABLE: dict[tuple[SheetState, Event], SheetState] = {
    **{
        (SheetState.RESERVED, event): SheetState.RESERVED
        for event in (
            Event.HOLD,
            Event.RELEASE,
            Event.ACKNOWLEDGE,
            Event.STOP,
            Event.RESUME,
            Event.RETURN,
            Event.MOVE,
        )
    },
    (SheetState.RESERVED, Event.PERMIT): SheetState.FEEDING,
    (SheetState.RESERVED, Event.CANCEL): SheetState.RELEASED,
    (SheetState.RESERVED, Event.REFUSE): SheetState.RELEASED,
    (SheetState.FEEDING, Event.PRINT): SheetState.PRINTED,
    (SheetState.FEEDING, Event.NOT_FED): SheetState.RESERVED,
    (SheetState.FEEDING, Event.JAM): SheetState.JAMMED,
    (SheetState.FEEDING, Event.LOSE): SheetState.UNKNOWN,
    (SheetState.UNKNOWN, Event.PRINT): SheetState.PRINTED,
    (SheetState.UNKNOWN, Event.NOT_FED): SheetState.RESERVED,
    (SheetState.UNKNOWN, Event.JAM): SheetState.JAMMED,
    (SheetState.UNKNOWN, Event.LOSE): SheetState.UNKNOWN,
    (SheetState.UNKNOWN, Event.FOUND_PRINTED): SheetState.PRINTED,
    (SheetState.UNKNOWN, Event.FOUND_SPOILED): SheetState.SPOILED,
    (SheetState.UNKNOWN, Event.FOUND_UNFED): SheetState.RELEASED,
    (SheetState.JAMMED, Event.FOUND_PRINTED): SheetState.PRINTED,
    (SheetState.JAMMED, Event.FOUND_SPOILED): SheetState.SPOILED,
    (SheetState.PRINTED, Event.COLLECT): SheetState.COLLECTED,
    (SheetState.PRINTED, Event.LEAVE): SheetState.LEFT,
    (SheetState.PRINTED, Event.FOUND_SPOILED): SheetState.SPOILED,
    (SheetState.COLLECTED, Event.FOUND_SPOILED): SheetState.SPOILED,
    (SheetState.LEFT, Event.COLLECT): SheetState.COLLECTED,
    (SheetState.LEFT, Event.FOUND_SPOILED): SheetState.SPOILED,
}

JOB_WORDS = {
    JobState.PENDING: "等待打印",
    JobState.HELD: "暂停等待",
    JobState.PROCESSING: "正在打印",
    JobState.STOPPED: "打印机暂停",
    JobState.COMPLETED: "已打印",
    JobState.CANCELED: "已取消",
    JobState.ABORTED: "已中止",
    JobState.UNKNOWN: "待人工确认",
}
OPEN = frozenset(
    {JobState.PENDING, JobState.HELD, JobState.PROCESSING, JobState.STOPPED, JobState.UNKNOWN}
)
"""States in which it is not settled whether the original exists; completed settles that it does."""
CAME_OUT = frozenset({SheetState.PRINTED, SheetState.COLLECTED, SheetState.LEFT})
ENDED_WITHOUT_PAPER = frozenset({JobState.CANCELED, JobState.ABORTED})


class JobTransitionRefused(PrintingError):
    """The event does not fit the state the job is in."""

    code = "job-transition-refused"

    def __init__(self, state: JobState, event: Event) -> None:
        super().__init__(f"打印任务目前是“{JOB_WORDS[state]}”，不能进行这一步")
        self.state, self.event = state, event


class PaperMayHaveMoved(PrintingError):
    """Paper may have moved for this job, so it can not be taken back; only its outcome can be settled."""

    code = "paper-may-have-moved"

    def __init__(self, state: SheetState, event: Event) -> None:
        super().__init__("纸张可能已经送出，任务不能再撤回")
        self.state, self.event = state, event


class FeedingNotPermitted(PrintingError):
    """A report about paper for which no leave to move it stands in the ledger."""

    code = "feeding-not-permitted"

    def __init__(self, state: SheetState, event: Event) -> None:
        super().__init__("台账中没有这张纸的出纸许可，已转人工核对")
        self.state, self.event = state, event


def next_job_state(state: JobState, event: Event) -> JobState:
    """The job's state after the event. Raises JobTransitionRefused."""
    try:
        return JOB_TABLE[(state, event)]
    except KeyError:
        raise JobTransitionRefused(state, event) from None


def next_sheet_state(state: SheetState, event: Event) -> SheetState:
    """The sheet's state after the event. Raises FeedingNotPermitted, PaperMayHaveMoved."""
    try:
        return SHEET_TABLE[(state, event)]
    except KeyError:
        pass
    if state is SheetState.RESERVED:
        raise FeedingNotPermitted(state, event)
    raise PaperMayHaveMoved(state, event)


def allows(state: JobState, sheets: Iterable[SheetState], event: Event) -> bool:
    """Whether both tables let the event happen to a job that stands there."""
    return (state, event) in JOB_TABLE and all((sheet, event) in SHEET_TABLE for sheet in sheets)


def may_have_moved(states: Iterable[SheetState]) -> bool:
    """Whether paper may have moved: every sheet that is neither waiting nor given back."""
    return any(state not in (SheetState.RESERVED, SheetState.RELEASED) for state in states)


def contradicts(report: Event, sheets: Iterable[SheetState]) -> bool:
    """Whether a report that came too late tells of paper where the ledger knows of none, or the other way round."""
    states = set(sheets)
    if report in (Event.PRINT, Event.JAM):
        return not may_have_moved(states)
    return report is Event.NOT_FED and bool(states & CAME_OUT)
