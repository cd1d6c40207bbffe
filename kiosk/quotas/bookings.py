"""Using a quota within a decision's transaction, and giving it back. No two officers can overdraw it.

Everybody locks lines first, in the order of their ids, then bookings: so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.quotas.consultations import require_consent
from kiosk.quotas.errors import QuotaExceeded, QuotaNotListed
from kiosk.quotas.models import Quota, QuotaBooking
from kiosk.uow import reading, unit_of_work
from services_catalog.quota_forms import SCALE

TOPIC = "quota.used"
EXPIRED = "批准已到期"


@dataclass(frozen=True)
class Wanted:
    """What a case asks for: whose list, which year, and thousandths of the unit by kind; the approval's last day."""

    case_number: str
    item_seq: int
    first_code: str
    holder_code: str
    holder_name: str
    year: int
    amounts: Mapping[str, int]
    unit: str
    expires_on: date | None


def book(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> str:
    """Book what the case uses, or rest on the other side's consent to it; answers whom to tell: the other side.

    Raises QuotaNotListed or QuotaExceeded if the other side was not asked, ConsentPending, ConsentDeclined; the
    caller's transaction must then roll back.
    """
    lines = _locked_lines(session, wanted, now)
    if not lines or len(lines) < len(wanted.amounts):
        return require_consent(session, wanted.case_number, wanted.amounts, _not_listed(wanted))
    for line in lines:
        if line.used + wanted.amounts[line.kind] > line.amount:
            refusal = _exceeded(line, wanted)
            return require_consent(session, wanted.case_number, wanted.amounts, refusal)
    for line in lines:
        _take(session, line, wanted)
        _enter(session, line, wanted, actor=actor, now=now)
    return lines[0].second_code


def give_back(
    session: Session, case_number: str, reason: str, *, actor: Actor, now: datetime
) -> int:
    """Give back what the case booked; a second time gives back nothing. Answers how many bookings."""
    chosen = QuotaBooking.case_number == case_number
    given = select(QuotaBooking.quota_id).where(chosen, QuotaBooking.given_back_at.is_(None))
    return _free(session, session.scalars(given).all(), chosen, reason, actor=actor, now=now)


def give_back_expired(*, now: datetime) -> int:
    """Give back what approvals past their last day had booked; answers how many bookings."""
    expired = _is_expired(now)
    with reading() as session:
        lines = session.scalars(select(QuotaBooking.quota_id).where(expired).distinct()).all()
    given = 0
    for line in lines:
        with unit_of_work() as session:
            given += _free(session, [line], expired, EXPIRED, actor=SYSTEM, now=now)
    return given


def open_bookings(session: Session, line_ids: Sequence[int], now: datetime) -> list[QuotaBooking]:
    """What approvals still in force use of these lines; those past their last day count no more."""
    chosen = select(QuotaBooking).where(
        QuotaBooking.quota_id.in_(line_ids), QuotaBooking.given_back_at.is_(None)
    )
    today = office_date(now)
    return [
        booking
        for booking in session.scalars(chosen.order_by(QuotaBooking.id))
        if booking.expires_on is None or booking.expires_on >= today
    ]


def _locked_lines(session: Session, wanted: Wanted, now: datetime) -> Sequence[Quota]:
    """The lines in force for every kind the case asks for, locked, and freed of what has expired."""
    covering = select(Quota.id).where(
        Quota.item_seq == wanted.item_seq,
        Quota.first_code == wanted.first_code,
        Quota.holder_code == wanted.holder_code,
        Quota.year == wanted.year,
        Quota.kind.in_(wanted.amounts),
        Quota.is_in_force(),
    )
    ids = session.scalars(covering).all()
    _free(session, ids, _is_expired(now), EXPIRED, actor=SYSTEM, now=now)
    lines = select(Quota).where(Quota.id.in_(ids)).order_by(Quota.id)
    return session.scalars(lines.execution_options(populate_existing=True)).all()


def _free(
    session: Session,
    line_ids: Sequence[int],
    chosen: ColumnElement[bool],
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Give back the chosen open bookings of these lines, which are locked by this."""
    locked = select(Quota.id, Quota.number).where(Quota.id.in_(line_ids)).order_by(Quota.id)
    numbers = {row.id: row.number for row in session.execute(locked.with_for_update())}
    freed = session.execute(
        update(QuotaBooking)
        .where(chosen, QuotaBooking.quota_id.in_(line_ids), QuotaBooking.given_back_at.is_(None))
        .values(given_back_at=now, reason=reason)
        .returning(QuotaBooking.quota_id, QuotaBooking.case_number, QuotaBooking.amount)
        .execution_options(synchronize_session=False)
    ).all()
    for line_id, case_number, amount in freed:
        session.execute(
            update(Quota)
            .where(Quota.id == line_id)
            .values(used=Quota.used - amount)
            .execution_options(synchronize_session=False)
        )
        told = {"quota": numbers[line_id], "case": case_number, "amount": amount}
        trail.record(session, actor, "quota-given-back", f"quota:{numbers[line_id]}", now, **told)
        outbox.enqueue(session, "quota.given-back", told, now)
    return len(freed)


def _is_expired(now: datetime) -> ColumnElement[bool]:
    return and_(QuotaBooking.given_back_at.is_(None), QuotaBooking.expires_on < office_date(now))


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


def _enter(session: Session, line: Quota, wanted: Wanted, *, actor: Actor, now: datetime) -> None:
    amount = wanted.amounts[line.kind]
    session.add(
        QuotaBooking(
            quota_id=line.id,
            case_number=wanted.case_number,
            amount=amount,
            booked_by=actor.number,
            booked_at=now,
            expires_on=wanted.expires_on,
        )
    )
    notice = {"quota": line.number, "case": wanted.case_number, "amount": amount}
    notice["to"] = line.second_code
    outbox.enqueue(session, TOPIC, notice, now)
    trail.record(session, actor, "quota-used", f"quota:{line.number}", now, **notice)


def _not_listed(wanted: Wanted) -> QuotaNotListed:
    kinds = "、".join(wanted.amounts) or "申请表所列内容"
    return QuotaNotListed(
        f"{wanted.holder_name}的{kinds}不在 {wanted.year} 年的约定名单内，须先征求对方意见"
    )


def _exceeded(line: Quota, wanted: Wanted) -> QuotaExceeded:
    asked, rest = wanted.amounts[line.kind] / SCALE, (line.amount - line.used) / SCALE
    return QuotaExceeded(
        f"{line.holder_name}的{line.kind}申请 {asked:g}{line.unit}，"
        f"{line.year} 年名单内只余 {rest:g}{line.unit}，须先征求对方意见"
    )
