"""The white list in real decisions: signed by both sides, used by grants, never overdrawn, given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import workers
from kiosk.casework import commands
from kiosk.casework.errors import TransitionRefused, WrongPlace
from kiosk.casework.queries import get_case
from kiosk.casework.quota_use import Asked, ask_other_side, withdraw_approval
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import Actor, Role
from kiosk.quotas import agreements, bookings, consultations
from kiosk.quotas.agreements import NewLine
from kiosk.quotas.bookings import TOPIC, Wanted
from kiosk.quotas.errors import (
    ConsentDeclined,
    ConsentPending,
    ConsultationRefused,
    ConsultationUnknown,
    QuotaExceeded,
    QuotaInvalid,
    QuotaNotListed,
    QuotaSignatureRefused,
    QuotaWithdrawn,
)
from kiosk.quotas.models import Quota
from kiosk.quotas.queries import LineView, get_history, list_lines
from kiosk.uow import reading, unit_of_work
from tests.support.case_papers import decision_papers
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.waste_cases import (
    BATTERIES,
    BOARDS,
    HOLDER,
    LAMPS,
    receiver,
    sender,
    waste_case,
)

LINE = "WF-2026-SC01"
LETTER = Asked("川环函〔2026〕1号", "请函复")


def grant(number: str, clock: StandingClock) -> None:
    commands.grant(number, "同意转移", actor=sender(), now=clock.now())


def line(clock: StandingClock, number: str = LINE) -> LineView:
    with reading() as session:
        return get_history(session, number, str(sender().authority_code), clock.now()).view


def used(number: str = LINE) -> int:
    """What the row itself says, before anybody takes off what has expired."""
    with reading() as session:
        return session.scalars(select(Quota.used).where(Quota.number == number)).one()


def state(number: str) -> str:
    with reading() as session:
        return get_case(session, number).state


def test_inside_the_list_is_granted_and_the_other_side_is_told(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = waste_case(clock, {BATTERIES: "1000.5", LAMPS: 60}, "inside")
        grant(number, clock)
        assert (used(), used("WF-2026-SC02")) == (1_000_500, 60_000)
        with reading() as session:
            told = session.scalars(
                select(OutboxMessage.payload).where(OutboxMessage.topic == TOPIC)
            ).all()
        assert {notice["to"] for notice in told} == {receiver().authority_code}
        assert {notice["amount"] for notice in told} == {1_000_500, 60_000}
        workers.drain()
        papers = decision_papers(number)
        assert [paper.state for paper in papers] == ["sealed", "sealed"]
        letter = next(paper for paper in papers if paper.title == "批准信息通报函")
        assert letter.content["values"]["addressee"] == "重庆市生态环境局"


@pytest.mark.parametrize(
    ("amounts", "refusal"),
    [
        ({BATTERIES: 1200.001}, QuotaExceeded),
        ({LAMPS: 10, BATTERIES: 5000}, QuotaExceeded),
        ({BOARDS: 1}, QuotaNotListed),
        ({BATTERIES: 1, BOARDS: 1}, QuotaNotListed),
        ({BATTERIES: "若干"}, QuotaNotListed),
        ({BATTERIES: 0.0001}, QuotaNotListed),
    ],
)
def test_beyond_the_list_the_other_side_is_asked_first(
    app: Flask,
    clock: StandingClock,
    amounts: dict[str, float],
    refusal: type[Exception],
) -> None:
    with app.app_context():
        number = waste_case(clock, amounts, "beyond")
        with pytest.raises(refusal, match="须先征求对方意见"):
            grant(number, clock)
        asked = ask_other_side(number, LETTER, actor=sender(), now=clock.now())
        with pytest.raises(ConsentPending, match="尚未答复"):
            grant(number, clock)
        consultations.answer(
            asked, "渝环函1号", "同意", agreed=True, actor=receiver(), now=clock.now()
        )
        grant(number, clock)
        assert state(number) == "granted"
        assert (used(), used("WF-2026-SC02")) == (0, 0)


def test_a_refused_grant_leaves_nothing_behind(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = waste_case(clock, {LAMPS: 10, BATTERIES: 5000}, "nothing")
        with pytest.raises(QuotaExceeded, match=r"申请 5000吨.*只余 1200吨"):
            grant(number, clock)
        assert state(number) == "under-review"
        assert line(clock, "WF-2026-SC02").cases == 0
        assert decision_papers(number) == []


def test_a_no_holds_until_a_later_yes(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = waste_case(clock, {BOARDS: 1}, "declined")
        first = ask_other_side(number, LETTER, actor=sender(), now=clock.now())
        with pytest.raises(ConsultationRefused, match="等待答复"):
            ask_other_side(number, LETTER, actor=sender(), now=clock.now())
        for stranger in (sender(), replace(receiver(), role=Role.CLERK)):
            with pytest.raises(ConsultationUnknown):
                consultations.answer(
                    first, "函", "好", agreed=True, actor=stranger, now=clock.now()
                )
        consultations.answer(
            first, "渝函", "不同意", agreed=False, actor=receiver(), now=clock.now()
        )
        with pytest.raises(ConsultationRefused):
            consultations.answer(
                first, "渝函", "同意", agreed=True, actor=receiver(), now=clock.now()
            )
        with pytest.raises(ConsentDeclined, match="渝函"):
            grant(number, clock)
        second = ask_other_side(number, LETTER, actor=sender(), now=clock.now())
        assert second == f"{number}-2"
        consultations.answer(second, "函", "同意", agreed=True, actor=receiver(), now=clock.now())
        with pytest.raises(ConsultationRefused, match="已经同意"):
            ask_other_side(number, LETTER, actor=sender(), now=clock.now())
        grant(number, clock)


def test_only_the_deciding_authority_asks_and_only_before_its_decision(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = waste_case(clock, {BATTERIES: 1}, "who-asks")
        with pytest.raises(WrongPlace):
            ask_other_side(number, LETTER, actor=receiver(), now=clock.now())
        grant(number, clock)
        with pytest.raises(TransitionRefused):
            ask_other_side(number, LETTER, actor=sender(), now=clock.now())


def test_a_withdrawn_approval_gives_its_amount_back_once(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = waste_case(clock, {BATTERIES: 700, LAMPS: 1}, "withdrawn")
        with pytest.raises(TransitionRefused):
            withdraw_approval(number, "违法", actor=sender(), now=clock.now())
        grant(number, clock)
        for given in (2, 0):
            back = withdraw_approval(number, "提供虚假材料", actor=sender(), now=clock.now())
            assert back == given
        assert used() == 0
        with reading() as session:
            told = get_history(session, LINE, str(sender().authority_code), clock.now())
        assert [act.action for act in told.acts][1:] == ["quota-used", "quota-given-back"]
        assert told.bookings[0].reason == "提供虚假材料"


def test_an_expired_approval_counts_no_more_even_before_the_sweep(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        grant(waste_case(clock, {BATTERIES: 1200}, "first"), clock)
        second = waste_case(clock, {BATTERIES: 500}, "second", end_date="2026-12-01")
        clock.advance(days=18)
        assert line(clock).free == 0
        with pytest.raises(QuotaExceeded):
            grant(second, clock)
        clock.advance(days=1)
        assert (line(clock).free, line(clock).cases, used()) == (1_200_000, 0, 1_200_000)
        grant(second, clock)
        assert (used(), line(clock).free) == (500_000, 700_000)


def test_the_sweep_gives_back_what_has_expired(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        grant(waste_case(clock, {BATTERIES: 1000, LAMPS: 5}, "sweep"), clock)
        workers.watch_limits()
        assert used() == 1_000_000
        clock.advance(days=19)
        workers.watch_limits()
        workers.watch_limits()
        assert (used(), used("WF-2026-SC02")) == (0, 0)


def new_line(first: Actor, second: Actor, **changes: object) -> NewLine:
    sides = (str(first.authority_code), str(second.authority_code))
    made = NewLine("W1", 87, 2027, HOLDER, "样例", BATTERIES, 10_000, "吨", *sides)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_line_counts_from_the_second_signature_until_it_is_withdrawn(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        first, second = sender(), receiver()
        made = new_line(first, second, year=2026, kind=BOARDS)
        agreements.propose(made, actor=first, now=clock.now())
        number = waste_case(clock, {BOARDS: 3}, "signed")
        assert not agreements.sign("W1", actor=second, now=clock.now())
        with pytest.raises(QuotaNotListed):
            grant(number, clock)
        with pytest.raises(QuotaSignatureRefused):
            agreements.sign("W1", actor=second, now=clock.now())
        assert agreements.sign("W1", actor=first, now=clock.now())
        grant(number, clock)
        agreements.withdraw("W1", "许可证被吊销", actor=second, now=clock.now())
        with pytest.raises(QuotaWithdrawn):
            agreements.sign("W1", actor=first, now=clock.now())
        with pytest.raises(QuotaNotListed):
            grant(waste_case(clock, {BOARDS: 3}, "after"), clock)
        agreements.propose(replace(made, number="W2"), actor=first, now=clock.now())
        assert [line(clock, name).status for name in ("W1", "W2")] == ["withdrawn", "proposed"]


@pytest.mark.parametrize(
    "changes",
    [{"amount": 0}, {"number": LINE}, {"year": 2026}, {"second_code": None}],
)
def test_a_line_that_makes_no_sense_is_refused(
    app: Flask, clock: StandingClock, changes: dict[str, object]
) -> None:
    with app.app_context():
        first, second = sender(), receiver()
        if "second_code" in changes:
            changes = {"second_code": first.authority_code}
        with pytest.raises(QuotaInvalid):
            agreements.propose(new_line(first, second, **changes), actor=first, now=clock.now())
        with reading() as session:
            assert len(list_lines(session, str(first.authority_code), clock.now())) == 4


def test_strangers_neither_propose_nor_sign_nor_withdraw(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, second = sender(), receiver()
        stranger = replace(second, authority_code="x")
        with pytest.raises(QuotaSignatureRefused):
            agreements.propose(new_line(first, second), actor=stranger, now=clock.now())
        for act in (
            lambda: agreements.sign(LINE, actor=stranger, now=clock.now()),
            lambda: agreements.withdraw(LINE, "x", actor=stranger, now=clock.now()),
        ):
            with pytest.raises(QuotaSignatureRefused):
                act()


@pytest.mark.both_databases
def test_two_officers_never_overdraw(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        numbers = [waste_case(clock, {BATTERIES: 700, LAMPS: 1}, f"race-{n}") for n in range(3)]

    def decide(turn: int) -> str:
        with app.app_context():
            grant(numbers[turn], clock)
            return numbers[turn]

    outcomes = at_once(decide, threads=3)
    granted = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(granted) == 1
    assert [type(o) for o in outcomes if not isinstance(o, str)] == [QuotaExceeded] * 2
    with app.app_context():
        assert (used(), used("WF-2026-SC02")) == (700_000, 1000)
        assert sorted(map(state, numbers)) == ["granted", "under-review", "under-review"]


@pytest.mark.both_databases
def test_giving_back_and_booking_at_once_keep_the_sum(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        for n in range(4):
            grant(waste_case(clock, {BATTERIES: 200, LAMPS: 2}, f"old-{n}"), clock)
        clock.advance(days=20)
        fresh = [waste_case(clock, {LAMPS: 3, BATTERIES: 300}, f"new-{n}", end_date="2026-12-01")
                 for n in range(2)]  # fmt: skip

    def act(turn: int) -> None:
        with app.app_context():
            if turn < 2:
                workers.watch_limits()
            else:
                grant(fresh[turn - 2], clock)

    assert at_once(act, threads=4) == [None] * 4
    with app.app_context():
        assert (used(), used("WF-2026-SC02")) == (600_000, 6000)


def test_the_same_machinery_serves_any_item(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, second = sender(), receiver()
        made = new_line(
            first, second, item_seq=5, year=2026, kind="跨区作业车", unit="辆", amount=2000
        )
        agreements.propose(made, actor=first, now=clock.now())
        for side in (first, second):
            agreements.sign("W1", actor=side, now=clock.now())
        code = str(first.authority_code)
        wanted = Wanted(
            "C1", 5, code, HOLDER, "样例", 2026, {"跨区作业车": 2000}, "辆", date(2026, 12, 31)
        )
        with unit_of_work() as session:
            told = bookings.book(session, wanted, actor=first, now=clock.now())
        assert told == second.authority_code
        assert line(clock, "W1").free == 0
