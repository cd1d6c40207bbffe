"""What may be reused for a draft: the licences and the files of earlier cases that ``reuse`` would take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.casework.draft_models import Upload
from kiosk.casework.draft_queries import get_draft, require_open
from kiosk.casework.materials import Origin
from kiosk.casework.models import Case
from kiosk.clock import office_date
from kiosk.identity.actors import Actor
from kiosk.identity.models import Person
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Licence, LicenceRelease
from kiosk.uow import reading

MOST = 50


@dataclass(frozen=True)
class EarlierFile:
    """A file that the person handed in with an earlier case."""

    case_number: str
    item_name: str
    number: str
    name: str
    pages: int
    added_at: datetime


@dataclass(frozen=True)
class Reusable:
    """The newest licences and files, at most 50 of each."""

    licences: list[Licence]
    files: list[EarlierFile]


def list_reusable(number: str, *, actor: Actor, now: datetime) -> Reusable:
    """What the owner of this draft has: valid licences that name them, files of their cases.

    Raises NotFound, DraftSubmitted.
    """
    with reading() as session:
        draft = get_draft(session, number, actor, now)
        require_open(draft)
        owner = session.get_one(Person, draft.owner_id)
        licences = _licences(session, owner, now)
        return Reusable(licences, _files(session, owner))


def _licences(session: Session, owner: Person, now: datetime) -> list[Licence]:
    named = select(LicenceRelease.licence_id).where(
        LicenceRelease.person_digest == owner.document_digest
    )
    theirs = or_(Licence.holder_digest == owner.document_digest, Licence.id.in_(named))
    found = session.scalars(select(Licence).where(theirs).order_by(Licence.id.desc()).limit(MOST))
    today = office_date(now)
    return [licence for licence in found if status_on(licence, today) is Status.VALID]


def _files(session: Session, owner: Person) -> list[EarlierFile]:
    """Annotated copies are left out: they hold for their own purpose only."""
    rows = session.execute(
        select(
            Case.number,
            Case.offering["terms"]["item_name"].as_string(),
            Upload.number,
            Upload.name,
            Upload.pages,
            Upload.added_at,
        )
        .join(Upload, Upload.case_id == Case.id)
        .where(Case.applicant_id == owner.id, Upload.origin != Origin.LICENCE)
        .order_by(Upload.id.desc())
        .limit(MOST)
    )
    return [EarlierFile(*row) for row in rows]
