"""A machine's sign of life: what ten thousand machines say every minute, so it takes few statements."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.machines.admission import admit
from kiosk.machines.models import Machine, MachineSession
from kiosk.machines.visits import STALE_BEFORE, find_open_visit, renew_stale
from kiosk.uow import unit_of_work
from printing import jobs
from printing.wire import Heartbeat, PollAnswer, SignedCall

POLL_IDLE_S = 60
POLL_BUSY_S = 1
SAME_AGAIN = timedelta(seconds=20)
"""A busy machine says the same every second; it is written down this often."""


def poll(call: SignedCall, beat: Heartbeat, *, now: datetime) -> PollAnswer:
    """Enter the machine's state, renew its lease, tell it what waits. Raises as ``admit``."""
    with unit_of_work() as session:
        machine = admit(session, call, now)
        _enter_beat(session, machine, beat, now)
        visit = _find_visit(session, machine, now)  # Before the jobs, as whoever ends one does.
        job_state = None
        if beat.job is not None:
            job_state = jobs.renew_lease(session, machine.number, beat.job, beat.attempt or 0, now)
        waiting = jobs.count_waiting(session, machine.number, now)
        number, person_id = visit or (None, None)
        busy = waiting or beat.job or person_id is not None
        return PollAnswer(
            now=now,
            next_poll_s=POLL_BUSY_S if busy else POLL_IDLE_S,
            jobs_waiting=waiting,
            job_state=job_state,
            session_open=number is not None and number == beat.session,
        )


def _enter_beat(session: Session, machine: Machine, beat: Heartbeat, now: datetime) -> None:
    said = {
        "software_version": beat.software_version[:32],
        "clock_skew_s": beat.clock_skew_s,
        "printer": beat.printer.to_dict(),
    }
    fresh = machine.last_seen_at is not None and now - machine.last_seen_at < SAME_AGAIN
    if fresh and all(getattr(machine, name) == value for name, value in said.items()):
        return
    row = update(Machine).where(Machine.id == machine.id).values(last_seen_at=now, **said)
    session.execute(row, execution_options={"synchronize_session": False})


def _find_visit(session: Session, machine: Machine, now: datetime) -> tuple[str, int | None] | None:
    """Number and person of the running session; one that is over or stale is ended on the spot."""
    mine = MachineSession.open_for == machine.id
    held = MachineSession.number, MachineSession.person_id, MachineSession.expires_at
    found = session.execute(select(*held).where(mine)).first()
    if found is None:
        return None
    number, person_id, expires_at = found
    spare = STALE_BEFORE if person_id is None else timedelta(0)
    if expires_at > now + spare:
        return number, person_id
    visit = find_open_visit(session, machine, now)
    if visit is None or renew_stale(session, visit, now):
        return None
    return visit.number, visit.person_id
