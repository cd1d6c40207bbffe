"""Agreeing on quotas: one side proposes a line, both sides sign; the other side consents to single cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.quotas.errors import QuotaInvalid, QuotaSignatureRefused, QuotaUnknown
from kiosk.quotas.models import Quota, QuotaConsent
from kiosk.uow import unit_of_work
from services_catalog.queries import get_authority


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
    """Enter a line, which counts once both sides have signed. Raises QuotaInvalid, QuotaSignatureRefused."""
    if line.amount <= 0 or line.first_code == line.second_code:
        raise QuotaInvalid("数量应大于零，双方应为两个不同的机关")
    _require_side(actor, line.first_code, line.second_code)
    with unit_of_work() as session:
        for code in (line.first_code, line.second_code):
            get_authority(session, code)
        if session.scalar(select(Quota.id).where(Quota.number == line.number)) is not None:
            raise QuotaInvalid(f"编号 {line.number} 已被使用")
        session.add(Quota(**vars(line), used=0, proposed_by=actor.number, proposed_at=now))
        trail.record(session, actor, "quota-proposed", f"quota:{line.number}", now)
    return line.number


def sign(number: str, *, actor: Actor, now: datetime) -> bool:
    """Sign for the officer's own side; answers whether both have signed. Raises QuotaUnknown, QuotaSignatureRefused."""
    with unit_of_work() as session:
        line = _locked(session, number)
        _require_side(actor, line.first_code, line.second_code)
        first = actor.authority_code == line.first_code
        if (line.first_signed_at if first else line.second_signed_at) is not None:
            raise QuotaSignatureRefused("本方已经签署")
        if first:
            line.first_signed_by, line.first_signed_at = actor.number, now
        else:
            line.second_signed_by, line.second_signed_at = actor.number, now
        trail.record(session, actor, "quota-signed", f"quota:{number}", now)
        return line.first_signed_at is not None and line.second_signed_at is not None


def consent(number: str, case_number: str, reference: str, *, actor: Actor, now: datetime) -> None:
    """The second side agrees to one case beyond the line's amount; ``reference`` names its letter.

    Raises QuotaUnknown, QuotaSignatureRefused.
    """
    with unit_of_work() as session:
        line = _locked(session, number)
        _require_side(actor, line.second_code)
        if session.get(QuotaConsent, case_number) is not None:
            return
        session.add(
            QuotaConsent(
                case_number=case_number,
                authority_code=line.second_code,
                reference=reference,
                consented_by=actor.number,
                consented_at=now,
            )
        )
        trail.record(session, actor, "quota-consented", f"case:{case_number}", now, quota=number)
        outbox.enqueue(session, "quota.consented", {"quota": number, "case": case_number}, now)


def list_lines(session: Session, authority_code: str, year: int) -> list[Quota]:
    """The lines of a year in which that authority is a side, by number."""
    sides = (Quota.first_code == authority_code) | (Quota.second_code == authority_code)
    chosen = select(Quota).where(sides, Quota.year == year).order_by(Quota.number)
    return list(session.scalars(chosen))


def _locked(session: Session, number: str) -> Quota:
    line = session.scalar(select(Quota).where(Quota.number == number).with_for_update())
    if line is None:
        raise QuotaUnknown(f"名单中没有 {number}")
    return line


def _require_side(actor: Actor, *codes: str) -> None:
    if actor.role is not Role.OFFICER or actor.authority_code not in codes:
        raise QuotaSignatureRefused("只有约定双方的审批人员可以办理")
