"""Papers the platform holds already are not asked for again: a licence as an annotated copy, a file of an earlier case.

Only with the consent of the person they belong to, which is recorded with what it was for and until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.draft_errors import ConsentMissing, ReuseRefused
from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_queries import get_draft, list_case_uploads, require_open
from kiosk.casework.materials import Origin, Source, add_material, open_file
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor
from kiosk.identity.models import Person
from kiosk.licences.contents import from_content
from kiosk.licences.errors import LicenceNotValid, NotReadyYet, NotReleasedToYou
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Licence, LicenceRelease
from kiosk.licences.queries import find_paper, get_licence
from kiosk.uow import reading
from printing.annotated import Annotation, annotated_copy
from printing.documents import Document

MOST_EARLIER = 20


@dataclass(frozen=True)
class Consent:
    """The holder's word: ``given`` must be said, ``purpose`` and the last day ``until`` go on the copy."""

    given: bool
    purpose: str
    until: date


@dataclass(frozen=True)
class EarlierFile:
    """A file that the person handed in with an earlier case."""

    case_number: str
    item_name: str
    number: str
    name: str
    pages: int
    added_at: datetime


def list_earlier_files(actor: Actor) -> list[EarlierFile]:
    """The files of a citizen's own cases that may be used again, newest first."""
    own = (
        select(Upload, Case)
        .join(Case, Case.id == Upload.case_id)
        .where(Case.applicant_id == actor.person_id, Upload.origin != Origin.LICENCE)
        .order_by(Upload.id.desc())
        .limit(MOST_EARLIER)
    )
    with reading() as session:
        return [
            EarlierFile(
                case_number=case.number,
                item_name=case.offering["terms"]["item_name"],
                number=upload.number,
                name=upload.name,
                pages=upload.pages,
                added_at=upload.added_at,
            )
            for upload, case in session.execute(own)
        ]


def reuse_licence(
    draft_number: str, name: str, identifier: str, consent: Consent, *, actor: Actor, now: datetime
) -> Upload:
    """Put an annotated copy of a licence into a draft, as the material ``name``; never the original.

    Raises ConsentMissing, InputInvalid, NotFound, NotReleasedToYou, LicenceNotValid, NotReadyYet, LayoutError.
    """
    _require_consent(consent, now)
    with reading() as session:
        draft = get_draft(session, draft_number, actor, now)
        require_open(draft)
        owner = session.get_one(Person, draft.owner_id)
        document = _document(session, identifier, owner, now)
    copy = annotated_copy(document, Annotation(consent.purpose, consent.until))
    source = Source(Origin.LICENCE, identifier, owner.number, now, consent.purpose, consent.until)
    return add_material(draft_number, name, copy.data, source, actor=actor, now=now)


def reuse_material(
    draft_number: str,
    name: str,
    earlier: tuple[str, str],
    consent: Consent,
    *,
    actor: Actor,
    now: datetime,
) -> Upload:
    """Put a file of an earlier case (its number, the file's number) of the same person into a draft.

    Raises ConsentMissing, InputInvalid, NotFound, ReuseRefused for a copy that was made for another purpose.
    """
    _require_consent(consent, now)
    with reading() as session:
        draft = get_draft(session, draft_number, actor, now)
        require_open(draft)
        upload = _earlier_file(session, draft, *earlier)
        owner = session.get_one(Person, draft.owner_id)
    if upload.origin == Origin.LICENCE:
        raise ReuseRefused("加注副本只能用于加注的用途，请重新引用证照")
    source = Source(
        Origin.EARLIER_CASE, "/".join(earlier), owner.number, now, consent.purpose, consent.until
    )
    return add_material(draft_number, name, open_file(upload), source, actor=actor, now=now)


def _require_consent(consent: Consent, now: datetime) -> None:
    if not consent.given:
        raise ConsentMissing("引用证照和以前的材料须经本人同意")
    first = office_date(now)
    last = first + timedelta(days=current_app.config["REUSE_MOST_DAYS"])
    if not first <= consent.until <= last:
        raise InputInvalid(
            "有内容需要改正", fields={"until": [f"有效期应在 {first} 至 {last} 之间"]}
        )


def _document(session: Session, identifier: str, owner: Person, now: datetime) -> Document:
    """What the licence says, for its holder or a representative it names."""
    licence = get_licence(session, identifier)
    if licence.holder_digest != owner.document_digest and not _names(session, licence, owner):
        raise NotReleasedToYou("只能引用本人的证照，或本人任法定代表人、负责人的单位的证照")
    if status_on(licence, office_date(now)) is not Status.VALID:
        raise LicenceNotValid("这份证照目前不是有效状态，不能引用")
    document = find_paper(session, licence)
    if document is None or document.state != "sealed":
        raise NotReadyYet("证照正在加盖印章，请稍候再试")
    bare = {**document.content, "seal": None}  # No seal is ever drawn on a copy.
    return from_content(bare, current_app.extensions["files"])


def _names(session: Session, licence: Licence, person: Person) -> bool:
    named = select(LicenceRelease.id).where(
        LicenceRelease.licence_id == licence.id,
        LicenceRelease.person_digest == person.document_digest,
    )
    return session.scalar(named.limit(1)) is not None


def _earlier_file(session: Session, draft: Draft, case_number: str, number: str) -> Upload:
    case = get_case(session, case_number)
    if case.applicant_id != draft.owner_id:
        raise NotFound("没有这个办件")
    files = list_case_uploads(session, case.id)
    found = next((upload for upload in files if upload.number == number), None)
    if found is None:
        raise NotFound("没有这个文件")
    return found
