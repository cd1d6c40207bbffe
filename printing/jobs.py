"""Print jobs, their leases and the sheet ledger. One job prints one copy of one licence on one machine.

Functions take an open session and ``now``; they know nothing of applications, people or machines beyond their numbers.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from printing import blanks
from printing.errors import PrintingError
from printing.job_models import PrintEvent, PrintJob, PrintSheet
from printing.job_states import (
    ENDED_WITHOUT_PAPER,
    Event,
    FeedingNotPermitted,
    JobTransitionRefused,
    PaperMayHaveMoved,
    SheetState,
    may_have_moved,
    next_job_state,
    next_sheet_state,
)
from printing.wire import JobState

LEASE = timedelta(seconds=120)
FEED_WINDOW = timedelta(seconds=60)
NUMBER_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
WORKED_ON = (JobState.PROCESSING, JobState.STOPPED)
ON_THE_MACHINE = (JobState.PENDING, *WORKED_ON)


class JobNotFound(PrintingError):
    """No job of that number is in this machine's hands."""

    code = "print-job-not-found"

    def __init__(self, number: str) -> None:
        super().__init__(f"没有打印任务 {number}")
        self.number = number


class CopyInPrint(PrintingError):
    """Another job for the same original is open; ``job`` is its number."""

    code = "copy-in-print"

    def __init__(self, job: str) -> None:
        super().__init__(f"这份证照正在打印（任务 {job}），不能再打印一份")
        self.job = job


class CopyAlreadyPrinted(PrintingError):
    """The original is out; a second one must not appear. ``job`` is the number of the job that printed it."""

    code = "copy-already-printed"

    def __init__(self, job: str) -> None:
        super().__init__(f"这份证照已经打印（任务 {job}），不能再打印一份")
        self.job = job


class LeaseLost(PrintingError):
    """A later attempt holds the job; what an earlier one says no longer counts."""

    code = "lease-lost"

    def __init__(self, number: str, attempt: int, current: int) -> None:
        super().__init__(
            f"打印任务 {number} 已由第 {current} 次派发接手，第 {attempt} 次的消息作废"
        )
        self.number, self.attempt, self.current = number, attempt, current


class MessageReused(PrintingError):
    """The message number came before, with another fact."""

    code = "message-reused"


REPORT_REFUSALS = (
    JobNotFound,
    LeaseLost,
    JobTransitionRefused,
    PaperMayHaveMoved,
    FeedingNotPermitted,
)
"""Refusals that may hide a sheet of paper nobody reckons with."""


@dataclass(frozen=True)
class JobSpec:
    """What to print and where. ``pages`` are impressions of the one copy; media and sides in IPP words.

    ``replaces`` is the print in whose stead it is made, by default the last one of the same copy, if there was one.
    ``blank_kind`` names the numbered blanks it is printed on, None for plain paper. What is no ``original``, such as a
    receipt, may be printed again; ``licence_identifier`` is then the number of its document.
    """

    machine_number: str
    licence_identifier: str
    copy_label: str
    document_sha256: str
    requested_by: str
    pages: int = 1
    media: str = "iso_a4_210x297mm"
    sides: str = "one-sided"
    session_number: str | None = None
    replaces: str | None = None
    blank_kind: str | None = None
    original: bool = True

    @property
    def original_key(self) -> str | None:
        """Names the one original that may exist; None for a paper that may be printed again."""
        return f"{self.licence_identifier}/{self.copy_label}" if self.original else None

    @property
    def sheets(self) -> int:
        """Sheets of paper that the copy takes."""
        return self.pages if self.sides == "one-sided" else (self.pages + 1) // 2


@dataclass(frozen=True)
class Change:
    """One event for one job. ``attempt`` is None when the office acts and not the machine."""

    job: str
    event: Event
    message_id: str
    actor: str
    attempt: int | None = None
    reason: str | None = None
    page_counter: int | None = None


def create_job(session: Session, spec: JobSpec, now: datetime) -> PrintJob:
    """Queue a job. Raises CopyInPrint or CopyAlreadyPrinted for a second original."""
    job = PrintJob(
        number=_draw_number(now),
        machine_number=spec.machine_number,
        licence_identifier=spec.licence_identifier,
        copy_label=spec.copy_label,
        original_key=spec.original_key,
        document_sha256=spec.document_sha256,
        pages=spec.pages,
        media=spec.media,
        sides=spec.sides,
        blank_kind=spec.blank_kind,
        requested_by=spec.requested_by,
        session_number=spec.session_number,
        replaces=spec.replaces or _find_earlier(session, spec),
        state=JobState.PENDING,
        created_at=now,
        updated_at=now,
        sheets=[
            PrintSheet(position=position, state=SheetState.RESERVED, updated_at=now)
            for position in range(1, spec.sheets + 1)
        ],
    )
    _require_no_original(session, spec)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        _require_no_original(session, spec)
        raise
    return job


def find_original(session: Session, licence_identifier: str, copy_label: str) -> PrintJob | None:
    """The job that printed, prints or may have printed this original, or None."""
    key = f"{licence_identifier}/{copy_label}"
    return session.scalar(select(PrintJob).where(PrintJob.original_key == key))


def was_spoiled(session: Session, licence_identifier: str, copy_label: str) -> bool:
    """Whether a sheet of this copy was found spoiled: it is void from that moment on, and another copy is made."""
    of_copy = PrintJob.licence_identifier == licence_identifier, PrintJob.copy_label == copy_label
    found = select(PrintSheet.id).join(PrintJob, PrintJob.id == PrintSheet.job_id).where(*of_copy)
    spoiled = found.where(PrintSheet.state == SheetState.SPOILED).limit(1)
    return session.scalar(spoiled) is not None


def get_job(session: Session, number: str, machine_number: str | None = None) -> PrintJob:
    """The job, locked for change; with a machine, only if it is that machine's. Raises JobNotFound."""
    job = session.scalar(select(PrintJob).where(PrintJob.number == number).with_for_update())
    if job is None or machine_number not in (None, job.machine_number):
        raise JobNotFound(number)
    return job


def has_said(session: Session, job: PrintJob, message_id: str) -> bool:
    """Whether a message of that number was entered for the job before."""
    return _find_event(session, job, message_id) is not None


def list_waiting(session: Session, machine_number: str) -> Sequence[str]:
    """Numbers of the jobs this machine could fetch, oldest first."""
    return session.scalars(_waiting(machine_number).with_only_columns(PrintJob.number)).all()


def count_waiting(session: Session, machine_number: str, now: datetime) -> int:
    """How many jobs the machine could fetch, after taking back what it left lying; one statement if it left nothing."""
    held = PrintJob.machine_number == machine_number, PrintJob.state.in_(ON_THE_MACHINE)
    rows = session.execute(select(PrintJob.state, PrintJob.lease_until).where(*held)).all()
    if any(state in WORKED_ON and lease is not None and lease < now for state, lease in rows):
        expire_leases(session, now, machine_number)
        return len(list_waiting(session, machine_number))
    return sum(1 for state, _ in rows if state == JobState.PENDING)


def list_unknown(session: Session) -> Sequence[PrintJob]:
    """Jobs that wait for a person to say what became of the paper, oldest first."""
    unknown = select(PrintJob).where(PrintJob.state == JobState.UNKNOWN)
    return session.scalars(unknown.order_by(PrintJob.updated_at)).all()


def fetch(session: Session, machine_number: str, now: datetime) -> PrintJob | None:
    """Lease the oldest waiting job under a new attempt number; whoever held it before has lost it.

    A machine may fetch again what it fetched and never acknowledged: its own earlier attempt ends.
    """
    waiting = _waiting(machine_number).limit(1).with_for_update(skip_locked=True)
    job = session.scalar(waiting)
    if job is not None:
        job.attempt += 1
        job.lease_until, job.updated_at = now + LEASE, now
    return job


def apply(
    session: Session, change: Change, now: datetime, *, job: PrintJob | None = None
) -> JobState:
    """Enter one event and answer the job's state after it; the same message again gets the same answer.

    ``job`` is the job of the change, where the caller has it from ``get_job``.
    Raises JobNotFound, LeaseLost, MessageReused, JobTransitionRefused, PaperMayHaveMoved, FeedingNotPermitted,
    NoBlanksLoaded.
    """
    job = job or get_job(session, change.job)
    change = _as_the_counter_has_it(job, change)
    said = _find_event(session, job, change.message_id)
    if said is not None:
        return _first_answer(said, change)
    if change.attempt is not None and change.attempt != job.attempt:
        raise LeaseLost(job.number, change.attempt, job.attempt)
    state = JobState(job.state)
    after = next_job_state(state, change.event)
    _move_sheets(job, change, now)
    _move_blanks(session, job, change.event, now)
    _move_job(job, after, change, now)
    session.add(describe(job, change, state, after, now))
    return after


def permit(
    session: Session, change: Change, now: datetime, *, job: PrintJob | None = None
) -> datetime | None:
    """Leave to move paper, as an event; answers until when, or None if that leave was used up meanwhile.

    The same message again gets the same moment, so a lost answer neither prolongs nor doubles the leave.
    """
    job = job or get_job(session, change.job)
    apply(session, change, now, job=job)
    return job.feed_before


def renew_lease(
    session: Session, machine_number: str, number: str, attempt: int, now: datetime
) -> JobState | None:
    """A sign of life for the job in hand; its state, or None if machine and attempt do not hold it."""
    held = PrintJob.machine_number == machine_number, PrintJob.attempt == attempt
    job = session.scalar(select(PrintJob).where(PrintJob.number == number, *held).with_for_update())
    if job is None:
        return None
    if job.state in WORKED_ON:
        job.lease_until = now + LEASE
    return JobState(job.state)


def expire_leases(
    session: Session, now: datetime, machine_number: str | None = None
) -> list[PrintJob]:
    """Take back what machines left lying: to the queue if no paper moved, else to ``unknown`` and a person."""
    silent = select(PrintJob).where(PrintJob.state.in_(WORKED_ON), PrintJob.lease_until < now)
    if machine_number is not None:
        silent = silent.where(PrintJob.machine_number == machine_number)
    jobs = list(session.scalars(silent.order_by(PrintJob.id).with_for_update(skip_locked=True)))
    for job in jobs:
        moved = may_have_moved(SheetState(sheet.state) for sheet in job.sheets)
        event = Event.LOSE if moved else Event.RETURN
        message_id = f"lease-{job.attempt}-{now.timestamp():.6f}"
        reason = "终端失联，无法确认是否已出纸" if moved else "终端失联，任务退回排队"
        apply(session, Change(job.number, event, message_id, "system", reason=reason), now)
    return jobs


def move(
    session: Session, number: str, machine_number: str, *, actor: str, now: datetime
) -> JobState:
    """Hand a job to another machine, as long as no paper moved; the old machine's attempt ends.

    Raises PaperMayHaveMoved, JobTransitionRefused, JobNotFound.
    """
    message_id = f"move-{machine_number}-{now.timestamp():.6f}"[:64]
    state = apply(session, Change(number, Event.MOVE, message_id, actor), now)
    job = get_job(session, number)
    job.machine_number, job.attempt, job.lease_until = machine_number, job.attempt + 1, None
    return state


def _waiting(machine_number: str) -> Select[PrintJob]:
    return (
        select(PrintJob)
        .where(PrintJob.machine_number == machine_number, PrintJob.state == JobState.PENDING)
        .order_by(PrintJob.id)
    )


def _require_no_original(session: Session, spec: JobSpec) -> None:
    held = find_original(session, spec.licence_identifier, spec.copy_label)
    if spec.original and held is not None:
        refusal = CopyAlreadyPrinted if held.state == JobState.COMPLETED else CopyInPrint
        raise refusal(held.number)


def _find_earlier(session: Session, spec: JobSpec) -> str | None:
    """The newest print of the same original, which ended without one."""
    of_copy = (
        PrintJob.licence_identifier == spec.licence_identifier,
        PrintJob.copy_label == spec.copy_label,
    )
    newest = select(PrintJob.number).where(*of_copy).order_by(PrintJob.id.desc()).limit(1)
    return session.scalar(newest) if spec.original else None


def _as_the_counter_has_it(job: PrintJob, change: Change) -> Change:
    """That nothing was fed is not believed of a printer whose counter moved since the leave: nobody knows then.

    So says an agent whose disk lost the last lines of its journal in a power cut.
    """
    before = job.sheets[0].counter_before
    readings = before, change.page_counter
    if change.event is not Event.NOT_FED or None in readings or before == change.page_counter:
        return change
    return replace(change, event=Event.LOSE)


def _find_event(session: Session, job: PrintJob, message_id: str) -> PrintEvent | None:
    return session.scalar(
        select(PrintEvent).where(PrintEvent.job_id == job.id, PrintEvent.message_id == message_id)
    )


def _first_answer(said: PrintEvent, change: Change) -> JobState:
    if said.event != change.event:
        raise MessageReused("同一消息编号已用于另一条消息")
    return JobState(said.to_state)


def _move_sheets(job: PrintJob, change: Change, now: datetime) -> None:
    for sheet in job.sheets:
        sheet.state = next_sheet_state(SheetState(sheet.state), change.event)
        sheet.updated_at = now
        if change.event is Event.PERMIT:
            sheet.attempt, sheet.counter_before = job.attempt, change.page_counter
            sheet.counter_after = None
        elif change.page_counter is not None and sheet.counter_before is not None:
            sheet.counter_after = change.page_counter


def _move_blanks(session: Session, job: PrintJob, event: Event, now: datetime) -> None:
    if job.blank_kind is None:
        return
    if event is Event.PERMIT:
        sheets = len(job.sheets)
        blanks.bind(session, job.blank_kind, job.machine_number, job.number, sheets=sheets, now=now)
    else:
        blanks.follow(session, job.number, event, now)


def _move_job(job: PrintJob, after: JobState, change: Change, now: datetime) -> None:
    job.state, job.reason, job.updated_at = after, change.reason, now
    job.feed_before = now + FEED_WINDOW if change.event is Event.PERMIT else None
    job.lease_until = now + LEASE if after in WORKED_ON else None
    if after in ENDED_WITHOUT_PAPER:
        job.original_key = None


def describe(
    job: PrintJob, change: Change, before: JobState, after: JobState, now: datetime
) -> PrintEvent:
    """The change as a row of the job's history."""
    return PrintEvent(
        job_id=job.id,
        message_id=change.message_id,
        attempt=job.attempt,
        event=change.event,
        from_state=before,
        to_state=after,
        actor=change.actor,
        reason=change.reason,
        page_counter=change.page_counter,
        at=now,
    )


def _draw_number(now: datetime) -> str:
    return f"D{now:%y%m%d}" + "".join(secrets.choice(NUMBER_SIGNS) for _ in range(8))
