"""Whether the ledger of a machine agrees with its printer's page counter, one shift at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from printing.job_models import PrintEvent, PrintJob
from printing.job_states import Event

OUTCOMES = {Event.PRINT, Event.NOT_FED, Event.JAM, Event.LOSE}
FINDINGS = {Event.FOUND_PRINTED, Event.FOUND_SPOILED, Event.FOUND_UNFED}


@dataclass(frozen=True)
class Gap:
    """Pages the counter moved without, or against, the ledger. ``during`` is the job, None between two jobs."""

    before: datetime
    during: str | None
    counted: int
    entered: int


@dataclass(frozen=True)
class Reconciliation:
    """One machine over one span of time. ``outcomes`` counts jobs by their ``Event``; counters are in pages."""

    machine: str
    since: datetime
    until: datetime
    outcomes: dict[str, int]
    counter_first: int | None
    counter_last: int | None
    gaps: tuple[Gap, ...]

    @property
    def agrees(self) -> bool:
        """Whether every page that the counter counted stands in the ledger."""
        return not self.gaps


def reconcile(
    session: Session, machine_number: str, since: datetime, until: datetime
) -> Reconciliation:
    """Compare ledger and counter from ``since`` to before ``until``."""
    rows = session.execute(
        select(PrintEvent, PrintJob.number, PrintJob.pages)
        .join(PrintJob, PrintJob.id == PrintEvent.job_id)
        .where(
            PrintJob.machine_number == machine_number,
            PrintEvent.at >= since,
            PrintEvent.at < until,
            PrintEvent.event.in_(list(Event)),  # The word of a first person moves no paper.
        )
        .order_by(PrintEvent.id)
    ).all()
    facts = [_Fact(event, number, pages) for event, number, pages in rows]
    counters = [fact.counter for fact in facts if fact.counter is not None]
    return Reconciliation(
        machine=machine_number,
        since=since,
        until=until,
        outcomes=dict(
            Counter(fact.event.value for fact in facts if fact.event in OUTCOMES | FINDINGS)
        ),
        counter_first=counters[0] if counters else None,
        counter_last=counters[-1] if counters else None,
        gaps=tuple(_gaps(fact for fact in facts if fact.tells_counter)),
    )


def list_prints(
    session: Session, machine_number: str, since: datetime, until: datetime
) -> Sequence[PrintJob]:
    """The prints that were asked of a machine from ``since`` to before ``until``, with their sheets, oldest first."""
    asked = select(PrintJob).where(
        PrintJob.machine_number == machine_number,
        PrintJob.created_at >= since,
        PrintJob.created_at < until,
    )
    return session.scalars(asked.order_by(PrintJob.id)).all()


def find_history(session: Session, number: str) -> tuple[PrintJob, Sequence[PrintEvent]] | None:
    """A print and everything that was said of it, oldest first; None if there is no such print."""
    job = session.scalar(select(PrintJob).where(PrintJob.number == number))
    if job is None:
        return None
    said = select(PrintEvent).where(PrintEvent.job_id == job.id).order_by(PrintEvent.id)
    return job, session.scalars(said).all()


class _Fact:
    """One event, as far as paper is concerned."""

    def __init__(self, event: PrintEvent, job: str, pages: int) -> None:
        self.at, self.job, self.pages = event.at, job, pages
        self.counter = event.page_counter
        self.event = Event(event.event)

    @property
    def tells_counter(self) -> bool:
        return self.counter is not None and self.event in OUTCOMES | {Event.PERMIT}

    @property
    def entered(self) -> int | None:
        """Pages the ledger says have moved since leave was given; None where it says that nobody knows."""
        return {Event.PRINT: self.pages, Event.NOT_FED: 0}.get(self.event)


def _gaps(facts: Iterable[_Fact]) -> Iterable[Gap]:
    last: int | None = None
    for fact in facts:
        counter = fact.counter or 0
        counted = 0 if last is None else counter - last
        outcome = fact.event in OUTCOMES
        entered = fact.entered if outcome else 0
        if last is not None and entered is not None and counted != entered:
            yield Gap(fact.at, fact.job if outcome else None, counted, entered)
        last = counter
