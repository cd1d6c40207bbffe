"""A case keeps the offering it was received under; a suspended or ended one receives nothing."""

from __future__ import annotations

from dataclasses import replace
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
    Window,
    change_offering,
    list_offerings,
    offering_in_force,
)
from services_catalog.validity import Span
from tests.integration.casework.test_receiving import CLERK, submission
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.rules import publish_rules

WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
TODAY = date(2026, 3, 2)


def code(organ: str = WUHOU) -> str:
    with reading() as session:
        return session.scalars(select(Authority.code).where(Authority.name == organ)).one()


def officer_named(organ: str) -> Actor:
    return Actor(Role.OFFICER, "o", "审批", authority_code=code(organ))


def change(terms: OfferingTerms, first: date = TODAY, organ: str = WUHOU) -> None:
    authority = code(organ)
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
        assert refusal.value.alternative == (
            f"该申请只能由{WUHOU}办理，其他机关不能代为受理，请咨询：政务服务热线 12345。"
        )
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Case)) == 0
        clock.advance(days=1)
        assert receive(submission("suspended"), actor=CLERK, now=clock.now()).number


def test_an_ended_offering_is_refused(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        change(OfferingTerms(ended="职能划转", alternative="请到市局办理"))
        with pytest.raises(OfferingEnded, match=r"职能划转。请到市局办理"):
            receive(submission("ended"), actor=CLERK, now=clock.now())


def test_whoever_is_left_to_ask_is_named_with_window_and_phone(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        window = Window("武侯大道1号", phone="028-00000000")
        change(OfferingTerms(ended="职能划转", windows=(window,)))
        with pytest.raises(OfferingEnded, match="武侯大道1号，电话 028-00000000"):
            receive(submission("ended"), actor=CLERK, now=clock.now())


def delegated(app: Flask, clock: StandingClock, area: str) -> None:
    """成都市锦江区市场监督管理局 decides item 37 in the name of WUHOU."""
    rule = {
        "kind": "delegation", "number": f"d-{area}", "basis": "文件", "valid_from": "2026-03-02",
        "delegating_code": WUHOU, "delegate_code": JINJIANG, "item_seq": 37, "area_code": area,
        "document_number": "成武审委〔2026〕1号", "document_date": "2026-02-27", "announced": "已公告",
    }  # fmt: skip
    publish_rules(clock, rules=[rule])


def test_a_delegate_is_the_alternative_and_receives_at_its_place(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        change(OfferingTerms(suspensions=(Suspension(TODAY, TODAY, "系统升级"),)))
        delegated(app, clock, "510104")
        with pytest.raises(OfferingSuspended, match="只能由"):
            receive(submission("elsewhere"), actor=CLERK, now=clock.now())
        delegated(app, clock, "510107")
        with pytest.raises(OfferingSuspended, match=f"{JINJIANG}受委托可以办理"):
            receive(submission("elsewhere"), actor=CLERK, now=clock.now())
        there = replace(CLERK, division_code="510104")
        receipt = receive(submission("at the delegate"), actor=there, now=clock.now())
        assert receipt.deciding_authority == WUHOU
        delegate = officer_named(JINJIANG)
        commands.accept(receipt.number, actor=delegate, now=clock.now())


def test_a_delegate_that_is_closed_itself_or_whose_principal_has_ended_is_no_alternative(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        delegated(app, clock, "510107")
        change(OfferingTerms(suspensions=(Suspension(TODAY, TODAY, "系统升级"),)))
        change(OfferingTerms(ended="撤销窗口"), organ=JINJIANG)
        with pytest.raises(OfferingSuspended, match="只能由"):
            receive(submission("closed"), actor=CLERK, now=clock.now())
        change(OfferingTerms(ended="职能划转"), TODAY + timedelta(days=1))
        change(OfferingTerms(), TODAY + timedelta(days=1), organ=JINJIANG)
        clock.advance(days=1)
        there = replace(CLERK, division_code="510104")
        with pytest.raises(OfferingEnded, match="只能由"):
            receive(submission("ended"), actor=there, now=clock.now())


@pytest.mark.both_databases
def test_two_overlapping_offerings_are_never_both_in_force(
    app: Flask, clock: StandingClock
) -> None:
    def publish(turn: int) -> int:
        with app.app_context():
            change(OfferingTerms(promised_days=turn), TODAY + timedelta(days=turn))
            return turn

    outcomes = at_once(publish, threads=3)
    done = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert done
    with app.app_context(), reading() as session:
        known = list_offerings(session, 37, code())
    assert len(known) == len(done)
    spans = [Span(row.effective_from, row.effective_to) for row in known]
    for day in range(6):
        assert sum(span.holds_on(TODAY + timedelta(days=day)) for span in spans) <= 1
