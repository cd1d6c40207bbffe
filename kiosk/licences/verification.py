"""Judging a paper: the signature says whether it is genuine, the registry alone says whether it is still valid."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.licences.errors import LicenceNotKnown
from kiosk.licences.lifecycle import Status, status_on
from kiosk.licences.models import Licence, LicenceCopy, SealedDocument
from kiosk.licences.queries import find_void, list_history
from printing.errors import PrintingError
from printing.pki import KeyStore
from printing.qr import decode, owner_of_code
from printing.verify import judge_pdf
from services_catalog.codes import mask_name, normalise_name

STATUS_WORDS = {
    "valid": "有效",
    "suspended": "暂扣",
    "revoked": "已吊销或撤销",
    "cancelled": "已注销",
    "expired": "已过期",
    "superseded": "已被新版本替代",
}
NOT_REGISTERED = (
    "not-registered",
    "签名本身有效，但登记簿中的原件不是这一份。请不要采信，并告知发证机关。",
)
ORGANISATION = "001"
VOID, VOID_WORDS = "void", "这一份纸质原件已作废，以替代它的一份为准"


def verify_pdf(session: Session, data: bytes, keys: KeyStore, now: datetime) -> dict[str, Any]:
    """The verdict on a PDF; the registry is asked only about a genuine one.

    A good signature on other bytes than the registry keeps under that number is no original: the key may be stolen.
    """
    verdict = judge_pdf(data, keys.trust_roots(), now)
    answer = _answer(verdict.genuine, verdict.code, verdict.reason, verdict.demo)
    if not verdict.genuine or verdict.identifier is None:
        return answer
    papers = _papers(session, verdict.identifier)
    if papers and verdict.sha256 not in {paper.file_digest for paper in papers}:
        return _answer(False, *NOT_REGISTERED, verdict.demo)
    word = _registry_word(session, verdict.identifier, now)
    label = _label_of(session, verdict.sha256)
    return answer | word | _void_word(session, verdict.identifier, label)


def verify_qr(session: Session, text: str, keys: KeyStore, now: datetime) -> dict[str, Any]:
    """The verdict on the text of a 核验码; one that no copy in the registry bears is no original's."""
    published = keys.public_keys()
    try:
        payload = decode(text, published)
        demo = owner_of_code(text, published).demo
    except PrintingError as refusal:
        return _answer(False, refusal.code, "这不是有效的核验码，或内容被改动过", True)
    papers = _papers(session, payload.identifier)
    codes = (paper.content["qr_text"] for paper in papers if paper.state == "sealed")
    if papers and not any(code and decode(code, published) == payload for code in codes):
        return _answer(False, *NOT_REGISTERED, demo)
    answer = _answer(True, "genuine", "核验码真实", demo)
    word = _registry_word(session, payload.identifier, now)
    return answer | word | _void_word(session, payload.identifier, payload.copy_label)


def verify_identifier(
    session: Session, identifier: str, holder: str, now: datetime
) -> dict[str, Any]:
    """What the registry says of a typed identifier, to somebody who knows the holder's full name from the paper.

    It says nothing of the paper itself. Raises LicenceNotKnown for a wrong name as for an unknown identifier, so that
    nobody learns by trying which licences there are; callers count the wrong tries.
    """
    wanted = normalise_identifier(identifier)
    licence = session.scalar(select(Licence).where(Licence.identifier == wanted))
    if licence is None or normalise_name(licence.holder_name) != normalise_name(holder):
        day = office_date(now)
        raise LicenceNotKnown(
            f"截至{day.year}年{day.month}月{day.day}日，登记簿中没有与此标识和持证人相符的证照"
        )
    return _registry_word(session, licence.identifier, now)


def normalise_identifier(typed: str) -> str:
    """The identifier as the registry writes it: no blanks, capitals, plain dots and figures."""
    plain = unicodedata.normalize("NFKC", typed).replace("。", ".").upper()
    return "".join(plain.split())


def _papers(session: Session, identifier: str) -> list[SealedDocument]:
    """What the registry keeps under the identifier of a licence, or under the number of a paper."""
    originals = (
        select(SealedDocument)
        .join(LicenceCopy, LicenceCopy.document_id == SealedDocument.id)
        .join(Licence, Licence.id == LicenceCopy.licence_id)
        .where(Licence.identifier == identifier)
    )
    paper = select(SealedDocument).where(SealedDocument.number == identifier)
    return list(session.scalars(originals)) or list(session.scalars(paper))


def _registry_word(session: Session, identifier: str, now: datetime) -> dict[str, Any]:
    licence = session.scalar(select(Licence).where(Licence.identifier == identifier))
    if licence is None:
        return {"identifier": identifier, "status": None, "status_words": "登记簿中没有这份证照"}
    public = licence.holder_type == ORGANISATION
    status = status_on(licence, office_date(now)).value
    since = _status_since(session, licence, status)
    return {
        "identifier": identifier,
        "name": licence.name,
        "issuer": licence.authority_name,
        "holder": licence.holder_name if public else mask_name(licence.holder_name),
        "status": status,
        "status_words": STATUS_WORDS[status],
        "status_since": since.isoformat() if since else None,
    }


def _label_of(session: Session, file_digest: str) -> str | None:
    """Which copy these very bytes are, or None."""
    return session.scalar(
        select(LicenceCopy.label)
        .join(SealedDocument, SealedDocument.id == LicenceCopy.document_id)
        .where(SealedDocument.file_digest == file_digest)
    )


def _void_word(session: Session, identifier: str, label: str | None) -> dict[str, Any]:
    """What is said instead of the licence's status for a copy that was found spoiled; nothing for all others."""
    void = find_void(session, identifier, label) if label else None
    if void is None:
        return {}
    since = office_date(void.at).isoformat()
    return {"status": VOID, "status_words": VOID_WORDS, "status_since": since}


def _status_since(session: Session, licence: Licence, status: str) -> date | None:
    """The day from which the status holds, by the licence's history."""
    if status == Status.EXPIRED and licence.expires_on is not None:
        return licence.expires_on + timedelta(days=1)
    days = (
        entry.effective_on
        for entry in reversed(list_history(session, licence))
        if entry.status == status
    )
    return next(days, None)


def _answer(genuine: bool, code: str, reason: str, demo: bool) -> dict[str, Any]:
    return {
        "genuine": genuine,
        "code": code,
        "reason": reason,
        "demo": demo,
        "identifier": None,
        "name": None,
        "issuer": None,
        "holder": None,
        "status": None,
        "status_words": None,
        "status_since": None,
    }
