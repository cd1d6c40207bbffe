"""Ways of service (送达) and the day each of them counts from. Pure.

Direct, left in place, by post and by announcement follow 民事诉讼法 art. 87 to 95, which offices apply by analogy;
thirty days of an announcement are recalled, not verified, and a setting. Electronic service needs consent. The
remedies' clocks run from the day of service (行政复议法 art. 20: sixty days; 行政诉讼法 art. 46: six months).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.casework.remedies import REVIEW_DAYS, SUIT_MONTHS
from services_catalog.workdays import Calendar, CalendarMissing


class Way(StrEnum):
    """How a paper reaches the applicant."""

    PRINTED = "printed"
    HANDED = "handed"
    POSTED = "posted"
    ELECTRONIC = "electronic"
    LEFT = "left"
    ANNOUNCED = "announced"


WAY_WORDS = {
    Way.PRINTED: "自助终端打印领取",
    Way.HANDED: "直接送达",
    Way.POSTED: "邮寄送达",
    Way.ELECTRONIC: "电子送达",
    Way.LEFT: "留置送达",
    Way.ANNOUNCED: "公告送达",
}
#: What an act of service by this way must name besides its papers.
NEEDS: dict[Way, tuple[str, ...]] = {
    Way.PRINTED: (),
    Way.HANDED: ("recipient",),
    Way.POSTED: ("address", "tracking"),
    Way.ELECTRONIC: (),
    Way.LEFT: ("place", "reason", "witness"),
    Way.ANNOUNCED: ("place", "reason"),
}


class ServiceState(StrEnum):
    """Whether the papers have arrived."""

    UNDER_WAY = "under-way"
    SERVED = "served"
    FAILED = "failed"


@dataclass(frozen=True)
class RemedyLimits:
    """The last days of both remedies; ``certain`` is False where the calendar could still move the first one."""

    review_until: date
    suit_until: date
    certain: bool


def served_on(way: Way, on: date, announcement_days: int) -> date | None:
    """The day the papers count as served if they set out ``on``; by post that is not known before they are signed."""
    if way is Way.POSTED:
        return None
    return on + timedelta(days=announcement_days) if way is Way.ANNOUNCED else on


def remedy_limits(served: date, calendar: Calendar) -> RemedyLimits:
    """Until when the applicant may turn to review body and court; the day of service does not count.

    A last day that is no working day moves to the next one.
    """
    review, certain = _next_working_day(served + timedelta(days=REVIEW_DAYS), calendar)
    suit, known = _next_working_day(_months_later(served, SUIT_MONTHS), calendar)
    return RemedyLimits(review, suit, certain and known)


def _next_working_day(day: date, calendar: Calendar) -> tuple[date, bool]:
    found = day
    try:
        while not calendar.is_working_day(found):
            found += timedelta(days=1)
    except CalendarMissing:
        return day, False
    return found, True


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(1))
