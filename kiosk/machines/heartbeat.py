"""A machine's sign of life: what ten thousand machines say every minute.

An idle machine costs three short statements, each built once, and no object of the ORM.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from kiosk.machines.admission import let_in
from kiosk.machines.models import Machine, MachineSession
from kiosk.machines.visits import STALE_BEFORE, find_open_visit, renew_stale
from kiosk.uow import unit_of_work
from printing import jobs
from printing.job_models import PrintJob
from printing.wire import Heartbeat, PollAnswer, SignedCall

POLL_IDLE_S = 60
POLL_BUSY_S = 1
SAME_AGAIN = timedelta(seconds=20)
"""A busy machine says the same every second; it is written down this often."""
SAID = ("software_version", "clock_skew_s", "printer")


def poll(call: SignedCall, beat: Heartbeat, *, now: datetime) -> PollAnswer:
    """Enter the machine's state, renew its lease, tell it what waits. Raises as ``admit``."""
    with unit_of_work() as session:
        connection = session.connection()
        known = connection.execute(KNOWN[connection.dialect.name], {"asked": call.machine}).first()
        let_in(session, known, call, now)
        assert known is not None
        _enter_beat(session, known, beat, now)
        visit = _find_visit(session, known, now)  # Before the jobs, as whoever ends one does.
        job_state = None
        if beat.job is not None:
            job_state = jobs.renew_lease(session, call.machine, beat.job, beat.attempt or 0, now)
        waiting = jobs.count_waiting(session, call.machine, now) if known.held else 0
        number, person_id = visit or (None, None)
        busy = waiting or beat.job or person_id is not None
        return PollAnswer(
            now=now,
            next_poll_s=POLL_BUSY_S if busy else POLL_IDLE_S,
            jobs_waiting=waiting,
            job_state=job_state,
            session_open=number is not None and number == beat.session,
        )


def _enter_beat(session: Session, known: Any, beat: Heartbeat, now: datetime) -> None:
    said = {
        "software_version": beat.software_version[:32],
        "clock_skew_s": beat.clock_skew_s,
        "printer": beat.printer.to_dict(),
    }
    fresh = known.last_seen_at is not None and now - known.last_seen_at < SAME_AGAIN
    if fresh and all(getattr(known, name) == said[name] for name in SAID):
        return
    session.connection().execute(ENTER, said | {"machine": known.id, "last_seen_at": now})


def _find_visit(session: Session, known: Any, now: datetime) -> tuple[str, int | None] | None:
    """Number and person of the running session; one that is over or stale is ended on the spot."""
    if known.visit is None:
        return None
    spare = STALE_BEFORE if known.person_id is None else timedelta(0)
    if known.expires_at > now + spare:
        return known.visit, known.person_id
    visit = find_open_visit(session, session.get_one(Machine, known.id), now)
    if visit is None or renew_stale(session, visit, now):
        return None
    return visit.number, visit.person_id


def _known(*settings: Any) -> Any:
    """Whoever says to be this machine, its running session, and how many jobs are at it."""
    machine, visit, job = Machine.__table__, MachineSession.__table__, PrintJob.__table__
    here = job.c.machine_number == machine.c.number, job.c.state.in_(jobs.ON_THE_MACHINE)
    held = select(func.count()).select_from(job).where(*here).scalar_subquery()
    columns = machine.c["id", "public_key", "revoked_at", "last_seen_at", *SAID]
    session = visit.c.number.label("visit"), visit.c.person_id, visit.c.expires_at
    return (
        select(*columns, *session, held.label("held"), *settings)
        .select_from(machine.outerjoin(visit, visit.c.open_for == machine.c.id))
        .where(machine.c.number == bindparam("asked"))
    )


def _enter() -> Any:
    values: dict[str, Any] = {name: bindparam(name) for name in ("last_seen_at", *SAID)}
    return update(Machine).where(Machine.id == bindparam("machine")).values(values)


ENTER = _enter()
KNOWN = {
    "sqlite": _known(),
    "postgresql": _known(func.set_config("synchronous_commit", "off", True)),
}
"""On PostgreSQL a sign of life does not wait for the disk: should one be lost with the power, the next is soon here."""
