"""Whether the paper was taken out of the tray: by its sensor, by a person's word, or by the card that went with it.

A printer with a sensor decides alone. Without one the person says so on the screen, or takes the card back after the
paper came, as the screen asks; if neither happens in time, the paper counts as left and the hall looks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.errors import NotFound
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.machines.models import Machine, MachineSession
from kiosk.machines.troubles import Limits
from kiosk.uow import unit_of_work
from printing import jobs
from printing.job_models import PrintJob, PrintSheet
from printing.job_states import Event, JobTransitionRefused, PaperMayHaveMoved, SheetState
from printing.jobs import Change, get_job
from printing.wire import JobState

LOOK_BACK = timedelta(days=1)
"""Paper that came out longer ago and was never accounted for lies in no tray any more."""
WENT_BY_THEMSELVES = ("card-removed", "signed-out")
WORDS = {Event.COLLECT: "纸已取走", Event.LEAVE: "纸留在出纸口"}


@dataclass(frozen=True)
class Witness:
    """What is known of one paper. ``in_tray``: what the sensor has said since the paper came, None without one."""

    state: SheetState
    printed_at: datetime
    in_tray: int | None
    person_went: bool


def judge_taking(paper: Witness, now: datetime, patience: timedelta) -> Event | None:
    """That it was collected, or left, or None while nothing new can be said."""
    if paper.in_tray == 0:
        return Event.COLLECT
    if paper.state is SheetState.LEFT:
        return None
    if paper.in_tray is None and paper.person_went:
        return Event.COLLECT
    return Event.LEAVE if now - paper.printed_at >= patience else None


def watch_trays(session: Session, now: datetime, limits: Limits) -> None:
    """Enter for each paper that came out whether it was taken or left."""
    for number, paper in _papers(session, now):
        event = judge_taking(paper, now, limits.taken)
        if event is None:
            continue
        with suppress(JobTransitionRefused, PaperMayHaveMoved):  # Somebody was quicker.
            _enter(session, number, event, SYSTEM, WORDS[event], now)


def confirm_taken(number: str, *, actor: Actor, now: datetime) -> None:
    """The person says that the paper is in their hands; saying it twice is no fault.

    Raises NotFound for a print that somebody else asked for or that is not out.
    """
    with unit_of_work() as session:
        mine = PrintJob.number == number, PrintJob.requested_by == actor.number
        if session.scalar(select(PrintJob.id).where(*mine)) is None:
            raise NotFound("没有这个打印任务")
        if not _is_collected(session, number):
            _enter(session, number, Event.COLLECT, actor, "办理人确认已取走", now)


def put_away(number: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """The hall has taken the paper out of the tray, or handed it to its holder.

    Raises JobNotFound, JobTransitionRefused, PaperMayHaveMoved.
    """
    with unit_of_work() as session:
        _enter(session, number, Event.COLLECT, actor, reason, now)


def list_left(session: Session) -> Sequence[PrintJob]:
    """Prints whose paper was left in the tray, longest first."""
    left = PrintJob.sheets.any(PrintSheet.state == SheetState.LEFT)
    return session.scalars(select(PrintJob).where(left).order_by(PrintJob.updated_at)).all()


def _enter(
    session: Session, number: str, event: Event, actor: Actor, reason: str, now: datetime
) -> None:
    message_id = f"{event}-{now.timestamp():.6f}"
    jobs.apply(session, Change(number, event, message_id, actor.number, reason=reason), now)
    trail.record(session, actor, f"paper-{event}", f"print:{number}", now, reason=reason)


def _is_collected(session: Session, number: str) -> bool:
    sheets = get_job(session, number).sheets
    return all(sheet.state == SheetState.COLLECTED for sheet in sheets)


def _papers(session: Session, now: datetime) -> Iterator[tuple[str, Witness]]:
    fresh = PrintSheet.state == SheetState.PRINTED, PrintSheet.updated_at > now - LOOK_BACK
    rows = session.execute(
        select(PrintJob.number, PrintSheet.state, PrintSheet.updated_at, Machine, MachineSession)
        .join(PrintSheet, PrintSheet.job_id == PrintJob.id)
        .join(Machine, Machine.number == PrintJob.machine_number)
        .outerjoin(MachineSession, MachineSession.number == PrintJob.session_number)
        .where(
            PrintJob.state == JobState.COMPLETED,
            PrintSheet.position == 1,
            or_(PrintSheet.state == SheetState.LEFT, fresh[0] & fresh[1]),
        )
        .order_by(PrintJob.id)
    ).all()
    for number, state, at, machine, visit in rows:
        yield number, Witness(SheetState(state), at, _in_tray(machine, at), _went(visit, at))


def _in_tray(machine: Machine, since: datetime) -> int | None:
    """What the sensor said after that moment. A machine that has not spoken since is waited for by the patience."""
    printer: dict[str, Any] = machine.printer or {}
    sheets: int | None = printer.get("output_sheets")
    if machine.last_seen_at is None or machine.last_seen_at <= since:
        return None if sheets is None else max(1, sheets)
    return sheets


def _went(visit: MachineSession | None, printed_at: datetime) -> bool:
    """Whether the person ended the visit after the paper had come."""
    if visit is None or visit.ended_at is None:
        return False
    return visit.end_reason in WENT_BY_THEMSELVES and visit.ended_at >= printed_at
