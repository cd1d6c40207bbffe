"""Entering papers and licences, in the transaction of the decision that grants them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.identity.tokens import draw_number
from kiosk.licences.contents import to_content
from kiosk.licences.models import (
    Licence,
    LicenceCopy,
    LicenceRelease,
    LicenceStatus,
    SealedDocument,
)
from printing.documents import Document

VALID = "valid"
SEAL_TOPIC = "document.seal"


@dataclass(frozen=True)
class Ground:
    """Why a paper may be sealed: the case, the item, the authority that decided and the routing facts behind it."""

    case_number: str
    item_seq: int
    authority_code: str
    authority_name: str
    competence: dict[str, Any]
    decided_by: str


@dataclass(frozen=True)
class Holder:
    """Whom a licence is for. ``document_type`` is 111 for a citizen's number, 001 for a credit code (GB/T 36903)."""

    name: str
    document_type: str
    digest: str


@dataclass(frozen=True)
class NewLicence:
    """A licence about to be entered; ``releases`` are the digests and capacities of those who may take it."""

    identifier: str
    name: str
    holder: Holder
    expires_on: date | None
    printable: bool
    releases: tuple[tuple[str, str], ...]


def enter_document(
    session: Session, ground: Ground, title: str, document: Document, now: datetime
) -> SealedDocument:
    """Enter one paper and wish it sealed."""
    row = SealedDocument(
        number=document.number,
        case_number=ground.case_number,
        title=title,
        authority_code=ground.authority_code,
        decided_by=ground.decided_by,
        item_seq=ground.item_seq,
        competence=ground.competence,
        content=to_content(document),
        state="pending",
        created_at=now,
    )
    session.add(row)
    session.flush()  # The copy of a licence names its document by id.
    outbox.enqueue(session, SEAL_TOPIC, {"number": row.number}, now)
    return row


def enter_licence(
    session: Session,
    ground: Ground,
    new: NewLicence,
    copies: list[tuple[str, Document]],
    *,
    actor: Actor,
    now: datetime,
) -> Licence:
    """Enter a licence with its copies (label, document), its first status and those who may take it."""
    licence = Licence(
        identifier=new.identifier,
        name=new.name,
        case_number=ground.case_number,
        holder_name=new.holder.name,
        holder_type=new.holder.document_type,
        holder_digest=new.holder.digest,
        authority_code=ground.authority_code,
        authority_name=ground.authority_name,
        printable=new.printable,
        issued_on=office_date(now),
        expires_on=new.expires_on,
        status=VALID,
    )
    session.add(licence)
    session.flush()  # Copies, releases and history name the licence by id.
    set_status(session, licence, VALID, None, actor=actor, now=now)
    for digest, capacity in dict(new.releases).items():
        session.add(LicenceRelease(licence_id=licence.id, person_digest=digest, capacity=capacity))
    for label, document in copies:
        row = enter_document(session, ground, new.name, document, now)
        session.add(LicenceCopy(licence_id=licence.id, label=label, document_id=row.id))
    return licence


def set_status(
    session: Session,
    licence: Licence,
    status: str,
    reason: str | None,
    *,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
) -> None:
    """Add to the status history; earlier entries stay. A change of a day to come leaves the licence as it is."""
    today = office_date(now)
    day = effective_on or today
    if day <= today:
        licence.status = status
    session.add(
        LicenceStatus(
            licence_id=licence.id,
            status=status,
            reason=reason,
            actor_number=actor.number,
            effective_on=day,
            at=now,
        )
    )


def draw_paper_number() -> str:
    """The public number of one paper."""
    return draw_number("D", 14)
