"""What persons found out about the paper of a job. One may say that it is there; to print it again takes two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from printing.errors import PrintingError
from printing.job_models import PrintEvent, PrintJob
from printing.job_states import Event, SheetState, next_job_state, next_sheet_state
from printing.jobs import Change, apply, describe, get_job
from printing.wire import JobState

PROPOSAL_LIFE = timedelta(hours=1)


class TwoPersonsNeeded(PrintingError):
    """An original is only released again by two different persons."""

    code = "two-persons-needed"


@dataclass(frozen=True)
class Finding:
    """What a person says about the paper of a job: one of the ``found-*`` events, and the ground for it."""

    job: str
    event: Event
    person: str
    reason: str


def settle(session: Session, finding: Finding, now: datetime) -> JobState | None:
    """Enter what a person found out about the paper of a job; its state, or None while a second person is awaited.

    That the paper is there, one person may say. To release the original for another print takes a second person who
    says the same within an hour. Raises JobNotFound, TwoPersonsNeeded if the same person says it again, and what
    ``apply`` raises.
    """
    job = get_job(session, finding.job)
    _require_open_to(job, finding.event)
    persons = finding.person
    if finding.event is not Event.FOUND_PRINTED:
        first = _find_proposal(session, job, finding, now)
        if first is None:
            session.add(_proposal(job, finding, now))
            return None
        if first.actor == finding.person:
            raise TwoPersonsNeeded("重新放行一份原件须另一名工作人员确认")
        persons = f"{first.actor}+{finding.person}"
    message_id = f"{finding.event}-{now.timestamp():.6f}"
    change = Change(job.number, finding.event, message_id, persons, reason=finding.reason)
    return apply(session, change, now)


def _require_open_to(job: PrintJob, event: Event) -> None:
    """Refuse at the first person's word what the second's could not bring about."""
    next_job_state(JobState(job.state), event)
    for sheet in job.sheets:
        next_sheet_state(SheetState(sheet.state), event)


def _find_proposal(
    session: Session, job: PrintJob, finding: Finding, now: datetime
) -> PrintEvent | None:
    """The newest word of a first person for the same outcome, preferably not of this one.

    What was said before the latest leave to feed was said of paper that had not moved yet.
    """
    leave = select(func.coalesce(func.max(PrintEvent.id), 0)).where(
        PrintEvent.job_id == job.id, PrintEvent.event == Event.PERMIT
    )
    same = (
        PrintEvent.job_id == job.id,
        PrintEvent.id > leave.scalar_subquery(),
        PrintEvent.event == _proposal_name(finding.event),
        PrintEvent.from_state == job.state,
        PrintEvent.at > now - PROPOSAL_LIFE,
    )
    newest = select(PrintEvent).where(*same).order_by(PrintEvent.id.desc())
    others = session.scalar(newest.where(PrintEvent.actor != finding.person).limit(1))
    return others or session.scalar(newest.limit(1))


def _proposal(job: PrintJob, finding: Finding, now: datetime) -> PrintEvent:
    name = _proposal_name(finding.event)
    message_id = f"{name}-{now.timestamp():.6f}"
    change = Change(job.number, finding.event, message_id, finding.person, reason=finding.reason)
    proposal = describe(job, change, JobState(job.state), JobState(job.state), now)
    proposal.event = name
    return proposal


def _proposal_name(event: Event) -> str:
    return f"first-{event}"
