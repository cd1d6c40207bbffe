"""The receipt out of a machine: printed at once where the application was handed in, and again for whoever asks.

It is no original: plain paper, the card's session is proof enough, and it may be printed as often as it is needed.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pikepdf
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.models import Case
from kiosk.casework.notice_words import TITLES, Kind
from kiosk.casework.permissions import may_see
from kiosk.casework.queries import get_case
from kiosk.errors import Forbidden, NotFound
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.licences.errors import NotReadyYet
from kiosk.licences.models import SealedDocument
from kiosk.licences.queries import get_document
from kiosk.machines import commands as machines
from kiosk.machines.errors import HolderLeft, MachineInMaintenance, MachineRevoked
from kiosk.machines.prints import PrintView, get_print
from kiosk.uow import unit_of_work
from printing.job_models import PrintJob

TITLE = TITLES[Kind.RECEIPT]
LATER = (HolderLeft, MachineInMaintenance, MachineRevoked)


def print_at_once(number: str, *, now: datetime) -> None:
    """Queue a receipt that has just got its seal, if its applicant still stands at the machine. Twice does no harm.

    Whoever has left prints it later: nothing with a query code on it comes out beside an empty place.
    """
    with unit_of_work() as session:
        paper = get_document(session, number)
        if paper.title != TITLE or paper.state != "sealed" or _find_jobs(session, paper):
            return
        case = get_case(session, paper.case_number)
        if case.receiving_machine is None:
            return
        person = case.agent.person_id if case.agent else case.applicant_id
        try:
            _queue(session, paper, case.receiving_machine, person, SYSTEM, now)
        except LATER:
            return


def print_receipt(case_number: str, *, actor: Actor, now: datetime) -> str:
    """Print the receipt for the applicant or agent at a machine, however often; answers the print job's number.

    Raises Forbidden, NotFound, NotReadyYet, HolderLeft, MachineInMaintenance, MachineRevoked.
    """
    if actor.role is not Role.CITIZEN or actor.machine_number is None or actor.person_id is None:
        raise Forbidden("请在自助机上刷身份证后打印")
    with unit_of_work() as session:
        case = get_case(session, case_number)
        if not may_see(case, actor):
            raise NotFound("没有这个办件")
        paper = _find_paper(session, case)
        if paper is None or paper.state != "sealed":
            raise NotReadyYet("收件凭证正在制作，请稍候再试")
        return _queue(session, paper, actor.machine_number, actor.person_id, actor, now)


def find_receipt_print(session: Session, case_number: str, actor: Actor) -> PrintView | None:
    """The newest print of the receipt that this person asked for or was given, or None."""
    paper = _find_paper(session, get_case(session, case_number))
    mine = [] if paper is None else _find_jobs(session, paper, actor.number)
    return get_print(session, mine[-1], actor) if mine else None


def _queue(
    session: Session,
    paper: SealedDocument,
    machine: str,
    person_id: int,
    actor: Actor,
    now: datetime,
) -> str:
    digest = paper.file_digest or ""
    with pikepdf.open(BytesIO(current_app.extensions["files"].get(digest))) as pages:
        plain = machines.PlainPaper(paper.number, TITLE, digest, len(pages.pages))
    job = machines.request_plain_print(session, machine, plain, person_id, now)
    subject = f"document:{paper.number}"
    trail.record(session, actor, "receipt-print-requested", subject, now, job=job)
    return job


def _find_paper(session: Session, case: Case) -> SealedDocument | None:
    found = select(SealedDocument).where(
        SealedDocument.case_number == case.number, SealedDocument.title == TITLE
    )
    return session.scalar(found.limit(1))


def _find_jobs(session: Session, paper: SealedDocument, person: str | None = None) -> list[str]:
    """Numbers of its print jobs, oldest first; with a person, theirs."""
    jobs = select(PrintJob.number).where(PrintJob.licence_identifier == paper.number)
    if person is not None:
        jobs = jobs.where(PrintJob.requested_by == person)
    return list(session.scalars(jobs.order_by(PrintJob.id)))
