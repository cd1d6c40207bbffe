"""The white list: signed by both sides, used by decisions, never overdrawn, given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import workers
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import Actor, Role
from kiosk.quotas import agreements, bookings
from kiosk.quotas.agreements import NewLine
from kiosk.quotas.bookings import TOPIC, Wanted
from kiosk.quotas.errors import QuotaExceeded, QuotaInvalid, QuotaSignatureRefused
from kiosk.quotas.models import Quota
from kiosk.uow import reading, unit_of_work
from services_catalog.queries import load_world
from tests.support.clocks import StandingClock
from tests.support.races import at_once

HOLDER, KIND = "91500000000000000X", "废铅蓄电池"
SENDER, RECEIVER = "四川省生态环境厅", "重庆市生态环境局"


def officers() -> tuple[Actor, Actor]:
    with reading() as session:
        world = load_world(session)
    first, second = (
        Actor(Role.OFFICER, name, "审批", authority_code=world.by_name[name].code)
        for name in (SENDER, RECEIVER)
    )
    return first, second


def agreed(clock: StandingClock, amount: int = 10_000) -> tuple[Actor, Actor]:
    first, second = officers()
    year = clock.now().year
    line = NewLine(
        "W1", 87, year, HOLDER, "样例再生公司", KIND, amount, "吨",
        str(first.authority_code), str(second.authority_code),
    )  # fmt: skip
    agreements.propose(line, actor=first, now=clock.now())
    assert not agreements.sign("W1", actor=first, now=clock.now())
    assert agreements.sign("W1", actor=second, now=clock.now())
    return first, second


def wanted(clock: StandingClock, first: Actor, number: str, amount: int) -> Wanted:
    day = clock.now().date()
    code = str(first.authority_code)
    return Wanted(number, 87, code, HOLDER, day.year, {KIND: amount}, day + timedelta(days=5))


def book(asked: Wanted, actor: Actor, clock: StandingClock) -> bool:
    with unit_of_work() as session:
        return bookings.book(session, asked, actor=actor, now=clock.now())


def used() -> int:
    with reading() as session:
        return session.scalars(select(Quota.used)).one()


def test_a_list_counts_only_when_two_sides_have_signed(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, second = officers()
        code, other = str(first.authority_code), str(second.authority_code)
        line = NewLine("W1", 87, 2026, HOLDER, "样例", KIND, 10, "吨", code, other)
        with pytest.raises(QuotaInvalid):
            agreements.propose(replace(line, second_code=code), actor=first, now=clock.now())
        agreements.propose(line, actor=first, now=clock.now())
        agreements.sign("W1", actor=first, now=clock.now())
        asked = replace(wanted(clock, first, "C1", 5), year=2026)
        assert not book(asked, first, clock)
        with pytest.raises(QuotaSignatureRefused):
            agreements.sign("W1", actor=first, now=clock.now())
        stranger = replace(second, authority_code="x")
        with pytest.raises(QuotaSignatureRefused):
            agreements.sign("W1", actor=stranger, now=clock.now())
        assert agreements.sign("W1", actor=second, now=clock.now())
        assert book(asked, first, clock)


def test_inside_the_list_books_and_tells_above_it_asks_first(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        first, second = agreed(clock)
        assert book(wanted(clock, first, "C1", 7000), first, clock)
        assert used() == 7000
        with reading() as session:
            told = session.scalars(
                select(OutboxMessage.payload).where(OutboxMessage.topic == TOPIC)
            ).one()
        assert (told["to"], told["amount"]) == (second.authority_code, 7000)
        more = wanted(clock, first, "C2", 4000)
        with pytest.raises(QuotaExceeded, match="只余约 3吨"):
            book(more, first, clock)
        with pytest.raises(QuotaSignatureRefused):
            agreements.consent("W1", "C2", "复函1号", actor=first, now=clock.now())
        agreements.consent("W1", "C2", "复函1号", actor=second, now=clock.now())
        assert not book(more, first, clock)
        assert used() == 7000


def test_what_is_withdrawn_or_expired_is_given_back_once(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, _ = agreed(clock)
        book(wanted(clock, first, "C1", 4000), first, clock)
        book(wanted(clock, first, "C2", 6000), first, clock)
        for given in (1, 0):
            with unit_of_work() as session:
                back = bookings.give_back(session, "C1", "撤回", actor=first, now=clock.now())
                assert back == given
        assert used() == 6000
        workers.watch_limits()
        assert used() == 6000
        clock.advance(days=6)
        workers.watch_limits()
        workers.watch_limits()
        assert used() == 0


@pytest.mark.both_databases
def test_two_officers_never_overdraw(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, _ = agreed(clock)

    def take(turn: int) -> bool:
        with app.app_context():
            return book(wanted(clock, first, f"C{turn}", 6000), first, clock)

    outcomes = at_once(take, threads=4)
    assert [outcome for outcome in outcomes if outcome is True] == [True]
    assert sum(isinstance(outcome, QuotaExceeded) for outcome in outcomes) == 3
    with app.app_context():
        assert used() == 6000
