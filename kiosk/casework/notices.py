"""Notices to the applicant (行政许可法 art. 32 to 48): laid out beforehand, entered by the act itself.

An act calls ``rehearse_notice`` before it opens its unit of work, so that a page that can not be drawn or sealed
stops it, and ``enter_notice`` within. A worker seals the paper; how it reaches the applicant is recorded apart.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework.models import Case
from kiosk.casework.notice_values import Contents, tables_of, values_of
from kiosk.casework.notice_words import BY_RECEIVING_PLACE, Kind
from kiosk.casework.numbers import draw_document_number
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.identity.actors import Actor
from kiosk.licences import sealing
from kiosk.licences.halls import hall_code, hall_name
from kiosk.licences.models import SealedDocument
from kiosk.licences.registry import Ground, draw_paper_number, enter_document
from printing.documents import Document, SealSpec
from printing.render import render

__all__ = ["Contents", "Kind", "enter_notice", "rehearse_notice"]

SPECIMEN_PAPER = "D00000000000000"
RECEIPT_SEAL = "收件专用章"


def rehearse_notice(case: Case, kind: Kind, contents: Contents, now: datetime) -> None:
    """Look at seal and page before the act. Raises SealRefused, LayoutError, GlyphMissing, FieldMissing."""
    sealing.require_sealable(_sealer(case, kind)[0], case.item_seq, _competence(case, kind), now)
    number = f"〔{office_date(now).year}〕第000000号"
    render(_document(case, kind, contents, (SPECIMEN_PAPER, number), now))


def enter_notice(
    session: Session, case: Case, kind: Kind, contents: Contents, actor: Actor, now: datetime
) -> SealedDocument:
    """Number the notice within its organ and year, enter it and wish it sealed, in the act's own transaction.

    The text is taken from the case as it stands, so the act changes the case first.
    """
    code, name = _sealer(case, kind)
    numbers = draw_paper_number(), draw_document_number(session, code, office_date(now).year)
    document = _document(case, kind, contents, numbers, now)
    ground = Ground(
        case_number=case.number,
        item_seq=case.item_seq,
        authority_code=code,
        authority_name=name,
        competence=_competence(case, kind),
        decided_by=actor.number,
    )
    return enter_document(session, ground, document.values["title"], document, now)


def competence_of(case: Case) -> dict[str, Any]:
    """The facts of the routing and the day of receipt, whose rules the case goes on under."""
    return {**case.offering["facts"], "on": office_date(case.received_at).isoformat()}


def _sealer(case: Case, kind: Kind) -> tuple[str, str]:
    """Code and name of the organ whose seal the notice bears: receipts are the receiving hall's."""
    if kind not in BY_RECEIVING_PLACE:
        return case.deciding_authority, case.deciding_name
    place = catalogue().world.districts[case.receiving_division]
    return hall_code(place.code), hall_name(place.full_name)


def _competence(case: Case, kind: Kind) -> dict[str, Any]:
    if kind in BY_RECEIVING_PLACE:
        return {sealing.RECEIPT_OF: case.receiving_division}
    return competence_of(case)


def _document(
    case: Case, kind: Kind, contents: Contents, numbers: tuple[str, str], now: datetime
) -> Document:
    """``numbers`` are the file's own and the document's (〔2026〕第000001号)."""
    paper, number = numbers
    _, name = _sealer(case, kind)
    values = values_of(case, kind, contents, now) | {"document_number": number, "issuer": name}
    seal = SealSpec(name, "organ", None, demo=True)
    if kind in BY_RECEIVING_PLACE:
        seal = SealSpec(name, "special", None, demo=True, purpose=RECEIPT_SEAL)
    return Document(
        template=f"{kind}.1",
        number=paper,
        values=values,
        seal=seal,
        qr_text=None,
        sealed_at=now,
        demo=True,  # Every key here stands under the demo root; no setting makes its paper look real.
        tables=tables_of(case, kind, contents),
    )
