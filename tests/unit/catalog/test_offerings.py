"""What an authority may change of an item, and what the law and the common standard keep from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_catalog.errors import OfferingEnded, OfferingSuspended
from services_catalog.limits import CALENDAR_DAY, WORKING_DAY, is_within
from services_catalog.offerings import (
    OfferingInForce,
    OfferingTerms,
    Suspension,
    Window,
    require_open,
    terms_faults,
    terms_from,
    terms_to,
)
from tests.support.sample_items import published_items

ITEM = replace(
    published_items()[37],
    legal_days=15,
    legal_unit=CALENDAR_DAY,
    modes=("全程网办", "异地代收代办"),
)
FULL = OfferingTerms(
    windows=(Window("人民路1号", "9:00-17:00", "028-1"),),
    promised_days=3,
    fee="none",
    local_materials=("承诺书",),
    modes=("全程网办",),
    suspensions=(Suspension(date(2026, 3, 2), date(2026, 3, 6), "系统升级"),),
    justification="川市监〔2026〕1号",
)


@pytest.mark.parametrize(
    ("days", "unit", "fits"),
    [
        (15, CALENDAR_DAY, True),
        (16, CALENDAR_DAY, False),
        (10, WORKING_DAY, True),
        (11, WORKING_DAY, False),
        (0, WORKING_DAY, True),
        (-1, WORKING_DAY, False),
        (3, "month", False),
    ],
)
def test_a_promise_stays_within_the_law_after_conversion(days: int, unit: str, fits: bool) -> None:
    faults = terms_faults(OfferingTerms(promised_days=days, promised_unit=unit), ITEM)
    assert (faults == {}) is fits


@given(st.integers(0, 400), st.integers(0, 400))
def test_in_one_unit_the_numbers_decide(promised: int, legal: int) -> None:
    for unit in (WORKING_DAY, CALENDAR_DAY):
        assert is_within(promised, unit, legal, unit) is (promised <= legal)
    assert is_within(promised, WORKING_DAY, None, WORKING_DAY)


def test_every_fault_is_named() -> None:
    terms = OfferingTerms(
        promised_days=90,
        modes=("多地联办",),
        local_materials=("承诺书",),
        suspensions=(Suspension(date(2026, 3, 2), date(2026, 3, 1), " "),),
    )
    faults = terms_faults(terms, ITEM)
    assert set(faults) == {"promised_days", "modes", "justification", "suspensions"}
    assert len(faults["suspensions"]) == 2
    assert terms_faults(FULL, ITEM) == {}


def test_terms_come_back_from_their_row() -> None:
    assert terms_from(terms_to(FULL)) == FULL
    assert terms_from(terms_to(OfferingTerms())) == OfferingTerms()


def test_the_item_as_the_authority_carries_it_out() -> None:
    offered = OfferingInForce(37, "x", 1, FULL).apply(ITEM)
    assert offered.promised_days == 3
    assert offered.materials == (*ITEM.materials, "承诺书")
    assert offered.modes == ("全程网办",)
    assert OfferingInForce(37, "x", 0).apply(ITEM) == ITEM


@pytest.mark.parametrize(("day", "closed"), [(1, False), (2, True), (6, True), (7, False)])
def test_a_suspension_covers_its_days(day: int, closed: bool) -> None:
    offering = OfferingInForce(37, "x", 1, FULL)
    if not closed:
        require_open(offering, date(2026, 3, day), "")
        return
    with pytest.raises(OfferingSuspended, match=r"系统升级.*3月6日后恢复。到别处") as refusal:
        require_open(offering, date(2026, 3, day), "到别处")
    assert refusal.value.last == date(2026, 3, 6)


def test_an_ended_offering_tells_the_authoritys_own_alternative() -> None:
    offering = OfferingInForce(
        37, "x", 1, OfferingTerms(ended="职能划转", alternative="到行政审批局")
    )
    with pytest.raises(OfferingEnded, match="职能划转。到行政审批局"):
        require_open(offering, date(2026, 3, 2), "到别处")
