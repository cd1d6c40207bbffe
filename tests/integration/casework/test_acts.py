"""Acts that come at the same moment, too early, or after the law has already spoken."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from deploy.demo import branch_form
from kiosk import workers
from kiosk.casework import commands, printing_results
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.non_acceptance import not_accept
from kiosk.casework.queries import get_case
from kiosk.casework.views import case_masked
from kiosk.demo import PEOPLE
from kiosk.errors import StaleVersion
from kiosk.identity.commands import sign_in_citizen
from kiosk.identity.models import Person
from kiosk.identity.provider import Identity
from kiosk.licences.errors import NotReadyYet
from kiosk.licences.models import Licence, LicenceCopy, SealedDocument
from kiosk.licences.queries import list_documents
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.sample_cases import PERSON, granted, officer_of, received

STRANGER = Identity("王样例", "111", "510104199003070031", "13800000009")


def paper(number: str, title: str) -> SealedDocument | None:
    """The paper of that title among those of the case."""
    with reading() as session:
        return next((row for row in list_documents(session, number) if row.title == title), None)


def case_of(number: str) -> Case:
    with reading() as session:
        return get_case(session, number)


@pytest.mark.both_databases
def test_of_two_acts_at_once_one_is_told_to_look_again(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = received(clock).number
        officer = officer_of(number)

    def act(turn: int) -> None:
        with app.app_context():
            if turn:
                commands.accept(number, actor=officer, now=clock.now(), version=1)
            else:
                not_accept(number, "不属于本机关职权", actor=officer, now=clock.now(), version=1)

    outcomes = at_once(act)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StaleVersion"]
    assert any(isinstance(outcome, StaleVersion) for outcome in outcomes)
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(CaseEvent)) == 2


@pytest.mark.both_databases
def test_the_same_key_twice_at_once_is_one_case(app: Flask, clock: StandingClock) -> None:
    def submit(_: int) -> str:
        with app.app_context():
            return received(clock, key="window:twice", applicant=STRANGER).number

    numbers = at_once(submit)
    assert numbers[0] == numbers[1]
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


@pytest.mark.both_databases
def test_one_person_met_twice_at_once_is_one_person(app: Flask, clock: StandingClock) -> None:
    def sign_in(_: int) -> str:
        with app.app_context():
            return sign_in_citizen(STRANGER, now=clock.now(), minutes=30)[1].number

    numbers = at_once(sign_in)
    assert numbers[0] == numbers[1]
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == len(PEOPLE) + 1


@pytest.mark.both_databases
def test_silence_accepts_every_permit_however_many_others_wait(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "SWEEP", 2)
    with app.app_context():
        numbers = [received(clock).number for _ in range(5)]
        with unit_of_work() as session:
            for number in numbers[:3]:
                case = get_case(session, number)
                terms = case.offering["terms"] | {"regime": "other"}
                case.offering = case.offering | {"terms": terms}
            for number in numbers[3:]:
                case = get_case(session, number)
                terms = case.offering["terms"] | {"regime": "permit"}
                case.offering = case.offering | {"terms": terms}
        clock.advance(days=14)
        assert commands.deem_accepted_overdue(now=clock.now()) == 2
        assert [case_of(number).deemed_accepted for number in numbers] == [False] * 3 + [True] * 2
        assert commands.deem_accepted_overdue(now=clock.now()) == 0
        workers.drain()
        assert [paper(number, "受理通知书") for number in numbers[:3]] == [None] * 3
        for number in numbers[3:]:
            notice = paper(number, "受理通知书")
            assert notice is not None
            assert notice.state == "sealed"
            said = notice.content["values"]
            assert "逾期未告知，自收到申请材料之日（2026年3月2日）起即为受理" in said["found"]
            assert said["basis"] == "《中华人民共和国行政许可法》第三十二条第一款第四项"
            assert said["accepted_on"] == "2026年3月2日"


def test_one_case_that_fails_does_not_keep_the_others_waiting(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        numbers = [received(clock).number for _ in range(2)]
        with unit_of_work() as session:
            for number in numbers:
                case = get_case(session, number)
                case.offering = case.offering | {
                    "terms": case.offering["terms"] | {"regime": "permit"}
                }
        clock.advance(days=14)
        officer = officer_of(numbers[0])
        overdue = commands._overdue_after(0, clock.now().date())
        commands.accept(numbers[0], actor=officer, now=clock.now())
        assert [commands._deem_accepted(row, clock.now()) for row in overdue] == [False, True]


def test_nothing_is_delivered_before_it_has_a_seal(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, _, officer = granted(clock)
        with pytest.raises(NotReadyYet):
            commands.deliver(number, "窗口领取", actor=officer, now=clock.now())
        workers.drain()
        commands.deliver(number, "窗口领取", actor=officer, now=clock.now())
        assert case_of(number).state == "delivered"
        clock.advance(days=1)
        commands.close(number, actor=officer, now=clock.now())
        workers.drain()
        confirmed = paper(number, "办结确认书")
        assert confirmed is not None
        assert confirmed.state == "sealed"
        assert confirmed.content["values"]["outcome"] == (
            "办理结果为“已准予登记”，结果于2026年3月2日送达，本件于2026年3月3日办结"
        )


@pytest.mark.both_databases
def test_two_copies_printed_at_once_deliver_the_case(app: Flask, clock: StandingClock) -> None:
    form = branch_form(PERSON, "510107", "武侯大道") | {"duplicate_count": 2}
    with app.app_context():
        number, _, _ = granted(clock, form=form)
        workers.drain()
        with reading() as session:
            identifier = session.scalar(select(Licence.identifier)) or ""
            labels = session.scalars(select(LicenceCopy.label)).all()
    assert len(labels) == 2

    def printed(turn: int) -> None:
        with app.app_context():
            printing_results.note_printed(identifier, labels[turn], now=clock.now())

    assert at_once(printed) == [None, None]
    with app.app_context():
        assert case_of(number).state == "delivered"


def test_the_masked_steps_bear_the_date_of_the_office(app: Flask, clock: StandingClock) -> None:
    clock.set(clock.now().replace(hour=7))  # The day before, in UTC.
    with app.app_context():
        number = received(clock).number
        with reading() as session:
            steps = case_masked(session, get_case(session, number), clock.now())["steps"]
    assert steps[0].startswith("2026年3月2日 ")
