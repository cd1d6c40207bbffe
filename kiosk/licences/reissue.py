"""A licence issued anew under the next version: lost, damaged, changed or renewed. The former copies are void."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor
from kiosk.licences.contents import from_content
from kiosk.licences.lifecycle import (
    Status,
    is_reported_lost,
    require_changeable,
    require_issuer,
    tell,
)
from kiosk.licences.models import Licence, LicenceCopy, LicenceRelease, SealedDocument
from kiosk.licences.printing_stop import withdraw_prints
from kiosk.licences.queries import is_standing, lock_licence
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
from printing.filling import field_keys
from printing.templates.loading import get_template
from services_catalog.codes import parse_licence_identifier

#: The field of templates that tells until when a paper is good.
LAST_DAY = "valid_until"


class Cause(StrEnum):
    """Why a licence is issued anew."""

    LOST = "lost"
    DAMAGED = "damaged"
    CHANGED = "changed"
    RENEWED = "renewed"


CAUSE_WORDS = {
    Cause.LOST: "遗失补领",
    Cause.DAMAGED: "损毁换发",
    Cause.CHANGED: "变更换发",
    Cause.RENEWED: "延续换发",
}


@dataclass(frozen=True)
class Wish:
    """What is wished: why, in words, and for a renewal the new last day."""

    cause: Cause
    reason: str
    expires_on: date | None = None


def reissue(identifier: str, wish: Wish, *, actor: Actor, now: datetime) -> str:
    """Issue a licence anew; answers the new identifier, its version raised by one.

    Raises NotFound, Forbidden, InputInvalid for a renewal without a last day or one that is over, StatusChangeRefused.
    """
    _require_sound(wish, office_date(now))
    with unit_of_work() as session:
        former = lock_licence(session, identifier)
        _require_replaceable(session, former, wish, actor, now)
        raised = parse_licence_identifier(identifier).raised().text()
        ground, copies = _carried_over(session, former, raised, wish, actor, now)
        words = f"{CAUSE_WORDS[wish.cause]}：{wish.reason}"
        set_status(session, former, Status.SUPERSEDED, words, actor=actor, now=now)
        withdraw_prints(session, former, now)
        new = _renewed(session, former, raised, wish)
        enter_licence(session, ground, new, copies, actor=actor, now=now)
        tell(session, former, Status.SUPERSEDED, actor, now, effective_on=office_date(now))
    return raised


def _require_sound(wish: Wish, today: date) -> None:
    renewal = wish.cause is Cause.RENEWED
    if renewal != (wish.expires_on is not None):
        words = "延续须填写新的有效期截止日期" if renewal else "只有延续可以改变有效期"
        raise InputInvalid(fields={"expires_on": [words]})
    if wish.expires_on is not None and wish.expires_on <= today:
        raise InputInvalid(fields={"expires_on": ["应晚于今天"]})


def _require_replaceable(
    session: Session, former: Licence, wish: Wish, actor: Actor, now: datetime
) -> None:
    """A licence that its holder reported lost is suspended for that alone and may be replaced."""
    if wish.cause is Cause.LOST and is_reported_lost(session, former) and wish.reason.strip():
        require_issuer(former, actor)
        return
    require_changeable(former, Status.SUPERSEDED, wish.reason, actor, now)


def _carried_over(
    session: Session, former: Licence, raised: str, wish: Wish, actor: Actor, now: datetime
) -> tuple[Ground, list[tuple[str, Document]]]:
    """The grounds and the pages of the former copies that still stood, under the new identifier."""
    rows = session.execute(
        select(LicenceCopy.label, SealedDocument)
        .join(SealedDocument, SealedDocument.id == LicenceCopy.document_id)
        .where(LicenceCopy.licence_id == former.id, is_standing())
        .order_by(LicenceCopy.id)
    ).all()
    paper: SealedDocument = rows[0][1]
    ground = Ground(
        case_number=former.case_number, item_seq=paper.item_seq,
        authority_code=former.authority_code, authority_name=former.authority_name,
        competence=paper.competence, decided_by=actor.number,
    )  # fmt: skip
    return ground, [(label, _under(row, raised, wish, now)) for label, row in rows]


def _under(row: SealedDocument, raised: str, wish: Wish, now: datetime) -> Document:
    """The same page with the new identifier, a number of its own, today's date and the new last day."""
    document = from_content(row.content, current_app.extensions["files"])
    values = dict(document.values)
    if "issued_on" in values:
        values["issued_on"] = _in_words(office_date(now))
    if wish.expires_on is not None:
        must, may = field_keys(get_template(document.template))
        if LAST_DAY in (*must, *may):
            values[LAST_DAY] = _in_words(wish.expires_on)
    return replace(
        document, number=draw_paper_number(), values=values, licence_identifier=raised,
        qr_text=None, sealed_at=now,
    )  # fmt: skip


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _renewed(session: Session, former: Licence, raised: str, wish: Wish) -> NewLicence:
    released = select(LicenceRelease.person_digest, LicenceRelease.capacity).where(
        LicenceRelease.licence_id == former.id
    )
    return NewLicence(
        identifier=raised,
        name=former.name,
        holder=Holder(former.holder_name, former.holder_type, former.holder_digest),
        expires_on=wish.expires_on or former.expires_on,
        printable=former.printable,
        releases=tuple((digest, capacity) for digest, capacity in session.execute(released)),
    )
