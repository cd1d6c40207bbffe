"""Where a print stands, for the person who asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.identity.actors import Actor
from printing.job_models import PrintJob
from printing.job_states import SheetState
from printing.wire import ENDED, JobState

DOCUMENT = "D"
"""How the numbers of sealed documents begin; a licence goes by its national identifier, which begins with digits."""


@dataclass(frozen=True)
class PrintView:
    """A print job as its requester may see it. ``feeding``: leave to move paper was given.

    ``taken``: the paper has left the tray, as far as is known. What is no ``original`` is a receipt.
    """

    number: str
    licence_identifier: str
    copy_label: str
    state: JobState
    feeding: bool
    reason: str | None
    taken: bool
    original: bool = True

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ENDED


def get_print(session: Session, number: str, actor: Actor) -> PrintView:
    """The job of that number. Raises NotFound for a job that somebody else asked for."""
    job = session.scalar(select(PrintJob).where(PrintJob.number == number))
    if job is None or job.requested_by != actor.number:
        raise NotFound("没有这个打印任务")
    return PrintView(
        number=job.number,
        licence_identifier=job.licence_identifier,
        copy_label=job.copy_label,
        state=JobState(job.state),
        feeding=any(sheet.state == SheetState.FEEDING for sheet in job.sheets),
        reason=job.reason,
        original=not job.licence_identifier.startswith(DOCUMENT),
        taken=any(sheet.state == SheetState.COLLECTED for sheet in job.sheets),
    )
