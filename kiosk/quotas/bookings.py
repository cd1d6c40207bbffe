"""Using a quota within a decision's transaction, and giving it back. No two officers can overdraw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.quotas.errors import QuotaExceeded
from kiosk.quotas.models import Quota, QuotaBooking, QuotaConsent
from kiosk.uow import unit_of_work

TOPIC = "quota.used"
SCALE = 1000


@dataclass(frozen=True)
class Wanted:
    """What a case asks for: whose list, which year, and thousandths of the unit by kind; the approval's last day."""

    case_number: str
    item_seq: int
    first_code: str
    holder_code: str
    year: int
    amounts: Mapping[str, int]
    expires_on: date | None


def find_lines(session: Session, wanted: Wanted) -> list[Quota] | None:
    """The signed lines that cover every kind the case asks for, or None if it is not inside the list."""
    lines = session.scalars(
        select(Quota)
        .where(
            Quota.item_seq == wanted.item_seq,
            Quota.first_code == wanted.first_code,
            Quota.holder_code == wanted.holder_code,
            Quota.year == wanted.year,
            Quota.kind.in_(wanted.amounts),
            Quota.first_signed_at.is_not(None),
            Quota.second_signed_at.is_not(None),
        )
        .order_by(Quota.id)  # Everybody takes the rows in one order, so nobody waits in a circle.
    ).all()
    return list(lines) if lines and len(lines) == len(wanted.amounts) else None


def book(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> bool:
    """Book what the case uses and tell the other side; False if it is outside the list or agreed to singly.

    Raises QuotaExceeded; the caller's transaction must then roll back.
    """
    lines = find_lines(session, wanted)
    if lines is None or _consented(session, wanted.case_number):
        return False
    for line in lines:
        _take(session, line, wanted)
        session.add(
            QuotaBooking(
                quota_id=line.id,
                case_number=wanted.case_number,
                amount=wanted.amounts[line.kind],
                booked_by=actor.number,
                booked_at=now,
                expires_on=wanted.expires_on,
            )
        )
        notice = {
            "quota": line.number,
            "case": wanted.case_number,
            "amount": wanted.amounts[line.kind],
            "to": line.second_code,
        }
        outbox.enqueue(session, TOPIC, notice, now)
        trail.record(session, actor, "quota-used", f"quota:{line.number}", now, **notice)
    return True


def give_back(
    session: Session, case_number: str, reason: str, *, actor: Actor, now: datetime
) -> int:
    """Give back what the case booked; a second time gives back nothing. Answers how many bookings."""
    open_ones = session.execute(
        update(QuotaBooking)
        .where(QuotaBooking.case_number == case_number, QuotaBooking.given_back_at.is_(None))
        .values(given_back_at=now, reason=reason)
        .returning(QuotaBooking.quota_id, QuotaBooking.amount)
        .execution_options(synchronize_session=False)
    ).all()
    for quota_id, amount in sorted(open_ones):
        session.execute(
            update(Quota)
            .where(Quota.id == quota_id)
            .values(used=Quota.used - amount)
            .execution_options(synchronize_session=False)
        )
    if open_ones:
        trail.record(session, actor, "quota-given-back", f"case:{case_number}", now)
        outbox.enqueue(session, "quota.given-back", {"case": case_number}, now)
    return len(open_ones)


def give_back_expired(*, now: datetime) -> int:
    """Give back what approvals past their last day had booked; answers how many bookings."""
    with unit_of_work() as session:
        expired: Iterable[str] = session.scalars(
            select(QuotaBooking.case_number)
            .where(QuotaBooking.given_back_at.is_(None), QuotaBooking.expires_on < office_date(now))
            .distinct()
            .order_by(QuotaBooking.case_number)
        ).all()
        return sum(
            give_back(session, number, "批准已到期", actor=SYSTEM, now=now) for number in expired
        )


def _take(session: Session, line: Quota, wanted: Wanted) -> None:
    """One conditional UPDATE: the database itself refuses the second of two who want the rest."""
    amount = wanted.amounts[line.kind]
    taken = session.execute(
        update(Quota)
        .where(Quota.id == line.id, Quota.used + amount <= Quota.amount)
        .values(used=Quota.used + amount)
        .returning(Quota.id)
        .execution_options(synchronize_session=False)
    )
    if taken.scalar() is None:
        raise _exceeded(line, wanted)


def _consented(session: Session, case_number: str) -> bool:
    return session.get(QuotaConsent, case_number) is not None


def _exceeded(line: Quota, wanted: Wanted) -> QuotaExceeded:
    asked, rest = wanted.amounts[line.kind] / SCALE, (line.amount - line.used) / SCALE
    return QuotaExceeded(
        f"{line.holder_name}的{line.kind}申请 {asked:g}{line.unit}，"
        f"{line.year} 年名单内只余约 {rest:g}{line.unit}，须先征求对方意见"
    )
