"""Sealing one paper: prove it may be, render, sign, store the file, then commit the row that names it.

No transaction is open while keys are read, the page is drawn or the file is written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.catalogue import catalogue
from kiosk.errors import KioskError
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.licences.contents import from_content, to_content
from kiosk.licences.errors import NotBlocked, RebuildDiffers
from kiosk.licences.models import Licence, LicenceCopy, Seal, SealedDocument, SealUse
from kiosk.licences.payloads import qr_text_for
from kiosk.licences.preflight import SealFacts, check_seal
from kiosk.licences.queries import get_document, lock_document
from kiosk.licences.registry import SEAL_TOPIC
from kiosk.uow import reading, unit_of_work
from printing.documents import Document, PreparedPdf
from printing.errors import PrintingError
from printing.pki import KeyStore
from printing.render import render
from printing.signing import SignedPdf, Signer, insert, sign_pdf
from services_catalog.errors import CatalogError, NoRoute
from services_catalog.queries import route_item
from services_catalog.routing import RoutingFacts, route

OFFICIAL_SEAL = "organ"
SEAL_LIFE = timedelta(days=365 * 5)


@dataclass(frozen=True)
class Sealed:
    """A sealed paper before it is committed."""

    document: Document
    prepared: PreparedPdf
    signed: SignedPdf
    file_digest: str


def seal_document(number: str, *, now: datetime) -> str:
    """Seal the paper of that number; answers its state, ``sealed`` or ``blocked``. Twice does no harm.

    A named refusal blocks the paper and is kept with it, for a person to look at.
    """
    with reading() as session:
        row = get_document(session, number)
        licence = _licence_of(session, row)
    if row.state == "sealed":
        return row.state
    try:
        sealed = _draw_and_sign(row, licence, now)
    except (KioskError, PrintingError, CatalogError) as refusal:
        return _block(number, refusal.code, now)
    return _commit(number, sealed, now)


def seal_again(number: str, *, actor: Actor, now: datetime) -> None:
    """Wish a blocked paper sealed once more, after its cause is gone. Raises NotFound, NotBlocked."""
    with unit_of_work() as session:
        row = lock_document(session, number)
        if row.state != "blocked":
            raise NotBlocked("这份文书没有停在盖章环节，不用重新盖章")
        row.state, row.problem = "pending", None
        outbox.enqueue(session, SEAL_TOPIC, {"number": number}, now)
        trail.record(session, actor, "sealing-repeated", f"document:{number}", now)


def require_sealable(
    authority_code: str, item_seq: int, competence: dict[str, Any], now: datetime
) -> None:
    """What can be known before a decision: the authority is competent and its seal, if it exists, may be used.

    Raises SealNotCompetent, SealStopped or SealExpired, so that nothing is decided that can not be sealed.
    """
    competent = _competent(authority_code, item_seq, competence)
    with reading() as session:
        seal = session.scalar(select(Seal).where(Seal.authority_code == authority_code))
        facts = _fresh_facts(authority_code, now) if seal is None else _facts_of(seal)
    check_seal(facts, deciding=authority_code, competent=competent, now=now)


def rebuild(number: str) -> bytes:
    """The identical file from the stored inputs and the stored container, without a key.

    Raises NotFound, or RebuildDiffers if fonts, template or assembler give other bytes today.
    """
    with reading() as session:
        row = get_document(session, number)
    prepared = render(from_content(row.content))
    if row.container is None or prepared.digest != row.unsigned_digest:
        raise RebuildDiffers("重建的版面与登记的摘要不符")
    return insert(prepared, row.container)


def _draw_and_sign(row: SealedDocument, licence: Licence | None, now: datetime) -> Sealed:
    signer = _keys().signer_for(row.authority_code, _seal_owner(row), now)
    seal = _seal_of(row, signer, now)
    competent = _competent(row.authority_code, row.item_seq, row.competence)
    check_seal(seal, deciding=row.authority_code, competent=competent, now=now)
    document = replace(from_content(row.content), sealed_at=now)
    if licence is not None:
        document = replace(document, qr_text=qr_text_for(licence, document, signer))
    prepared = render(document)
    signed = sign_pdf(prepared, signer)
    return Sealed(document, prepared, signed, current_app.extensions["files"].put(signed.data))


def _competent(deciding: str, item_seq: int, competence: dict[str, Any]) -> str:
    """The authority that routing names for the facts of the case, today or by the rules of the day of its receipt.

    A case in flight goes on under the rules it was received under, though its authority has been merged since.
    """
    said = dict(competence)
    received_on = said.pop("on", None)
    facts, held = RoutingFacts(**said), catalogue()
    try:
        named = route(held.items[item_seq], facts, held.world).authority_code
    except NoRoute:
        if received_on is None:
            raise
        named = ""
    if named == deciding or received_on is None:
        return named
    with reading() as session:
        return route_item(session, item_seq, facts, date.fromisoformat(received_on)).authority_code


def _facts_of(seal: Seal) -> SealFacts:
    return SealFacts(
        seal.authority_code, seal.owner_name, seal.valid_from, seal.valid_to, seal.stopped_at
    )


def _fresh_facts(authority_code: str, now: datetime) -> SealFacts:
    """A seal that will be made on first use."""
    return SealFacts(authority_code, "", now, now + SEAL_LIFE, None)


def _seal_of(row: SealedDocument, signer: Signer, now: datetime) -> SealFacts:
    """The authority's seal; in the demo it is made on first use."""
    with unit_of_work() as session:
        seal = session.scalar(select(Seal).where(Seal.authority_code == row.authority_code))
        if seal is None:
            seal = Seal(
                authority_code=row.authority_code,
                owner_name=_seal_owner(row),
                kind=OFFICIAL_SEAL,
                demo=True,
                valid_from=now,
                valid_to=now + SEAL_LIFE,
                certificate_digest=hashlib.sha256(signer.certificate).hexdigest(),
            )
            session.add(seal)
            trail.record(session, SYSTEM, "seal-made", f"seal:{row.authority_code}", now)
        return _facts_of(seal)


def _commit(number: str, sealed: Sealed, now: datetime) -> str:
    with unit_of_work() as session:
        row = lock_document(session, number)
        if row.state == "sealed":
            return row.state
        row.state, row.problem, row.sealed_at = "sealed", None, now
        row.content = to_content(sealed.document)
        row.unsigned_digest = sealed.prepared.digest
        row.container, row.file_digest = sealed.signed.container, sealed.file_digest
        seal = session.scalar(select(Seal).where(Seal.authority_code == row.authority_code))
        session.add(_use(row, seal, now))
        trail.record(session, SYSTEM, "sealed", f"document:{number}", now, digest=row.file_digest)
        return row.state


def _use(row: SealedDocument, seal: Seal | None, now: datetime) -> SealUse:
    if seal is None or row.file_digest is None:
        raise LookupError("a sealed paper has a seal and a file")
    return SealUse(
        seal_id=seal.id,
        document_number=row.number,
        case_number=row.case_number,
        decided_by=row.decided_by,
        digest=row.file_digest,
        at=now,
    )


def _block(number: str, code: str, now: datetime) -> str:
    with unit_of_work() as session:
        row = lock_document(session, number)
        if row.state == "sealed":  # Another worker was faster; its paper stands.
            return row.state
        row.state, row.problem = "blocked", code
        trail.record(session, SYSTEM, "sealing-blocked", f"document:{number}", now, code=code)
        return row.state


def _licence_of(session: Session, row: SealedDocument) -> Licence | None:
    return session.scalar(
        select(Licence)
        .join(LicenceCopy, LicenceCopy.licence_id == Licence.id)
        .where(LicenceCopy.document_id == row.id)
    )


def _seal_owner(row: SealedDocument) -> str:
    owner: str = row.content["seal"]["organ_name"]
    return owner


def _keys() -> KeyStore:
    keys: KeyStore = current_app.extensions["keys"]
    return keys
