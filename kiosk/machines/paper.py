"""The print conversation with a machine: fetch, acknowledge, leave to feed, report. One message, one commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.errors import KioskError
from kiosk.exchange import outbox
from kiosk.machines.admission import admit
from kiosk.machines.alarms import raise_dispute
from kiosk.machines.answers import tell_found
from kiosk.machines.errors import HolderLeft
from kiosk.machines.models import CardReading, Machine, MachineSession
from kiosk.machines.queries import is_running, machine_actor, require_in_service
from kiosk.machines.troubles import Limits
from kiosk.uow import unit_of_work
from printing import jobs
from printing.blanks import NoBlanksLoaded, has_enough
from printing.errors import PrintingError
from printing.job_models import PrintJob
from printing.job_states import ENDED_WITHOUT_PAPER, REPORTED, Event, SheetState, contradicts
from printing.jobs import Change
from printing.wire import (
    Acknowledgement,
    FeedAnswer,
    FeedRequest,
    JobAnswer,
    JobOffer,
    JobState,
    SignedCall,
    StatusUpdate,
)

POLL_S = 1
ReleaseCheck = Callable[[Session, PrintJob, datetime], None]
"""Raises a KioskError if the paper of this job must not come out any more: licence revoked, seal stopped."""


def fetch_job(call: SignedCall, *, now: datetime) -> JobOffer | None:
    """Lease the next job to the machine, or None. Raises as ``admit``."""
    with unit_of_work() as session:
        machine = admit(session, call, now)
        jobs.expire_leases(session, now, machine.number)
        if machine.maintenance_since is not None:
            return None
        job = jobs.fetch(session, machine.number, now)
        return None if job is None else _offer(job)


def acknowledge_job(
    call: SignedCall, number: str, message: Acknowledgement, *, now: datetime
) -> JobAnswer:
    """The machine takes the job. Raises as ``admit`` and ``jobs.apply``."""
    with unit_of_work() as session:
        machine = admit(session, call, now)
        job = jobs.get_job(session, number, machine.number)
        message_id = f"acknowledge-{message.attempt}"
        change = Change(number, Event.ACKNOWLEDGE, message_id, machine.number, message.attempt)
        state = jobs.apply(session, change, now, job=job)
        return JobAnswer(number, message.attempt, state, POLL_S)


def get_document_digest(call: SignedCall, number: str, attempt: int, *, now: datetime) -> str:
    """The digest of the file to print, for the attempt that holds the job. Raises JobNotFound, LeaseLost."""
    with unit_of_work() as session:
        machine = admit(session, call, now)
        job = jobs.get_job(session, number, machine.number)
        if job.attempt != attempt or job.state not in jobs.WORKED_ON:
            raise jobs.LeaseLost(number, attempt, job.attempt)
        return job.document_sha256


def permit_feeding(
    call: SignedCall, number: str, request: FeedRequest, *, now: datetime, check: ReleaseCheck
) -> FeedAnswer:
    """Leave to move paper, given only while the holder stands at the machine and the licence is good at this instant.

    Without leave the job is cancelled, and the answer says why. Raises as ``admit`` and ``jobs.apply``.
    """
    with unit_of_work() as session:
        machine = admit(session, call, now)
        job = jobs.get_job(session, number, machine.number)
        if job.state in ENDED_WITHOUT_PAPER:
            return FeedAnswer(False, job.reason, None, JobState(job.state), POLL_S)
        refusal = _release_refusal(session, machine, job, request, now, check)
        if refusal is not None:
            return _withhold(session, machine, job, request, refusal, now)
        change = Change(
            number,
            Event.PERMIT,
            request.message_id,
            machine.number,
            request.attempt,
            page_counter=request.page_counter,
        )
        feed_before = jobs.permit(session, change, now, job=job)
        trail.record(
            session,
            machine_actor(machine),
            "feeding-permitted",
            f"print:{number}",
            now,
            attempt=request.attempt,
            counter=request.page_counter,
        )
        return FeedAnswer(feed_before is not None, None, feed_before, JobState(job.state), POLL_S)


def report_job(call: SignedCall, number: str, update: StatusUpdate, *, now: datetime) -> JobAnswer:
    """Enter what the machine says became of the paper; the same message again gets the same answer.

    A refused report about paper stays in the audit trail: it may tell of a sheet nobody reckons with. If it contradicts
    the ledger, an alarm calls a person.
    Raises as ``admit`` and ``jobs.apply``.
    """
    try:
        return _report(call, number, update, now)
    except PrintingError as refusal:
        _note_refused_report(call, number, update, refusal, now)
        raise


def _report(call: SignedCall, number: str, update: StatusUpdate, now: datetime) -> JobAnswer:
    with unit_of_work() as session:
        machine = admit(session, call, now)
        job = jobs.get_job(session, number, machine.number)
        before = job.state
        change = Change(
            number,
            REPORTED[update.report],
            update.message_id,
            machine.number,
            update.attempt,
            reason=update.reason,
            page_counter=update.page_counter,
        )
        state = jobs.apply(session, change, now, job=job)
        trail.record(
            session,
            machine_actor(machine),
            f"print-{update.report}",
            f"print:{number}",
            now,
            attempt=update.attempt,
            counter=update.page_counter,
            reason=update.reason,
        )
        if state is JobState.COMPLETED and before != JobState.COMPLETED:
            announce(session, job, now)
        if state is JobState.COMPLETED and before == JobState.UNKNOWN:
            tell_found(session, job, Event.PRINT, now)
        return JobAnswer(number, update.attempt, state, POLL_S)


def announce(session: Session, job: PrintJob, now: datetime) -> None:
    """Tell the registry that the original is out; it does not know of any other paper."""
    if job.original_key is None:
        return
    facts = {"licence_identifier": job.licence_identifier, "copy_label": job.copy_label}
    outbox.enqueue(session, "print.completed", facts | {"job": job.number}, now)


def _offer(job: PrintJob) -> JobOffer:
    if job.lease_until is None:
        raise jobs.LeaseLost(job.number, job.attempt, job.attempt)
    return JobOffer(
        job=job.number,
        attempt=job.attempt,
        lease_until=job.lease_until,
        document_sha256=job.document_sha256,
        pages=job.pages,
        media=job.media,
        sides=job.sides,
        licence_identifier=job.licence_identifier,
        copy_label=job.copy_label,
    )


def _release_refusal(
    session: Session,
    machine: Machine,
    job: PrintJob,
    request: FeedRequest,
    now: datetime,
    check: ReleaseCheck,
) -> KioskError | NoBlanksLoaded | None:
    """Why no paper may move now, or None. An attempt that lost the job is left to ``jobs.apply`` to refuse."""
    if job.attempt != request.attempt or jobs.has_said(session, job, request.message_id):
        return None
    if job.session_number is not None and not _holder_stands_there(session, job, now):
        return HolderLeft("办理人已离开，未出纸")
    try:
        require_in_service(machine)
        check(session, job, now)
    except KioskError as refusal:
        return refusal
    kind, sheets = job.blank_kind, len(job.sheets)
    if kind is not None and not has_enough(session, kind, job.machine_number, sheets):
        return NoBlanksLoaded("空白证照用完，请联系工作人员或到其他终端办理")
    return None


def _holder_stands_there(session: Session, job: PrintJob, now: datetime) -> bool:
    """For an original: proven, and the card still on the reader; for any other paper the open session is enough."""
    visit = session.scalar(
        select(MachineSession).where(MachineSession.number == job.session_number)
    )
    if visit is None or not is_running(visit, now):
        return False
    if job.original_key is None:
        return True
    if visit.proven_at is None:
        return False
    on_reader = select(CardReading.id).where(
        CardReading.session_id == visit.id, CardReading.removed_at.is_(None)
    )
    return session.scalar(on_reader.limit(1)) is not None


def _withhold(
    session: Session,
    machine: Machine,
    job: PrintJob,
    request: FeedRequest,
    refusal: KioskError | NoBlanksLoaded,
    now: datetime,
) -> FeedAnswer:
    change = Change(
        job.number, Event.CANCEL, request.message_id, "system", request.attempt, str(refusal)
    )
    state = jobs.apply(session, change, now)
    trail.record(
        session,
        machine_actor(machine),
        "feeding-refused",
        f"print:{job.number}",
        now,
        attempt=request.attempt,
        code=refusal.code,
    )
    tell_found(session, job, Event.NOT_FED, now)
    return FeedAnswer(False, str(refusal), None, state, POLL_S)


def _note_refused_report(
    call: SignedCall, number: str, update: StatusUpdate, refusal: PrintingError, now: datetime
) -> None:
    """Only what the machine signed is noted; anything else is refused before it gets here."""
    if not isinstance(refusal, jobs.REPORT_REFUSALS):
        return
    with unit_of_work() as session:
        machine = admit(session, call, now)
        trail.record(
            session,
            machine_actor(machine),
            "print-report-refused",
            f"print:{number}",
            now,
            attempt=update.attempt,
            report=update.report.value,
            counter=update.page_counter,
            code=refusal.code,
        )
        job = session.scalar(select(PrintJob).where(PrintJob.number == number))
        sheets = [SheetState(sheet.state) for sheet in job.sheets] if job is not None else []
        if contradicts(REPORTED[update.report], sheets):
            limits = Limits.of(current_app.config)
            raise_dispute(session, machine.id, number, now, limits)
