"""A licence that is no longer valid does not come out of a machine: its prints are withdrawn while no paper moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.licences.models import Licence, LicenceCopy
from printing.job_states import Event, JobTransitionRefused, PaperMayHaveMoved
from printing.jobs import Change, apply, find_original

REASON = "证照状态已变更，未出纸"


def withdraw_prints(session: Session, licence: Licence, now: datetime) -> list[str]:
    """Cancel the open prints of all copies; answers their numbers. Paper on its way is left to the machine's word."""
    labels = select(LicenceCopy.label).where(LicenceCopy.licence_id == licence.id)
    found = [find_original(session, licence.identifier, label) for label in session.scalars(labels)]
    return [job.number for job in found if job is not None and _cancel(session, job.number, now)]


def _cancel(session: Session, number: str, now: datetime) -> bool:
    message_id = f"licence-status-{now.timestamp():.6f}"
    try:
        apply(session, Change(number, Event.CANCEL, message_id, "system", reason=REASON), now)
    except (PaperMayHaveMoved, JobTransitionRefused):
        return False
    return True
