"""What the office does with a print that has not begun to feed: hold it, let it go, cancel it, move it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.identity.actors import Actor
from kiosk.identity.models import Person
from kiosk.machines.errors import HolderLeft
from kiosk.machines.models import MachineSession
from kiosk.machines.queries import get_machine, require_in_service
from kiosk.machines.visits import find_open_visit, keep_for_print
from kiosk.uow import unit_of_work
from printing import jobs
from printing.job_models import PrintJob
from printing.job_states import Event
from printing.wire import JobState


def change_print(
    number: str, event: Event, reason: str, *, actor: Actor, now: datetime
) -> JobState:
    """Hold, release or cancel a print. Raises JobNotFound, JobTransitionRefused, PaperMayHaveMoved."""
    with unit_of_work() as session:
        message_id = f"{event}-{now.timestamp():.6f}"
        change = jobs.Change(number, event, message_id, actor.number, reason=reason)
        state = jobs.apply(session, change, now)
        trail.record(session, actor, f"print-{event}", f"print:{number}", now, reason=reason)
        return state


def move_print(number: str, machine_number: str, *, actor: Actor, now: datetime) -> JobState:
    """Hand a print to another machine; one that a person asked for goes where that person stands proven now.

    Raises NotFound, MachineRevoked, MachineInMaintenance, HolderLeft, JobNotFound, JobTransitionRefused,
    PaperMayHaveMoved.
    """
    with unit_of_work() as session:
        machine = get_machine(session, machine_number)
        require_in_service(machine)
        visit = find_open_visit(session, machine, now)  # Before the job, as whoever ends one does.
        job = jobs.get_job(session, number)
        state = jobs.move(session, number, machine.number, actor=actor.number, now=now)
        if job.session_number is not None:
            _bind(session, job, visit, now)
        facts = {"machine": machine.number}
        trail.record(session, actor, "print-moved", f"print:{number}", now, **facts)
        return state


def _bind(session: Session, job: PrintJob, visit: MachineSession | None, now: datetime) -> None:
    person = select(Person.id).where(Person.number == job.requested_by)
    there = visit is not None and visit.proven_at is not None
    if visit is None or not there or visit.person_id != session.scalar(person):
        raise HolderLeft("请办理人先在新的终端刷卡验证，再转移打印任务")
    job.session_number = visit.number
    keep_for_print(visit, now)
