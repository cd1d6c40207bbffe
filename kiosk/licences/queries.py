"""What the registry knows: documents, licences, their copies and who may take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.identity.queries import has_authorisation
from kiosk.licences.errors import NotReadyYet
from kiosk.licences.models import (
    Licence,
    LicenceCopy,
    LicenceRelease,
    LicenceStatus,
    SealedDocument,
    VoidCopy,
)

COLLECT = "collect"


@dataclass(frozen=True)
class CopyOnOffer:
    """One original as the holder sees it at a machine."""

    identifier: str
    name: str
    label: str
    authority_name: str
    issued_on: date
    case_number: str
    status: str
    ready: bool
    printed_at: datetime | None
    printable: bool
    holder_name: str


def get_document(session: Session, number: str) -> SealedDocument:
    """The sealed or waiting document of that number. Raises NotFound."""
    document = session.scalar(select(SealedDocument).where(SealedDocument.number == number))
    if document is None:
        raise NotFound("没有这份文书")
    return document


def lock_document(session: Session, number: str) -> SealedDocument:
    """The document, held until the transaction ends, so that of two workers one comes second. Raises NotFound."""
    found = select(SealedDocument).where(SealedDocument.number == number).with_for_update()
    document = session.scalar(found)
    if document is None:
        raise NotFound("没有这份文书")
    return document


def list_blocked(session: Session) -> list[SealedDocument]:
    """Papers whose sealing was refused and waits for a person, oldest first."""
    blocked = select(SealedDocument).where(SealedDocument.state == "blocked")
    return list(session.scalars(blocked.order_by(SealedDocument.id)))


def is_original(session: Session, document: SealedDocument) -> bool:
    """Whether the paper is an original of a licence, which comes out of a machine once."""
    found = session.scalar(select(LicenceCopy.id).where(LicenceCopy.document_id == document.id))
    return found is not None


def list_documents(session: Session, case_number: str) -> list[SealedDocument]:
    """All papers of a case, oldest first."""
    papers = select(SealedDocument).where(SealedDocument.case_number == case_number)
    return list(session.scalars(papers.order_by(SealedDocument.id)))


def require_papers_sealed(session: Session, case_number: str, authority_code: str) -> None:
    """Raises NotReadyYet if a paper of the deciding authority waits for its seal; a hall's receipt holds up nothing."""
    waiting = select(SealedDocument.id).where(
        SealedDocument.case_number == case_number,
        SealedDocument.authority_code == authority_code,
        SealedDocument.state != "sealed",
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise NotReadyYet("文书尚未盖章，不能登记送达，请稍候再试")


def get_licence(session: Session, identifier: str) -> Licence:
    """The licence of that identifier. Raises NotFound."""
    licence = session.scalar(select(Licence).where(Licence.identifier == identifier))
    if licence is None:
        raise NotFound("登记簿中没有这份证照")
    return licence


def get_copy(session: Session, licence: Licence, label: str) -> tuple[LicenceCopy, SealedDocument]:
    """One copy with its document. Raises NotFound."""
    found = session.execute(
        select(LicenceCopy, SealedDocument)
        .join(SealedDocument, SealedDocument.id == LicenceCopy.document_id)
        .where(LicenceCopy.licence_id == licence.id, LicenceCopy.label == label)
    ).first()
    if found is None:
        raise NotFound("没有这份副本")
    return found[0], found[1]


def find_paper(session: Session, licence: Licence) -> SealedDocument | None:
    """The document of the licence's first copy that stands; of a void one where none does."""
    return session.scalar(
        select(SealedDocument)
        .join(LicenceCopy, LicenceCopy.document_id == SealedDocument.id)
        .where(LicenceCopy.licence_id == licence.id)
        .order_by(~is_standing(), LicenceCopy.id)
        .limit(1)
    )


def is_standing() -> ColumnElement[bool]:
    """Of a copy in a query: that it was not found spoiled."""
    return ~exists().where(VoidCopy.copy_id == LicenceCopy.id)


def find_void(session: Session, identifier: str, label: str) -> VoidCopy | None:
    """The entry by which this copy counts no more, or None."""
    return session.scalar(
        select(VoidCopy)
        .join(LicenceCopy, LicenceCopy.id == VoidCopy.copy_id)
        .join(Licence, Licence.id == LicenceCopy.licence_id)
        .where(Licence.identifier == identifier, LicenceCopy.label == label)
    )


def find_replaced_print(session: Session, copy: LicenceCopy) -> str | None:
    """The print whose sheet was found spoiled, if this copy was made in its stead."""
    return session.scalar(select(VoidCopy.job_number).where(VoidCopy.successor_id == copy.id))


def lock_licence(session: Session, identifier: str) -> Licence:
    """The licence, held until the transaction ends, for acts that look at all its copies. Raises NotFound."""
    found = select(Licence).where(Licence.identifier == identifier).with_for_update()
    licence = session.scalar(found)
    if licence is None:
        raise NotFound("登记簿中没有这份证照")
    return licence


def list_history(session: Session, licence: Licence) -> list[LicenceStatus]:
    """Every status the licence was given, oldest first."""
    entries = select(LicenceStatus).where(LicenceStatus.licence_id == licence.id)
    return list(session.scalars(entries.order_by(LicenceStatus.id)))


def list_copies_for(session: Session, person_digest: str) -> list[CopyOnOffer]:
    """The originals this person may take, newest first; without those that were found spoiled."""
    rows = session.execute(
        select(Licence, LicenceCopy, SealedDocument.state)
        .join(LicenceRelease, LicenceRelease.licence_id == Licence.id)
        .join(LicenceCopy, LicenceCopy.licence_id == Licence.id)
        .join(SealedDocument, SealedDocument.id == LicenceCopy.document_id)
        .where(LicenceRelease.person_digest == person_digest, is_standing())
        .order_by(Licence.id.desc(), LicenceCopy.id)
    )
    return [_on_offer(licence, copy, state) for licence, copy, state in rows]


def list_copies_of(session: Session, case_number: str) -> list[CopyOnOffer]:
    """The originals that came out of a case, without those that were found spoiled."""
    rows = session.execute(
        select(Licence, LicenceCopy, SealedDocument.state)
        .join(LicenceCopy, LicenceCopy.licence_id == Licence.id)
        .join(SealedDocument, SealedDocument.id == LicenceCopy.document_id)
        .where(Licence.case_number == case_number, is_standing())
        .order_by(LicenceCopy.id)
    )
    return [_on_offer(licence, copy, state) for licence, copy, state in rows]


def may_collect(session: Session, licence: Licence, person_digest: str, now: datetime) -> bool:
    """Whether the person is holder or representative, or an agent whose authority is on record and in force."""
    named = session.scalar(
        select(LicenceRelease.id).where(
            LicenceRelease.licence_id == licence.id, LicenceRelease.person_digest == person_digest
        )
    )
    if named is not None:
        return True
    return has_authorisation(session, licence.holder_digest, person_digest, COLLECT, now)


def _on_offer(licence: Licence, copy: LicenceCopy, state: str) -> CopyOnOffer:
    return CopyOnOffer(
        identifier=licence.identifier,
        name=licence.name,
        label=copy.label,
        authority_name=licence.authority_name,
        issued_on=licence.issued_on,
        case_number=licence.case_number,
        status=licence.status,
        ready=state == "sealed",
        printed_at=copy.printed_at,
        printable=licence.printable,
        holder_name=licence.holder_name,
    )
