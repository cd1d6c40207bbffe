"""From which day a service counts, and until when remedies are open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.casework.service_rules import Way, remedy_limits, served_on
from services_catalog.workdays import load_calendar

CALENDAR = load_calendar()
SET_OUT = date(2026, 3, 2)
DAYS = st.dates(date(2024, 1, 1), date(2028, 1, 1))


@pytest.mark.parametrize(
    ("way", "day"),
    [
        (Way.PRINTED, SET_OUT),
        (Way.HANDED, SET_OUT),
        (Way.LEFT, SET_OUT),
        (Way.ELECTRONIC, SET_OUT),
        (Way.POSTED, None),
        (Way.ANNOUNCED, date(2026, 4, 1)),
    ],
)
def test_each_way_counts_from_its_own_day(way: Way, day: date | None) -> None:
    assert served_on(way, SET_OUT, 30) == day


@pytest.mark.parametrize(
    ("served", "review", "suit", "certain"),
    [
        (date(2026, 3, 2), date(2026, 5, 6), date(2026, 9, 2), True),  # 1 May is in a holiday.
        (date(2026, 8, 31), date(2026, 10, 30), date(2027, 2, 28), False),  # February is short.
        (date(2026, 8, 30), date(2026, 10, 29), date(2027, 2, 28), False),
    ],
)
def test_remedies_run_from_the_day_of_service(
    served: date, review: date, suit: date, certain: bool
) -> None:
    limits = remedy_limits(served, CALENDAR)
    assert (limits.review_until, limits.suit_until, limits.certain) == (review, suit, certain)


@given(DAYS)
def test_no_remedy_ends_before_its_days_are_over(served: date) -> None:
    limits = remedy_limits(served, CALENDAR)
    assert limits.review_until >= served + timedelta(days=60)
    assert served + timedelta(days=181) <= limits.suit_until <= served + timedelta(days=195)
    if limits.certain:
        assert CALENDAR.is_working_day(limits.review_until)
        assert CALENDAR.is_working_day(limits.suit_until)


@given(DAYS, DAYS)
def test_who_is_served_later_has_no_less_time(one: date, other: date) -> None:
    first, later = sorted((one, other))
    assert remedy_limits(first, CALENDAR).suit_until <= remedy_limits(later, CALENDAR).suit_until
