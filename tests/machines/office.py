"""A server of print jobs in memory, a machine that can lose its power, and a plan of what goes wrong when.

Everything real but the line and the sessions: the jobs and the ledger of ``printing.jobs`` on SQLite, the agent's own
journal on disk, the file printer. An *instant* is any point at which the world may end for one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from printing import jobs
from printing.agent.drivers import Driver
from printing.agent.drivers.tray import TrayPrinter
from printing.agent.errors import LineDown, ServerRefused
from printing.agent.journal import Journal
from printing.agent.prints import Printing, Progress
from printing.agent.spool import Spool
from printing.blank_models import Blank, BlankEvent
from printing.errors import PrintingError
from printing.job_models import PrintEvent, PrintJob, PrintSheet
from printing.job_states import ENDED_WITHOUT_PAPER, REPORTED, Event, SheetState
from printing.jobs import Change, JobSpec
from printing.messages import Message
from printing.wire import FeedAnswer, JobAnswer, JobOffer, JobState

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MACHINE = "M-1"
PAPER = b"%PDF-1.7 a sealed licence " + bytes(range(256)) * 300
SPEC = JobSpec(MACHINE, "L-1", "副本 1-1", hashlib.sha256(PAPER).hexdigest(), "P-1")


class PowerCut(BaseException):
    """The machine's power is gone at this instant; nothing after it runs."""


@dataclass
class Plan:
    """What goes wrong at which instant, counted from 0; every instant is written down by name."""

    faults: dict[int, str] = field(default_factory=dict)
    instants: list[tuple[str, str]] = field(default_factory=list)

    def machine_instant(self, name: str) -> None:
        """A point inside the machine: its power may be cut here."""
        if self._fault("machine", name) == "cut":
            raise PowerCut(name)

    def line_instant(self, name: str) -> None:
        """A point on the line: the message may be lost here, or the machine's power cut."""
        fault = self._fault("line", name)
        if fault == "cut":
            raise PowerCut(name)
        if fault == "lost":
            raise LineDown(name)

    def _fault(self, where: str, name: str) -> str | None:
        self.instants.append((where, name))
        return self.faults.get(len(self.instants) - 1)


class Office:
    """The server's side: real jobs and ledger, a clock, and whether the holder still stands at the machine."""

    def __init__(self) -> None:
        self.now = START
        self.holder_present = True
        self.paper = PAPER
        self.refuses: ServerRefused | None = None
        self.refused_path = ""
        self._engine = create_engine("sqlite://", poolclass=StaticPool)
        event.listen(
            self._engine,
            "connect",
            lambda connection, _: setattr(connection, "isolation_level", None),
        )
        event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        for table in (PrintJob, PrintSheet, PrintEvent, Blank, BlankEvent):
            table.__table__.create(self._engine)  # type: ignore[attr-defined]

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def order(self, copy_label: str = SPEC.copy_label, **options: str) -> str:
        """A citizen asks for the paper."""
        spec = replace(SPEC, copy_label=copy_label, **options)
        with self.session() as session:
            return jobs.create_job(session, spec, self.now).number

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that commits when its block ends well."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def wait(self, seconds: float) -> None:
        """Time passes, and the server looks after silent machines."""
        self.now += timedelta(seconds=seconds)
        with self.session() as session:
            jobs.expire_leases(session, self.now)

    def handle(self, path: str, message: Message | None) -> Message | None:
        """Answer one message, in one transaction, as the HTTP routes do."""
        self.require_welcome(path)
        try:
            with self.session() as session:
                return self._answer(session, path.strip("/").split("/"), message)
        except PrintingError as refusal:
            raise ServerRefused(409, refusal.code, str(refusal)) from refusal

    def require_welcome(self, path: str) -> None:
        """Raises what the office was told to refuse such a message with."""
        if self.refuses is not None and self.refused_path in path:
            raise self.refuses

    def document(self, number: str) -> bytes:
        """The file of a job."""
        self.require_welcome("/document")
        return self.paper

    def _answer(self, session: Session, words: list[str], message: Any) -> Message | None:
        if words == ["jobs", "fetch"]:
            jobs.expire_leases(session, self.now)
            job = jobs.fetch(session, MACHINE, self.now)
            return None if job is None else _offer(job)
        number, verb = words[1], words[2]
        if verb == "acknowledgement":
            change = Change(
                number,
                Event.ACKNOWLEDGE,
                f"acknowledge-{message.attempt}",
                MACHINE,
                message.attempt,
            )
            return JobAnswer(number, message.attempt, jobs.apply(session, change, self.now), 1)
        if verb == "feeding":
            return self._permit(session, number, message)
        change = Change(
            number,
            REPORTED[message.report],
            message.message_id,
            MACHINE,
            message.attempt,
            message.reason,
            message.page_counter,
        )
        return JobAnswer(number, message.attempt, jobs.apply(session, change, self.now), 1)

    def _permit(self, session: Session, number: str, message: Any) -> FeedAnswer:
        job = jobs.get_job(session, number)
        if job.state in ENDED_WITHOUT_PAPER:
            return FeedAnswer(False, job.reason, None, JobState(job.state), 1)
        event = Event.PERMIT
        if not self.holder_present and not jobs.has_said(session, job, message.message_id):
            event = Event.CANCEL
        change = Change(
            number,
            event,
            message.message_id,
            MACHINE,
            message.attempt,
            "holder left",
            message.page_counter,
        )
        if event is Event.CANCEL:
            return FeedAnswer(False, "holder left", None, jobs.apply(session, change, self.now), 1)
        until = jobs.permit(session, change, self.now)
        return FeedAnswer(until is not None, None, until, JobState(job.state), 1)


class PlannedLine:
    """Stands for ``printing.agent.line.Line``: the office at the other end, faults by plan."""

    clock_skew_s = 0

    def __init__(self, office: Office, plan: Plan) -> None:
        self._office, self._plan = office, plan

    def now(self) -> datetime:
        return self._office.now

    def follow_clock(self, server_now: datetime) -> None:
        """The clocks agree here."""

    def post(self, path: str, message: Message | None, kind: type[Message]) -> Message | None:
        self._plan.line_instant(f"send {path}")
        answer = self._office.handle(path, message)
        self._plan.line_instant(f"answer {path}")
        return answer

    def get(self, path: str, message: Message | None, kind: type[Message]) -> Message | None:
        return self.post(path, message, kind)

    def download(self, path: str, offset: int) -> Iterator[tuple[bool, bytes]]:
        data = self._office.document(path.split("/")[2])[offset:]
        for start in range(0, len(data), 40_000):
            self._plan.line_instant(f"piece {start}")
            yield True, data[start : start + 40_000]


@dataclass(frozen=True)
class Genuine:
    """A verdict that lets paper pass."""

    genuine: bool = True
    code: str = "genuine"


class Box:
    """The machine: what survives a power cut is its folder."""

    def __init__(self, folder: Path, office: Office, plan: Plan) -> None:
        self.folder, self.office, self.plan = folder, office, plan
        self.tray = folder / "tray"
        self.verdict = Genuine()

    def driver(self) -> Driver:
        """The printer; tests replace it with one that misbehaves."""
        return TrayPrinter(self.tray, self.plan.machine_instant)

    def papers(self) -> list[str]:
        """The sheets of paper that came out."""
        return sorted(path.name for path in self.tray.glob("*.pdf"))

    def spooled(self) -> list[str]:
        """What still lies in the spool."""
        return sorted(path.name for path in (self.folder / "spool").glob("*"))

    def run(self, rounds: int = 80) -> None:
        """Switch on and work until nothing is in hand, through cut lines, until the power is cut."""
        journal = Journal(self.folder / "journal.sqlite3", self.plan.machine_instant)
        try:
            line: Any = PlannedLine(self.office, self.plan)
            spool = Spool(self.folder / "spool")
            printing = Printing(journal, line, self.driver(), spool, lambda *_: self.verdict)
            printing.tidy()
            for _ in range(rounds):
                if not _round(printing, self.office):
                    return
        finally:
            journal.close()

    def run_through_cuts(self, most: int = 6) -> None:
        """Switch on again after every power cut."""
        for _ in range(most):
            try:
                return self.run()
            except PowerCut:
                self.office.wait(10)
        raise AssertionError("the plan cuts the power more often than expected")


def _round(printing: Printing, office: Office) -> bool:
    """One round of the loop; False when there is nothing more to do."""
    try:
        if printing.in_hand() is None and not printing.fetch():
            return False
        if printing.advance() is Progress.WAIT:
            office.wait(20)
    except LineDown:
        office.wait(5)
    except ServerRefused as refusal:
        if refusal.status in (401, 403):
            raise
        office.wait(5)
    return True


def states(office: Office, number: str) -> tuple[JobState, set[SheetState]]:
    """Where a job and its sheets stand on the server."""
    with office.session() as session:
        job = jobs.get_job(session, number)
        return JobState(job.state), {SheetState(sheet.state) for sheet in job.sheets}


def _offer(job: PrintJob) -> JobOffer:
    assert job.lease_until is not None
    return JobOffer(
        job.number,
        job.attempt,
        job.lease_until,
        job.document_sha256,
        job.pages,
        job.media,
        job.sides,
        job.licence_identifier,
        job.copy_label,
    )
