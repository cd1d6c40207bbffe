"""Agreeing on quotas: one side proposes a line, both sides sign, either may withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.quotas.errors import (
    QuotaInvalid,
    QuotaSignatureRefused,
    QuotaUnknown,
    QuotaWithdrawn,
)
from kiosk.quotas.models import Quota
from kiosk.uow import unit_of_work
from services_catalog.queries import get_authority, get_item


@dataclass(frozen=True)
class NewLine:
    """A line to agree on; ``amount`` in thousandths of the unit. The first side decides, the second is told."""

    number: str
    item_seq: int
    year: int
    holder_code: str
    holder_name: str
    kind: str
    amount: int
    unit: str
    first_code: str
    second_code: str


def propose(line: NewLine, *, actor: Actor, now: datetime) -> str:
    """Enter a line, which counts once both sides have signed.

    Raises QuotaInvalid, QuotaSignatureRefused, UnknownAuthority, UnknownItem.
    """
    if line.amount <= 0 or line.first_code == line.second_code:
        raise QuotaInvalid("数量应大于零、最多三位小数，双方应为两个不同的机关")
    _require_side(actor, line.first_code, line.second_code)
    try:
        with unit_of_work() as session:
            for code in (line.first_code, line.second_code):
                get_authority(session, code)
            get_item(session, line.item_seq, office_date(now))
            session.add(Quota(**vars(line), used=0, proposed_by=actor.number, proposed_at=now))
            session.flush()  # A number or a line that exists already is told before anything is recorded.
            _record(session, actor, "quota-proposed", line.number, now)
    except IntegrityError as error:
        raise QuotaInvalid(
            f"编号 {line.number} 已被使用，或者{line.holder_name}的{line.kind}在 {line.year} 年已有名单条目"
        ) from error
    return line.number


def sign(number: str, *, actor: Actor, now: datetime) -> bool:
    """Sign for the officer's own side; answers whether both have signed.

    Raises QuotaUnknown, QuotaWithdrawn, QuotaSignatureRefused.
    """
    with unit_of_work() as session:
        line = _open_line(session, number, actor)
        first = actor.authority_code == line.first_code
        if (line.first_signed_at if first else line.second_signed_at) is not None:
            raise QuotaSignatureRefused("本方已经签署")
        if first:
            line.first_signed_by, line.first_signed_at = actor.number, now
        else:
            line.second_signed_by, line.second_signed_at = actor.number, now
        _record(session, actor, "quota-signed", number, now)
        return line.first_signed_at is not None and line.second_signed_at is not None


def withdraw(number: str, words: str, *, actor: Actor, now: datetime) -> None:
    """Take a line off the list; what it was used for stays booked, and new cases are asked about one by one.

    Raises QuotaUnknown, QuotaWithdrawn, QuotaSignatureRefused.
    """
    with unit_of_work() as session:
        line = _open_line(session, number, actor)
        line.withdrawn_by, line.withdrawn_at = actor.number, now
        _record(session, actor, "quota-withdrawn", number, now, words=words)


def get_line(session: Session, number: str) -> Quota:
    """The line of that number. Raises QuotaUnknown."""
    line = session.scalar(select(Quota).where(Quota.number == number))
    if line is None:
        raise QuotaUnknown(f"名单中没有 {number}")
    return line


def _open_line(session: Session, number: str, actor: Actor) -> Quota:
    """The line, locked, for an officer of one of its sides."""
    session.scalar(select(Quota.id).where(Quota.number == number).with_for_update())
    line = get_line(session, number)
    _require_side(actor, line.first_code, line.second_code)
    if line.withdrawn_at is not None:
        raise QuotaWithdrawn(f"名单条目 {number} 已经撤回")
    return line


def _require_side(actor: Actor, *codes: str) -> None:
    if actor.role is not Role.OFFICER or actor.authority_code not in codes:
        raise QuotaSignatureRefused("只有约定双方的审批人员可以办理")


def _record(
    session: Session, actor: Actor, act: str, number: str, now: datetime, **facts: str
) -> None:
    trail.record(session, actor, act, f"quota:{number}", now, **facts)
    outbox.enqueue(session, act.replace("-", ".", 1), {"quota": number}, now)
