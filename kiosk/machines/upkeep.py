"""What the operator of the fleet sees and does: the board, new machines, and paper that nobody can account for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.machines.alarms import UNKNOWN, find_alarm
from kiosk.machines.answers import tell_found
from kiosk.machines.commands import create_machine, issue_enrolment_code
from kiosk.machines.models import Machine
from kiosk.machines.paper import announce
from kiosk.machines.queries import get_machine
from kiosk.machines.troubles import Limits, find_troubles
from kiosk.uow import unit_of_work
from printing.blanks import Act, Handling, Range, handle, receive
from printing.job_models import PrintEvent, PrintJob
from printing.job_settlement import Finding, settle
from printing.job_states import Event
from printing.jobs import get_job, list_unknown
from printing.wire import JobState
from services_catalog.queries import get_district

SPOILED = "print.spoiled"


@dataclass(frozen=True)
class FleetLine:
    """One machine on the board. ``alarms`` are codes; an empty tuple is a machine that works."""

    number: str
    name: str
    division_code: str
    place: str
    last_seen_at: datetime | None
    software_version: str | None
    clock_skew_s: int | None
    printer: dict[str, Any] | None
    alarms: tuple[str, ...]
    maintenance_since: datetime | None
    hall: str | None
    opening_hours: str | None
    abilities: tuple[str, ...]


@dataclass(frozen=True)
class UnknownPaper:
    """A job whose paper a person must look for, with both page counters. ``history`` is what was said of it.

    ``answer_by`` is when somebody must have answered the alarm, None before the worker has raised it.
    """

    number: str
    machine: str
    licence_identifier: str
    copy_label: str
    reason: str | None
    since: datetime
    counter_before: int | None
    counter_after: int | None
    answer_by: datetime | None
    answered_by: str | None
    history: tuple[dict[str, Any], ...]


def enter_machine(
    number: str, name: str, division_code: str, place: str, *, actor: Actor, now: datetime
) -> str:
    """Enter a machine; its one-time enrolment code. Raises MachineExists, UnknownDistrict."""
    with unit_of_work() as session:
        get_district(session, division_code)
        create_machine(
            session, number=number, name=name, division_code=division_code, place=place, now=now
        )
        return issue_enrolment_code(session, number, actor=actor, now=now)


def renew_code(number: str, *, actor: Actor, now: datetime) -> str:
    """A new enrolment code, for a machine that has lost its key. Raises NotFound."""
    with unit_of_work() as session:
        return issue_enrolment_code(session, number, actor=actor, now=now)


def show_fleet(session: Session, now: datetime, limits: Limits) -> list[FleetLine]:
    """Every machine in service, by number."""
    standing = select(Machine).where(Machine.revoked_at.is_(None)).order_by(Machine.number)
    return [_line(machine, now, limits) for machine in session.scalars(standing)]


def list_unknown_paper(session: Session) -> list[UnknownPaper]:
    """The jobs that wait for a person, longest first."""
    return [_unknown(session, job) for job in list_unknown(session)]


def settle_print(
    number: str, outcome: Event, reason: str, *, actor: Actor, now: datetime
) -> JobState | None:
    """Enter what the actor found out about the paper; None while a second person is awaited. Raises as ``settle``."""
    with unit_of_work() as session:
        job = get_job(session, number)
        original = job.original_key is not None
        state = settle(session, Finding(number, outcome, actor.number, reason), now)
        trail.record(
            session,
            actor,
            "print-settled" if state else "print-settlement-proposed",
            f"print:{number}",
            now,
            outcome=outcome.value,
            reason=reason,
        )
        if state is JobState.COMPLETED:
            announce(session, job, now)
        if state is not None:
            tell_found(session, job, outcome, now)
        if outcome is Event.FOUND_SPOILED and state is not None and original:
            _announce_spoiled(session, job, reason, now)
        return state


def handle_blanks(
    stock: Range,
    handling: Handling,
    machine_number: str | None,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Enter what the actor did with a range of blanks. Raises BlanksRefused, NotFound for the machine."""
    with unit_of_work() as session:
        if machine_number is not None:
            get_machine(session, machine_number)
        act = Act(actor.number, reason, machine_number)
        if handling is Handling.RECEIVE:
            receive(session, stock, act, now)
        else:
            handle(session, stock, handling, act, now)
        trail.record(
            session,
            actor,
            f"blanks-{handling}",
            f"blanks:{stock.kind}",
            now,
            first=stock.first,
            last=stock.last,
            machine=machine_number,
            reason=reason,
        )


def _announce_spoiled(session: Session, job: PrintJob, reason: str, now: datetime) -> None:
    """Tell the registry that this original counts no more, should it turn up, and that another one is wanted."""
    facts = {"licence_identifier": job.licence_identifier, "copy_label": job.copy_label}
    outbox.enqueue(session, SPOILED, facts | {"job": job.number, "reason": reason}, now)


def _line(machine: Machine, now: datetime, limits: Limits) -> FleetLine:
    return FleetLine(
        number=machine.number,
        name=machine.name,
        division_code=machine.division_code,
        place=machine.place,
        last_seen_at=machine.last_seen_at,
        software_version=machine.software_version,
        clock_skew_s=machine.clock_skew_s,
        printer=machine.printer,
        alarms=tuple(find_troubles(machine, now, limits)),
        maintenance_since=machine.maintenance_since,
        hall=machine.hall,
        opening_hours=machine.opening_hours,
        abilities=tuple(machine.abilities or ()),
    )


def _unknown(session: Session, job: PrintJob) -> UnknownPaper:
    events = select(PrintEvent).where(PrintEvent.job_id == job.id).order_by(PrintEvent.id)
    sheet = job.sheets[0]
    alarm = find_alarm(session, UNKNOWN, job.number)
    return UnknownPaper(
        number=job.number,
        machine=job.machine_number,
        licence_identifier=job.licence_identifier,
        copy_label=job.copy_label,
        reason=job.reason,
        since=job.updated_at,
        counter_before=sheet.counter_before,
        counter_after=sheet.counter_after,
        answer_by=alarm.due_at if alarm else None,
        answered_by=alarm.answered_by if alarm else None,
        history=tuple(
            {"at": event.at, "event": event.event, "actor": event.actor, "reason": event.reason}
            for event in session.scalars(events)
        ),
    )
