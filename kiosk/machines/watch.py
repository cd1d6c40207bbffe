"""What the worker does for the fleet every half minute: silent machines, paper left, alarms, used nonces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.machines.admission import forget_nonces
from kiosk.machines.alarms import UNKNOWN, watch_alarms
from kiosk.machines.taking import watch_trays
from kiosk.machines.troubles import Limits
from kiosk.uow import unit_of_work
from printing import jobs
from printing.job_models import PrintJob

Tell = Callable[[Session, PrintJob, datetime], None]
"""Tells the person who waits that nobody knows whether the paper is out."""


def watch_fleet(*, now: datetime, limits: Limits, tell: Tell) -> None:
    """Take back what silent machines hold, see whether paper was taken, see to the alarms, forget used nonces.

    A job whose paper became unknown is told to its person once, in the transaction that opens the alarm.
    """
    with unit_of_work() as session:
        jobs.expire_leases(session, now)
    with unit_of_work() as session:
        watch_trays(session, now, limits)
    with unit_of_work() as session:
        for alarm in watch_alarms(session, now, limits):
            if alarm.kind == UNKNOWN:
                tell(session, jobs.get_job(session, alarm.subject), now)
    with unit_of_work() as session:
        forget_nonces(session, now)
