"""A case keeps the offering it was received under; a suspended or ended one receives nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.casework import commands
from kiosk.casework.models import Case
from kiosk.casework.receiving import receive
from kiosk.catalogue import catalogue
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading, unit_of_work
from services_catalog.errors import OfferingEnded, OfferingSuspended
from services_catalog.models import Authority
from services_catalog.offerings import (
    OfferingTerms,
    Suspension,
    change_offering,
    offering_in_force,
)
from tests.integration.casework.test_receiving import CLERK, submission
from tests.support.clocks import StandingClock

WUHOU = "成都市武侯区行政审批局"
TODAY = date(2026, 3, 2)


def code() -> str:
    with reading() as session:
        return session.scalars(select(Authority.code).where(Authority.name == WUHOU)).one()


def change(terms: OfferingTerms, first: date = TODAY) -> None:
    authority = code()
    item = catalogue().items[37]
    with unit_of_work() as session:
        change_offering(
            session, item, authority, terms, author="e", effective_from=first, today=TODAY
        )


def get_case(number: str) -> Case:
    with reading() as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def test_a_case_is_held_to_the_promise_at_receipt(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        plain = receive(submission("before"), actor=CLERK, now=clock.now())
        change(OfferingTerms(promised_days=2, local_materials=("承诺书",), justification="某文"))
        kept = receive(submission("after"), actor=CLERK, now=clock.now())
        change(OfferingTerms(promised_days=1), TODAY + timedelta(days=1))
        officer = Actor(Role.OFFICER, "o", "审批", authority_code=code())
        commands.accept(kept.number, actor=officer, now=clock.now())
        case, former = get_case(kept.number), get_case(plain.number)
    assert case.promised_due_on == date(2026, 3, 4)
    assert case.offering["offering"]["version"] == 1
    assert "承诺书" in case.offering["materials"]
    assert former.offering["offering"]["version"] == 0
    assert former.item_version_id == case.item_version_id


def test_offerings_follow_each_other_without_a_gap(app: Flask) -> None:
    with app.app_context():
        change(OfferingTerms(promised_days=2), TODAY)
        change(OfferingTerms(promised_days=1), TODAY + timedelta(days=10))
        change(OfferingTerms(promised_days=0), TODAY + timedelta(days=5))
        with reading() as session:
            found = [
                offering_in_force(session, 37, code(), TODAY + timedelta(days=day))
                for day in (-1, 0, 4, 5, 9, 10, 99)
            ]
    assert [o.terms.promised_days for o in found] == [None, 2, 2, 0, 0, 1, 1]
    assert [o.version for o in found] == [0, 1, 1, 3, 3, 2, 2]


def test_a_suspended_offering_is_refused_with_reason_and_alternative(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        change(OfferingTerms(suspensions=(Suspension(TODAY, TODAY, "系统升级"),)))
        with pytest.raises(OfferingSuspended, match="系统升级") as refusal:
            receive(submission("suspended"), actor=CLERK, now=clock.now())
        assert WUHOU not in refusal.value.alternative
        assert "可向" in refusal.value.alternative
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Case)) == 0
        clock.advance(days=1)
        assert receive(submission("suspended"), actor=CLERK, now=clock.now()).number


def test_an_ended_offering_is_refused(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        change(OfferingTerms(ended="职能划转", alternative="请到市局办理"))
        with pytest.raises(OfferingEnded, match=r"职能划转。请到市局办理"):
            receive(submission("ended"), actor=CLERK, now=clock.now())
