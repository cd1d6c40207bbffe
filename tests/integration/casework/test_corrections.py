"""Corrections: told once and completely, answered in part or whole, lapsed; and the five days around them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk import workers
from kiosk.casework import commands, corrections
from kiosk.casework.correction_models import Correction, CorrectionDefect
from kiosk.casework.correction_queries import CorrectionLine, list_corrections
from kiosk.casework.corrections import Answer, Defect, Fix
from kiosk.casework.errors import (
    AnswerTooLate,
    CompetentOrganMissing,
    CorrectionAlreadyTold,
    CorrectionLapsed,
    TransitionRefused,
)
from kiosk.casework.models import Case
from kiosk.casework.non_acceptance import Ground, not_accept
from kiosk.casework.queries import get_case, list_events, list_materials
from kiosk.casework.views import case_in_full
from kiosk.clock import OFFICE_ZONE
from kiosk.errors import InputInvalid, StaleVersion
from kiosk.identity.actors import Actor, Role
from kiosk.licences.queries import list_documents
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.sample_cases import CLERK, officer_of, received

PAPER = Defect("缺少第二页", "提交完整复印件", paper="住所使用证明")
FIELD = Defect("经营范围不规范", "按规范表述填写", field="business_scope")


def case_of(number: str) -> Case:
    with reading() as session:
        return get_case(session, number)


def told(number: str) -> list[CorrectionLine]:
    with reading() as session:
        return list_corrections(session, get_case(session, number))


def permit(clock: StandingClock) -> str:
    """A received case whose item is a permit of 20 working days."""
    number = received(clock).number
    with unit_of_work() as session:
        case = get_case(session, number)
        terms = case.offering["terms"] | {"regime": "permit", "legal_days": 20}
        case.offering = case.offering | {"terms": terms}
    return number


def applicant_of(number: str) -> Actor:
    return Actor(Role.CITIZEN, "zhang", "张样例", person_id=case_of(number).applicant_id)


def request(number: str, clock: StandingClock, *defects: Defect) -> None:
    actor = officer_of(number)
    corrections.request_correction(number, defects, actor=actor, now=clock.now())


def test_the_limits_begin_when_the_last_correction_arrives(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = permit(clock)  # Monday 2 March, as in the vectors.
        clock.set(datetime(2026, 3, 5, 10, tzinfo=OFFICE_ZONE))
        request(number, clock, PAPER, FIELD)
        held = case_of(number)
        assert (held.state, held.correction_due_on) == ("correction-requested", date(2026, 3, 26))
        assert held.acceptance_due_on is None
        clock.set(datetime(2026, 3, 12, 10, tzinfo=OFFICE_ZONE))
        brought = [Answer("1.1", "paper", 3)]
        corrections.supply(number, brought, actor=CLERK, now=clock.now())
        assert case_of(number).state == "correction-requested"
        clock.set(datetime(2026, 3, 23, 10, tzinfo=OFFICE_ZONE))
        rest = [Answer("1.2", value="日用百货销售；食品销售（仅销售预包装食品）")]
        corrections.supply(number, rest, actor=applicant_of(number), now=clock.now())
        held = case_of(number)
        assert (held.state, held.complete_on) == ("received", date(2026, 3, 23))
        assert held.acceptance_due_on == date(2026, 3, 30)
        assert held.form["business_scope"].startswith("日用百货销售")
        clock.advance(days=2)
        commands.accept(number, actor=officer_of(number), now=clock.now())
        held = case_of(number)
        assert (held.accepted_on, held.deemed_accepted) == (date(2026, 3, 23), False)
        assert held.statutory_due_on == date(2026, 4, 21)
        with reading() as session:
            names = [paper.name for paper in list_materials(session, held)]
            titles = [paper.title for paper in list_documents(session, number)]
            acts = [event.action for event in list_events(session, held)]
    assert "住所使用证明" in names
    assert titles.count("补正材料接收单") == 2
    assert "补正告知书" in titles
    assert acts == ["receive", "request-correction", "supply-part", "supply-correction", "accept"]


def test_silence_after_the_correction_accepts_from_its_arrival(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = permit(clock)
        request(number, clock, PAPER)
        clock.advance(days=20)
        assert commands.deem_accepted_overdue(now=clock.now()) == 0
        corrections.supply(number, [Answer("1.1")], actor=CLERK, now=clock.now())
        arrived = case_of(number).complete_on
        clock.advance(days=9)
        workers.drain()
        held = case_of(number)
        assert (held.deemed_accepted, held.accepted_on) == (True, arrived)


def test_a_second_notice_must_be_about_what_was_newly_supplied(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = permit(clock)
        request(number, clock, PAPER)
        with pytest.raises(TransitionRefused):
            request(number, clock, PAPER)
        corrections.supply(number, [Answer("1.1")], actor=CLERK, now=clock.now())
        with pytest.raises(CorrectionAlreadyTold):
            request(number, clock, Defect("没有签字", "补签字", paper="申请书"))
        strange = Defect("看不清", "重新提交", paper="住所使用证明", arises_from="1.9")
        with pytest.raises(InputInvalid):
            request(number, clock, strange)
        request(number, clock, Defect("看不清", "重新提交", paper="产权证", arises_from="1.1"))
        assert [line.position for line in told(number)] == [1, 2]
        assert told(number)[1].defects[0].arises_from == "1.1"
        assert told(number)[0].defects[0].supplied


def test_after_five_days_of_silence_no_correction_can_be_asked_for(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = permit(clock)
        clock.advance(days=9)
        with pytest.raises(AnswerTooLate):
            request(number, clock, PAPER)
        with pytest.raises(AnswerTooLate):
            not_accept(number, "理由", actor=officer_of(number), now=clock.now())
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Correction)) == 0


@pytest.mark.parametrize(
    "defects",
    [
        (),
        (Defect("缺", "补"),),
        (Defect("缺", "补", paper="申请书", field="business_scope"),),
        (Defect("缺", "补", field="premises_division"),),  # It decides the authority.
        (Defect("缺", "补", field="no_such_field"),),
    ],
)
def test_a_notice_says_what_is_to_be_corrected(
    app: Flask, clock: StandingClock, defects: tuple[Defect, ...]
) -> None:
    with app.app_context():
        number = permit(clock)
        with pytest.raises(InputInvalid):
            request(number, clock, *defects)
        assert case_of(number).state == "received"


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (Answer("1.3"),),
        (Answer("2.1"),),
        (Answer("1.1"), Answer("1.1")),
        (Answer("1.2"),),
        (Answer("1.2", value="甲" * 5000),),
    ],
)
def test_an_answer_must_fit_the_list_and_the_form(
    app: Flask, clock: StandingClock, answers: tuple[Answer, ...]
) -> None:
    with app.app_context():
        number = permit(clock)
        request(number, clock, PAPER, FIELD)
        before = case_of(number).version
        with pytest.raises(InputInvalid):
            corrections.supply(number, answers, actor=CLERK, now=clock.now())
        assert case_of(number).version == before
        with reading() as session:
            brought = select(CorrectionDefect).where(CorrectionDefect.supplied_at.is_not(None))
            assert session.scalars(brought).all() == []


def test_a_correction_that_never_comes_lapses_once(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "SWEEP", 1)
    with app.app_context():
        numbers = [permit(clock) for _ in range(2)]
        for number in numbers:
            request(number, clock, PAPER)
        clock.advance(days=21)
        assert corrections.lapse_overdue(now=clock.now()) == 0  # The last day is the applicant's.
        clock.advance(days=1)
        with reading() as session:
            shown = case_in_full(session, get_case(session, numbers[0]), clock.now())
        assert (shown["state"], case_of(numbers[0]).state) == ("lapsed", "correction-requested")
        with pytest.raises(CorrectionLapsed):
            corrections.supply(numbers[0], [Answer("1.1")], actor=CLERK, now=clock.now())
        assert corrections.lapse_overdue(now=clock.now()) == 2
        assert corrections.lapse_overdue(now=clock.now()) == 0
        assert {case_of(number).state for number in numbers} == {"lapsed"}
        with reading() as session:
            assert list_documents(session, numbers[0])[-1].title == "退件通知书"


def test_what_can_be_mended_at_the_window_needs_no_notice(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = permit(clock)
        fixes = [Fix(paper="身份证复印件", pages=1), Fix(field="business_scope", value="食品销售")]
        corrections.fix_on_spot(number, fixes, actor=CLERK, now=clock.now())
        held = case_of(number)
        assert (held.state, held.form["business_scope"]) == ("received", "食品销售")
        assert held.acceptance_due_on == date(2026, 3, 9)
        with pytest.raises(InputInvalid):
            corrections.fix_on_spot(number, [Fix()], actor=CLERK, now=clock.now())


@pytest.mark.both_databases
def test_of_two_notices_at_once_one_is_told(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = permit(clock)
        officer, version = officer_of(number), case_of(number).version

    def ask(turn: int) -> None:
        with app.app_context():
            corrections.request_correction(
                number, [PAPER, FIELD][turn:], actor=officer, now=clock.now(), version=version
            )

    outcomes = at_once(ask)
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], StaleVersion | TransitionRefused)
    with app.app_context():
        assert len(told(number)) == 1


def test_who_is_not_competent_names_who_is(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = permit(clock)
        officer = officer_of(number)
        with pytest.raises(CompetentOrganMissing):
            not_accept(
                number, "场所在锦江", actor=officer, now=clock.now(), ground=Ground.OUT_OF_SCOPE
            )
        not_accept(
            number,
            "场所在锦江",
            actor=officer,
            now=clock.now(),
            ground=Ground.OUT_OF_SCOPE,
            competent="成都市锦江区市场监督管理局",
        )
        held = case_of(number)
        assert held.state == "not-accepted"
        assert held.reasons == "场所在锦江（请向成都市锦江区市场监督管理局申请）"
        with reading() as session:
            (paper,) = list_documents(session, number)
    assert paper.title == "不予受理通知书"
    assert "锦江区市场监督管理局" in str(paper.content["values"])
