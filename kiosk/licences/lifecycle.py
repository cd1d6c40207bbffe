"""What becomes of an issued licence: suspended, revoked, cancelled, replaced. Its history is only ever added to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.errors import Forbidden, InputInvalid
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.licences.contents import from_content
from kiosk.licences.errors import StatusChangeRefused
from kiosk.licences.models import Licence, LicenceCopy, LicenceRelease, SealedDocument
from kiosk.licences.queries import get_licence
from kiosk.licences.registry import (
    Ground,
    Holder,
    NewLicence,
    draw_paper_number,
    enter_licence,
    set_status,
)
from kiosk.uow import unit_of_work
from printing.documents import Document
from services_catalog.codes import parse_licence_identifier


class Status(StrEnum):
    """What the registry says of a licence."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


CHANGES: dict[Status, frozenset[Status]] = {
    Status.VALID: frozenset(
        {Status.SUSPENDED, Status.REVOKED, Status.CANCELLED, Status.SUPERSEDED}
    ),
    Status.SUSPENDED: frozenset({Status.VALID, Status.REVOKED, Status.CANCELLED}),
    Status.REVOKED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset({Status.SUPERSEDED, Status.CANCELLED}),
    Status.SUPERSEDED: frozenset(),
}


def change_status(
    identifier: str, status: Status, reason: str, *, actor: Actor, now: datetime
) -> None:
    """The issuing authority changes the status, with its reason, from today on.

    Raises NotFound, Forbidden, InputInvalid without a reason, StatusChangeRefused.
    """
    if status is Status.SUPERSEDED:
        raise StatusChangeRefused("换发新证照后，原证照自动失效")
    with unit_of_work() as session:
        licence = _changeable(session, identifier, status, reason, actor, now)
        set_status(session, licence, status, reason, actor=actor, now=now)
        _tell(session, licence, status, actor, now)


def reissue(identifier: str, reason: str, *, actor: Actor, now: datetime) -> str:
    """Replace a licence that was lost or renewed; answers the new identifier, its version raised by one.

    The former licence is superseded and its copies are void. Raises as ``change_status``.
    """
    with unit_of_work() as session:
        former = _changeable(session, identifier, Status.SUPERSEDED, reason, actor, now)
        raised = parse_licence_identifier(identifier).raised().text()
        ground, copies = _carried_over(session, former, raised, actor, now)
        set_status(session, former, Status.SUPERSEDED, reason, actor=actor, now=now)
        new = _renewed(session, former, raised)
        enter_licence(session, ground, new, copies, actor=actor, now=now)
        _tell(session, former, Status.SUPERSEDED, actor, now)
    return raised


def status_on(licence: Licence, day: date) -> Status:
    """The status on a day: a licence past its last day is expired, whatever was not said of it."""
    status = Status(licence.status)
    past = licence.expires_on is not None and licence.expires_on < day
    return Status.EXPIRED if past and status in (Status.VALID, Status.SUSPENDED) else status


def _changeable(
    session: Session, identifier: str, status: Status, reason: str, actor: Actor, now: datetime
) -> Licence:
    if not reason.strip():
        raise InputInvalid("请填写理由", fields={"reason": ["不能为空"]})
    licence = get_licence(session, identifier)
    if actor.role is not Role.OFFICER or actor.authority_code != licence.authority_code:
        raise Forbidden(f"这份证照由{licence.authority_name}颁发，只有该机关可以变更状态")
    current = status_on(licence, office_date(now))
    if status not in CHANGES[current]:
        raise StatusChangeRefused(f"证照目前是“{current}”状态，不能这样变更")
    return licence


def _tell(session: Session, licence: Licence, status: Status, actor: Actor, now: datetime) -> None:
    trail.record(
        session, actor, "licence-status", f"licence:{licence.identifier}", now, status=status
    )
    facts = {"identifier": licence.identifier, "status": status}
    outbox.enqueue(session, "licence.status", facts, now)


def _carried_over(
    session: Session, former: Licence, raised: str, actor: Actor, now: datetime
) -> tuple[Ground, list[tuple[str, Document]]]:
    """The grounds and the pages of the former copies, under the new identifier."""
    rows = session.execute(
        select(LicenceCopy.label, SealedDocument)
        .join(SealedDocument, SealedDocument.id == LicenceCopy.document_id)
        .where(LicenceCopy.licence_id == former.id)
        .order_by(LicenceCopy.id)
    ).all()
    paper: SealedDocument = rows[0][1]
    ground = Ground(
        case_number=former.case_number, item_seq=paper.item_seq,
        authority_code=former.authority_code, authority_name=former.authority_name,
        competence=paper.competence, decided_by=actor.number,
    )  # fmt: skip
    return ground, [(label, _under(row, raised, now)) for label, row in rows]


def _under(row: SealedDocument, raised: str, now: datetime) -> Document:
    """The same page with the new identifier, a number of its own and today's date."""
    document = from_content(row.content)
    today = office_date(now)
    values = dict(document.values)
    if "issued_on" in values:
        values["issued_on"] = f"{today.year}年{today.month}月{today.day}日"
    return replace(
        document, number=draw_paper_number(), values=values, licence_identifier=raised,
        qr_text=None, sealed_at=now,
    )  # fmt: skip


def _renewed(session: Session, former: Licence, raised: str) -> NewLicence:
    released = select(LicenceRelease.person_digest, LicenceRelease.capacity).where(
        LicenceRelease.licence_id == former.id
    )
    return NewLicence(
        identifier=raised,
        name=former.name,
        holder=Holder(former.holder_name, former.holder_type, former.holder_digest),
        expires_on=former.expires_on,
        printable=former.printable,
        releases=tuple((digest, capacity) for digest, capacity in session.execute(released)),
    )
