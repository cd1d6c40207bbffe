"""Sealing one paper: prove it may be, render, sign, store the file, then commit the row that names it.

No transaction is open while keys are read, the page is drawn or the file is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.catalogue import catalogue
from kiosk.errors import KioskError, StaleVersion
from kiosk.exchange import outbox
from kiosk.exchange.files import FileStore
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.licences.contents import from_content, to_content
from kiosk.licences.errors import (
    NotBlocked,
    RebuildDiffers,
    SealCertificateDiffers,
    SealStopped,
)
from kiosk.licences.halls import hall_code
from kiosk.licences.models import Licence, LicenceCopy, Seal, SealedDocument, SealUse
from kiosk.licences.payloads import qr_text_for
from kiosk.licences.ports import SealingPorts
from kiosk.licences.preflight import (
    KEY_CHECKS,
    SEAL_CHECKS,
    Check,
    KeyAct,
    KeyFacts,
    SealAct,
    SealFacts,
    check_key,
    check_seal,
    tried,
)
from kiosk.licences.queries import get_document, lock_document
from kiosk.licences.registry import SEAL_TOPIC
from kiosk.licences.trust import require_trusted
from kiosk.uow import reading, unit_of_work
from printing.certificates import owner_of
from printing.documents import Document, PreparedPdf, SealPicture, Stock
from printing.errors import PrintingError
from printing.pki import KeyStore
from printing.render import render
from printing.seal_service import SealRequest, SealServiceFailed, sealed_by
from printing.signing import SignedPdf, Signer, insert, sign_pdf
from printing.timestamps import TimestampUnavailable
from services_catalog.errors import CatalogError, NoRoute
from services_catalog.queries import route_item
from services_catalog.routing import RoutingFacts, route

OFFICIAL_SEAL = "organ"
RECEIPT_OF = "receipt_of"
SEAL_LIFE = timedelta(days=365 * 5)
#: Refusals of others that may be gone in a minute.
ASK_AGAIN = (TimestampUnavailable, SealServiceFailed, StaleVersion)


@dataclass(frozen=True)
class Sealed:
    """A sealed paper before it is committed."""

    document: Document
    prepared: PreparedPdf
    signed: SignedPdf
    file_digest: str
    sm2_signature: bytes | None
    platform_seal: bytes | None


def seal_document(number: str, *, now: datetime) -> str:
    """Seal the paper of that number; answers its state, ``sealed`` or ``blocked``. Twice does no harm.

    A named refusal blocks the paper and is kept with it, for a person to look at. Raises TimestampUnavailable or
    SealServiceFailed where somebody else did not answer, StaleVersion where somebody else was faster: then the paper
    stays pending, to be tried again.
    """
    with reading() as session:
        row = get_document(session, number)
        licence = _licence_of(session, row)
    if row.state == "sealed":
        return row.state
    try:
        return _commit(number, _draw_and_sign(row, licence, now), now)
    except ASK_AGAIN:
        raise
    except (KioskError, PrintingError, CatalogError) as refusal:
        return _block(number, refusal.code, now)


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


def look_at_seal(
    authority_code: str, owner_name: str, item_seq: int, competence: dict[str, Any], now: datetime
) -> list[Check]:
    """Every check that sealing will make, with what would stop it; nothing is signed and no seal is made.

    ``owner_name`` is the organ that will stand on the paper. A demo seal that is still to be made has no key yet.
    """
    with reading() as session:
        seal = session.scalar(select(Seal).where(Seal.authority_code == authority_code))
    facts = _fresh_facts(authority_code, now) if seal is None else _facts_of(seal)
    try:
        competent = _competent(authority_code, item_seq, competence)
    except CatalogError:
        competent = ""
    use = SealAct(facts, authority_code, competent, now)
    checks = [tried(words, partial(check, use)) for words, check in SEAL_CHECKS]
    return checks if seal is None else [*checks, *_look_at_key(seal, owner_name, now)]


def _look_at_key(seal: Seal, owner_name: str, now: datetime) -> Iterator[Check]:
    there = tried("登记的签名密钥可以使用", partial(_registered_signer, seal))
    yield there
    if there.refusal is not None:
        return
    signer = _registered_signer(seal)
    use = KeyAct(_facts_of(seal), _key_facts(signer), owner_name, now)
    yield from (tried(words, partial(check, use)) for words, check in KEY_CHECKS)
    if seal.picture_digest is not None:
        yield tried("印章证书在信任范围内", partial(require_trusted, _keys(), signer, now))


def rebuild(number: str) -> bytes:
    """The identical file from the stored inputs and the stored container, without a key.

    Raises NotFound, or RebuildDiffers if fonts, template or assembler give other bytes today.
    """
    with reading() as session:
        row = get_document(session, number)
    prepared = render(from_content(row.content, _files()))
    if row.container is None or prepared.digest != row.unsigned_digest:
        raise RebuildDiffers("重建的版面与登记的摘要不符")
    return insert(prepared, row.container)


def _stock_of(document: Document) -> Stock:
    """What a licence of this template is printed on here."""
    blanks = current_app.config["BLANK_TEMPLATES"].split(",")
    return "blank" if document.template in blanks else "plain"


def _draw_and_sign(row: SealedDocument, licence: Licence | None, now: datetime) -> Sealed:
    seal = _registered_seal(row, now)
    competent = _competent(row.authority_code, row.item_seq, row.competence)
    check_seal(_facts_of(seal), deciding=row.authority_code, competent=competent, now=now)
    signer = _registered_signer(seal)
    check_key(_facts_of(seal), _key_facts(signer), owner_name=_seal_owner(row), now=now)
    document = _under_seal(from_content(row.content, _files()), seal, signer, now)
    if licence is not None:
        document = replace(
            document, qr_text=qr_text_for(licence, document, signer), stock=_stock_of(document)
        )
    prepared, ports = render(document), _ports()
    signed = sign_pdf(prepared, signer, ports.timestamps)
    return Sealed(
        document=document,
        prepared=prepared,
        signed=signed,
        file_digest=_files().put(signed.data),
        sm2_signature=ports.sm2.sign(signed.data) if ports.sm2 else None,
        platform_seal=_platform_seal(ports, row, signed.data),
    )


def _registered_signer(seal: Seal) -> Signer:
    """The key of exactly the registered certificate. Raises SealCertificateDiffers."""
    signer = _keys().find_signer(seal.authority_code, seal.certificate_digest)
    if signer is None:
        raise SealCertificateDiffers("没有登记的印章证书所对应的密钥")
    return signer


def _key_facts(signer: Signer) -> KeyFacts:
    owner = owner_of(signer.certificate)
    digest = hashlib.sha256(signer.certificate).hexdigest()
    return KeyFacts(digest, owner.name, owner.not_before, owner.not_after)


def _under_seal(document: Document, seal: Seal, signer: Signer, now: datetime) -> Document:
    """The paper as this seal lets it be: 样章 and 样张, or clean under a real seal that is trusted at this moment.

    This is the one place that decides it. Raises SealNotTrusted, or NotFound for a lost picture.
    """
    if document.seal is None:
        return replace(document, sealed_at=now)
    if seal.picture_digest is None or seal.diameter_mm is None:
        spec = replace(document.seal, demo=True, picture=None)
        return replace(document, sealed_at=now, demo=True, seal=spec)
    require_trusted(_keys(), signer, now)
    picture = SealPicture(seal.picture_digest, seal.diameter_mm, _files().get(seal.picture_digest))
    spec = replace(document.seal, demo=False, picture=picture)
    return replace(document, sealed_at=now, demo=False, seal=spec)


def _platform_seal(ports: SealingPorts, row: SealedDocument, data: bytes) -> bytes | None:
    if ports.platform is None:
        return None
    digest = hashlib.new(ports.platform.algorithm, data).digest()
    return sealed_by(ports.platform, SealRequest(row.authority_code, row.number, digest))


def _competent(deciding: str, item_seq: int, competence: dict[str, Any]) -> str:
    """The authority that routing names for the facts of the case, today or by the rules of the day of its receipt.

    A case in flight goes on under the rules it was received under, though its authority has been merged since.
    A receipt is the hall's of the place that received, whoever decides.
    """
    said = dict(competence)
    if RECEIPT_OF in said:
        return hall_code(said[RECEIPT_OF])
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
        seal.authority_code,
        seal.owner_name,
        seal.valid_from,
        seal.valid_to,
        seal.stopped_at,
        seal.certificate_digest,
    )


def _fresh_facts(authority_code: str, now: datetime) -> SealFacts:
    """A seal that will be made on first use."""
    return SealFacts(authority_code, "", now, now + SEAL_LIFE, None)


def _registered_seal(row: SealedDocument, now: datetime) -> Seal:
    """The authority's seal; in the demo it is made on first use."""
    with reading() as session:
        seal = session.scalar(select(Seal).where(Seal.authority_code == row.authority_code))
    if seal is not None:
        return seal
    signer = _keys().signer_for(row.authority_code, _seal_owner(row), now)
    return _register(row, signer, now)


def _register(row: SealedDocument, signer: Signer, now: datetime) -> Seal:
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
        return seal


def _commit(number: str, sealed: Sealed, now: datetime) -> str:
    """Enter the sealed paper. Raises SealStopped if its seal was stopped while it was being signed."""
    with unit_of_work() as session:
        row = lock_document(session, number)
        if row.state == "sealed":
            return row.state
        seal = session.scalar(select(Seal).where(Seal.authority_code == row.authority_code))
        if seal is not None and seal.stopped_at is not None:
            raise SealStopped(f"{seal.owner_name}的印章已停用")
        row.state, row.problem, row.sealed_at = "sealed", None, now
        row.content = to_content(sealed.document)
        row.unsigned_digest = sealed.prepared.digest
        row.container, row.file_digest = sealed.signed.container, sealed.file_digest
        row.sm2_signature, row.platform_seal = sealed.sm2_signature, sealed.platform_seal
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


def _files() -> FileStore:
    files: FileStore = current_app.extensions["files"]
    return files


def _ports() -> SealingPorts:
    ports: SealingPorts = current_app.extensions["sealing"]
    return ports
