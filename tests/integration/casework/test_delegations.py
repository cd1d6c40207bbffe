"""异地授权: a delegation on file, and a case that the delegate's officers decide in the delegating organ's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import delegation_desk, workers
from kiosk.casework import commands
from kiosk.casework.couriers import Arrival, Consignment, Direction, Paper, acknowledge, send
from kiosk.casework.errors import WrongPlace
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.casework.queues import Sought, list_queue, search_cases
from kiosk.casework.receipt import Mode
from kiosk.casework.remedies import remedy_words
from kiosk.casework.views import case_in_full, case_masked
from kiosk.delegation_desk import Wish
from kiosk.errors import Forbidden, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.licences.models import SealedDocument
from kiosk.uow import reading
from services_catalog.errors import ReviewerIsAuthor
from services_catalog.models import Authority
from services_catalog.rule_errors import DelegationRefused, RulesInvalid
from tests.support.case_papers import decision_papers
from tests.support.clocks import StandingClock
from tests.support.sample_cases import CLERK, received

WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
FUND = "成都住房公积金管理中心"


def code(organ: str) -> str:
    with reading() as session:
        return session.scalars(select(Authority.code).where(Authority.name == organ)).one()


def officer(organ: str, login: str = "one") -> Actor:
    return Actor(Role.OFFICER, f"{login}@{organ}", "审批", authority_code=code(organ))


def wish(clock: StandingClock, **changes: Any) -> Wish:
    plain = Wish(
        delegate=JINJIANG,
        item_seqs=(37,),
        basis="《行政许可委托书》",
        document_number="成武审委〔2026〕1号",
        document_date=date(2026, 2, 27),
        announced="已于2026年2月28日在区政府网站公告",
        valid_from=clock.now().date(),
    )
    return replace(plain, **changes)


def on_file(clock: StandingClock, organ: str = WUHOU, **changes: Any) -> str:
    """The number of a delegation that two officers of the organ brought into force."""
    first, second = officer(organ), officer(organ, "two")
    number = delegation_desk.propose(wish(clock, **changes), actor=first, now=clock.now())
    (rule,) = delegation_desk.confirm(number, actor=second, now=clock.now())
    return rule


def kept(number: str) -> Case:
    with reading() as session:
        return get_case(session, number)


def page(number: str, title: str) -> dict[str, Any]:
    """Values and tables of a paper of the case."""
    found = select(SealedDocument).where(
        SealedDocument.case_number == number, SealedDocument.title == title
    )
    with reading() as session:
        content: dict[str, Any] = session.scalars(found).one().content
    return content


@pytest.mark.both_databases
def test_the_delegate_decides_and_the_delegating_organ_seals(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        rule = on_file(clock)
        number = received(clock).number
        delegate = officer(JINJIANG)
        case = kept(number)
        assert (case.mode, case.deciding_name) == (Mode.DELEGATED, WUHOU)
        assert case.offering["delegation"]["number"] == rule
        with reading() as session:
            assert [line.number for line in list_queue(session, delegate).cases] == [number]
            assert list_queue(session, officer(WUHOU)).cases == []
            found = search_cases(session, officer(WUHOU), Sought(item_seq=37)).cases
            assert [line.number for line in found] == [number]
        commands.accept(number, actor=delegate, now=clock.now())
        commands.review(number, actor=delegate, now=clock.now())
        commands.grant(number, "同意", actor=delegate, now=clock.now())
        workers.drain()
        papers = decision_papers(number)
        assert {(paper.state, paper.authority_code) for paper in papers} == {
            ("sealed", code(WUHOU))
        }


def test_every_paper_and_page_says_who_handles_it_and_why(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        on_file(clock)
        receipt = received(clock)
        commands.accept(receipt.number, actor=officer(JINJIANG), now=clock.now())
        workers.drain()
        told = (
            f"本件由{JINJIANG}受{WUHOU}委托具体办理，依据《行政许可委托书》（成武审委〔2026〕1号，2026年2月27日），"
            f"已于2026年2月28日在区政府网站公告；决定以{WUHOU}的名义作出，由{WUHOU}承担责任。"
        )
        assert receipt.explanation[-1] == told
        assert page(receipt.number, "收件凭证")["values"]["note"].startswith(told)
        notice = page(receipt.number, "受理通知书")
        assert notice["values"]["issuer"] == WUHOU
        basis = "《行政许可委托书》（成武审委〔2026〕1号，2026年2月27日）"
        assert ["承办机关", f"{JINJIANG}（受委托）", "委托依据", basis] in [
            list(row) for row in notice["tables"]["facts"]
        ]
        with reading() as session:
            full = case_in_full(session, get_case(session, receipt.number), clock.now())
            masked = case_masked(session, get_case(session, receipt.number), clock.now())
        assert full["delegation"].document_number == "成武审委〔2026〕1号"
        handler = f"{JINJIANG}（受{WUHOU}委托）"
        assert full["hands"].place == masked["hands"].place == handler
        assert [hop.place for hop in full["hops"]] == [CLERK.place, JINJIANG]
        assert full["hops"][0].words == f"{CLERK.place}已收件，交{handler}办理"


def test_the_remedies_are_those_of_the_delegating_organ(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        on_file(clock)
        number = received(clock).number
        delegate = officer(JINJIANG)
        commands.accept(number, actor=delegate, now=clock.now())
        commands.review(number, actor=delegate, now=clock.now())
        commands.refuse(number, "住所证明已失效", actor=delegate, now=clock.now())
        words = remedy_words(kept(number))
        assert page(number, "不予登记通知书")["values"]["remedy"] == words
    assert words == (
        "如不服本决定，可以自收到本决定之日起60日内向四川省成都市武侯区人民政府申请行政复议，"
        f"也可以自收到本决定之日起6个月内依法向对{WUHOU}有管辖权的人民法院提起行政诉讼。"
        f"本决定由{JINJIANG}受委托办理，行政复议的被申请人、行政诉讼的被告均为{WUHOU}。"
    )


@pytest.mark.both_databases
def test_the_day_of_receipt_says_whose_case_it_is(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        before = received(clock).number
        rule = on_file(clock)
        under = received(clock, key="under").number
        first, second = officer(WUHOU), officer(WUHOU, "two")
        today = clock.now().date()
        ended = delegation_desk.propose_end(rule, today, actor=first, now=clock.now())
        assert delegation_desk.confirm(ended, actor=second, now=clock.now()) == []
        clock.advance(days=1)
        after = received(clock, key="after").number
        delegate = officer(JINJIANG)
        assert [kept(number).mode for number in (before, under, after)] == [
            Mode.AGENCY,
            Mode.DELEGATED,
            Mode.AGENCY,
        ]
        commands.accept(under, actor=delegate, now=clock.now())
        for number in (before, after):
            with pytest.raises(WrongPlace):
                commands.accept(number, actor=delegate, now=clock.now())
        commands.review(under, actor=delegate, now=clock.now())
        moved = replace(delegate, authority_code=code("成都市公安局锦江区分局"))
        with pytest.raises(WrongPlace):
            commands.grant(under, "同意", actor=moved, now=clock.now())
        assert kept(under).decided_at is None


def test_papers_travel_to_the_delegate(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        on_file(clock)
        number = received(clock).number
        parcel = Consignment(Direction.OUT, "邮政速递", "EX000000001CN", (Paper("申请书", 2),))
        slip = send(number, parcel, actor=CLERK, now=clock.now())
        leg = acknowledge(slip, Arrival(complete=True), actor=officer(JINJIANG), now=clock.now())
        assert (leg.sent_from, leg.sent_to) == (CLERK.place, JINJIANG)


def test_an_item_or_a_place_that_is_not_named_is_not_delegated(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        on_file(clock, item_seqs=(36,))
        on_file(clock, area_code="510104")
        assert kept(received(clock).number).delegate_authority is None


def test_two_officers_of_the_delegating_organ_put_it_on_file(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        first, stranger = officer(WUHOU), officer(JINJIANG)
        number = delegation_desk.propose(wish(clock), actor=first, now=clock.now())
        assert [row.number for row in delegation_desk.list_waiting(first)] == [number]
        assert delegation_desk.list_waiting(stranger) == []
        with pytest.raises(ReviewerIsAuthor):
            delegation_desk.confirm(number, actor=first, now=clock.now())
        with pytest.raises(NotFound):
            delegation_desk.confirm(number, actor=stranger, now=clock.now())
        with pytest.raises(Forbidden):
            delegation_desk.propose(wish(clock), actor=CLERK, now=clock.now())
        assert delegation_desk.list_published() == []
        (rule,) = delegation_desk.confirm(number, actor=officer(WUHOU, "two"), now=clock.now())
        (told,) = delegation_desk.list_published()
        assert (told["number"], told["delegate_name"]) == (rule, JINJIANG)
        with pytest.raises(NotFound):
            delegation_desk.propose_end(rule, date(2026, 3, 9), actor=stranger, now=clock.now())


def test_what_the_law_does_not_allow_is_not_even_proposed(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        on_file(clock)

        def propose(organ: str, **changes: Any) -> str:
            asked = wish(clock, **changes)
            return delegation_desk.propose(asked, actor=officer(organ), now=clock.now())

        with pytest.raises(DelegationRefused, match="不得再委托"):
            propose(JINJIANG, delegate=WUHOU, area_code="510107")
        with pytest.raises(DelegationRefused, match="不能委托自己"):
            propose(WUHOU, delegate=WUHOU)
        with pytest.raises(DelegationRefused, match=f"{FUND}不是行政机关"):
            propose(WUHOU, delegate=FUND)
        with pytest.raises(RulesInvalid, match="document_number"):
            propose(WUHOU, document_number="")
        assert propose(JINJIANG, delegate=WUHOU)  # Its own power over its own area.
        tomorrow = clock.now().date() + timedelta(days=1)
        assert propose(JINJIANG, delegate=WUHOU, area_code="510107", item_seqs=(36,),
                       valid_from=tomorrow)  # fmt: skip
