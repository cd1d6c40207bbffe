"""What is agreed, used and free, and the history of a line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.audit.models import AuditEntry
from kiosk.quotas.agreements import get_line
from kiosk.quotas.bookings import open_bookings
from kiosk.quotas.errors import QuotaUnknown
from kiosk.quotas.models import Quota, QuotaBooking

STATUS_WORDS = {"proposed": "待签署", "in-force": "已生效", "withdrawn": "已撤回"}


@dataclass(frozen=True)
class LineView:
    """A line as it stands: ``used`` leaves out what has expired, even before the sweep has come by."""

    line: Quota
    status: str
    used: int
    free: int
    cases: int


@dataclass(frozen=True)
class History:
    """A line with every booking it ever had and every act on it, oldest first."""

    view: LineView
    bookings: list[QuotaBooking]
    acts: list[AuditEntry]


def list_lines(
    session: Session,
    authority_code: str,
    now: datetime,
    *,
    year: int | None = None,
    item: int | None = None,
) -> list[LineView]:
    """The lines in which that authority is a side, by year and number."""
    chosen = select(Quota).where(
        or_(Quota.first_code == authority_code, Quota.second_code == authority_code)
    )
    if year is not None:
        chosen = chosen.where(Quota.year == year)
    if item is not None:
        chosen = chosen.where(Quota.item_seq == item)
    return _views(session, list(session.scalars(chosen.order_by(Quota.year, Quota.number))), now)


def get_history(session: Session, number: str, authority_code: str, now: datetime) -> History:
    """A line of that authority with its bookings and acts. Raises QuotaUnknown."""
    line = get_line(session, number)
    if authority_code not in (line.first_code, line.second_code):
        raise QuotaUnknown(f"名单中没有 {number}")
    bookings = select(QuotaBooking).where(QuotaBooking.quota_id == line.id)
    acts = select(AuditEntry).where(AuditEntry.subject == f"quota:{number}")
    return History(
        _views(session, [line], now)[0],
        list(session.scalars(bookings.order_by(QuotaBooking.id))),
        list(session.scalars(acts.order_by(AuditEntry.id))),
    )


def _views(session: Session, lines: list[Quota], now: datetime) -> list[LineView]:
    used: Counter[int] = Counter()
    cases: Counter[int] = Counter()
    for booking in open_bookings(session, [line.id for line in lines], now):
        used[booking.quota_id] += booking.amount
        cases[booking.quota_id] += 1
    return [
        LineView(line, _status(line), used[line.id], line.amount - used[line.id], cases[line.id])
        for line in lines
    ]


def _status(line: Quota) -> str:
    if line.withdrawn_at is not None:
        return "withdrawn"
    signed = line.first_signed_at is not None and line.second_signed_at is not None
    return "in-force" if signed else "proposed"
