"""Special procedures, extension, hearing and expert review: how they move the clocks, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.casework import commands, experts, extensions, hearings, procedures, reminders
from kiosk.casework.errors import (
    ConflictOfInterest,
    ExpertOpinionMissing,
    ExtensionRefused,
    HearingOpen,
    HearingRefused,
    ProcedureRefused,
    SecondOfficerNeeded,
    TransitionRefused,
)
from kiosk.casework.experts import Interest, NewExpert
from kiosk.casework.explained_dates import Clock
from kiosk.casework.models import Case
from kiosk.casework.procedure_kinds import SpecialKind
from kiosk.casework.procedure_models import Reminder
from kiosk.casework.procedure_queries import list_open_procedures
from kiosk.casework.procedures import Planned
from kiosk.casework.queries import get_case
from kiosk.casework.views import case_in_full
from kiosk.clock import OFFICE_ZONE
from kiosk.errors import InputInvalid, KioskError, StaleVersion
from kiosk.exchange.models import OutboxMessage
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.identity.models import Authorisation
from kiosk.identity.queries import document_digest
from kiosk.licences.queries import list_documents
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.sample_cases import PERSON, officer_of, received

TESTING = Planned(SpecialKind.TESTING, "须送检", 4)
APPRAISAL = Planned(SpecialKind.APPRAISAL, "须鉴定", 4)
REVIEW = Planned(SpecialKind.EXPERT_REVIEW, "工艺须评审", 5)
EXPERT = NewExpert("王样例", "510104199003070031", "重庆", "危险废物处置", "样例环境研究院")


def on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=OFFICE_ZONE)


def case_of(number: str) -> Case:
    with reading() as session:
        return get_case(session, number)


def clock_of(number: str, clock: StandingClock, key: str = "statutory") -> Clock:
    with reading() as session:
        shown = case_in_full(session, get_case(session, number), clock.now())
    (found,) = [limit for limit in shown["clocks"] if limit.key == key]
    assert isinstance(found, Clock)
    return found


def under_review(clock: StandingClock, **terms: object) -> tuple[str, Actor]:
    """A permit of 20 working days, accepted and under review since Monday 9 March 2026."""
    clock.set(on(3, 9))
    number = received(clock).number
    with unit_of_work() as session:
        case = get_case(session, number)
        held = {"regime": "permit", "legal_days": 20, "promised_days": 15} | terms
        case.offering = case.offering | {"terms": case.offering["terms"] | held}
    officer = officer_of(number)
    commands.accept(number, actor=officer, now=clock.now())
    commands.review(number, actor=officer, now=clock.now())
    return number, officer


def supervisor(officer: Actor) -> Actor:
    return replace(officer, number="supervisor", supervisor=True)


def applicant_of(number: str) -> Actor:
    return Actor(Role.CITIZEN, "zhang", "张样例", person_id=case_of(number).applicant_id)


def titles(number: str) -> list[str]:
    """The papers of the case since it was accepted."""
    with reading() as session:
        papers = [paper.title for paper in list_documents(session, number)]
    return [title for title in papers if title not in ("收件凭证", "受理通知书")]


def test_overlapping_procedures_stop_the_clock_once(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        assert case_of(number).statutory_due_on == date(2026, 4, 7)
        clock.set(on(3, 16))
        procedures.start_procedure(number, TESTING, actor=officer, now=clock.now())
        held = case_of(number)
        assert (held.state, held.statutory_due_on) == ("special-procedure", None)
        assert "特别程序尚未结束，至少到2026年4月13日" in clock_of(number, clock).words
        clock.set(on(3, 18))
        with pytest.raises(ProcedureRefused):
            procedures.start_procedure(number, TESTING, actor=officer, now=clock.now())
        procedures.start_procedure(number, APPRAISAL, actor=officer, now=clock.now())
        clock.set(on(3, 19))
        procedures.end_procedure(number, 1, "合格", actor=officer, now=clock.now())
        assert case_of(number).state == "special-procedure"
        clock.set(on(3, 20))
        procedures.end_procedure(number, 2, "属实", actor=officer, now=clock.now())
        held = case_of(number)
        assert (held.state, held.statutory_due_on) == ("under-review", date(2026, 4, 13))
        found = clock_of(number, clock)
        assert sum(part.days for part in found.parts if part.kind == "pause") == 4
        assert titles(number).count("特别程序(期限)告知书") == 2


def test_a_visit_of_the_place_stops_nothing(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        procedures.visit_site(number, "与申报一致", actor=officer, now=clock.now())
        held = case_of(number)
        assert (held.state, held.statutory_due_on) == ("under-review", date(2026, 4, 7))
        assert "site-visit" not in set(SpecialKind)


def test_hearings_and_reviews_are_begun_their_own_way(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        for kind in (SpecialKind.HEARING, SpecialKind.EXPERT_REVIEW):
            planned = Planned(kind, "理由", 5)
            with pytest.raises(ProcedureRefused):
                procedures.start_procedure(number, planned, actor=officer, now=clock.now())
        assert titles(number) == []


def test_withdrawal_ends_what_runs(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        procedures.start_procedure(number, TESTING, actor=officer, now=clock.now())
        commands.withdraw(number, actor=applicant_of(number), now=clock.now())
        with reading() as session:
            held = get_case(session, number)
            assert (held.state, list_open_procedures(session, held)) == ("withdrawn", [])


def test_an_extension_needs_a_second_responsible_officer(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        extensions.ask_extension(number, 10, "情况复杂", actor=officer, now=clock.now())
        for wrong in (officer, replace(officer, supervisor=True), replace(officer, number="other")):
            with pytest.raises(SecondOfficerNeeded):
                extensions.approve_extension(number, actor=wrong, now=clock.now())
        extensions.approve_extension(number, actor=supervisor(officer), now=clock.now())
        held = case_of(number)
        assert held.statutory_due_on == date(2026, 4, 21)
        assert held.promised_due_on == date(2026, 3, 30)
        assert "经批准延长10个工作日" in clock_of(number, clock).words
        assert titles(number) == ["延期告知书"]
        with pytest.raises(ExtensionRefused):
            extensions.ask_extension(number, 1, "又复杂", actor=officer, now=clock.now())


def test_a_declined_extension_changes_nothing_and_may_be_asked_again(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        extensions.ask_extension(number, 10, "情况复杂", actor=officer, now=clock.now())
        with pytest.raises(ExtensionRefused):
            extensions.ask_extension(number, 5, "情况复杂", actor=officer, now=clock.now())
        extensions.decline_extension(number, "理由不足", actor=supervisor(officer), now=clock.now())
        assert case_of(number).statutory_due_on == date(2026, 4, 7)
        extensions.ask_extension(number, 5, "补充理由", actor=officer, now=clock.now())


@pytest.mark.parametrize(
    ("terms", "days", "refusal"),
    [
        ({}, 11, InputInvalid),
        ({"regime": "registration", "legal_days": 3}, 4, InputInvalid),
        ({"regime": "other"}, 5, ExtensionRefused),
        ({"legal_days": None}, 5, ExtensionRefused),
    ],
)
def test_an_extension_stays_within_the_law(
    app: Flask,
    clock: StandingClock,
    terms: dict[str, object],
    days: int,
    refusal: type[KioskError],
) -> None:
    with app.app_context():
        number, officer = under_review(clock, **terms)
        with pytest.raises(refusal):
            extensions.ask_extension(number, days, "理由", actor=officer, now=clock.now())


def test_after_the_limit_nothing_is_extended(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        extensions.ask_extension(number, 10, "情况复杂", actor=officer, now=clock.now())
        clock.set(on(4, 8))
        with pytest.raises(ExtensionRefused):
            extensions.approve_extension(number, actor=supervisor(officer), now=clock.now())


def test_an_extension_beyond_the_known_years_says_so(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock, legal_days=200)
        extensions.ask_extension(number, 10, "情况复杂", actor=officer, now=clock.now())
        clock.set(on(12, 1))
        extensions.approve_extension(number, actor=supervisor(officer), now=clock.now())
        assert case_of(number).statutory_due_on is None
        with reading() as session:
            paper = list_documents(session, number)[-1]
        assert "节假日安排公布后确定" in paper.content["values"]["until"]


def test_nothing_is_decided_while_somebody_may_be_heard(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        hearings.tell_hearing(number, "涉及重大利益", actor=officer, now=clock.now())
        with pytest.raises(HearingOpen):
            commands.grant(number, "同意", actor=officer, now=clock.now())
        clock.set(on(3, 12))
        hearings.ask_hearing(number, actor=applicant_of(number), now=clock.now())
        with pytest.raises(HearingRefused):
            hearings.ask_hearing(number, actor=applicant_of(number), now=clock.now())
        clock.set(on(3, 30))
        with pytest.raises(HearingOpen):
            commands.refuse(number, "不符合条件", actor=officer, now=clock.now())
        clock.set(on(3, 13))
        for early_or_late in (on(3, 20), on(5, 20)):
            with pytest.raises(InputInvalid):
                hearings.arrange_hearing(
                    number, "听证室", early_or_late, actor=officer, now=clock.now()
                )
        hearings.arrange_hearing(number, "听证室", on(3, 24), actor=officer, now=clock.now())
        assert case_of(number).statutory_due_on is None
        with pytest.raises(ProcedureRefused):
            procedures.end_procedure(number, 1, "完", actor=officer, now=clock.now())
        with pytest.raises(HearingRefused):
            hearings.hold_hearing(number, "presider", "笔录", actor=officer, now=clock.now())
        clock.set(on(3, 24, 17))
        with pytest.raises(HearingRefused):
            hearings.hold_hearing(number, officer.number, "笔录", actor=officer, now=clock.now())
        hearings.hold_hearing(number, "presider", "笔录", actor=officer, now=clock.now())
        held = case_of(number)
        assert (held.state, held.statutory_due_on) == ("under-review", date(2026, 4, 16))
        commands.refuse(number, "不符合条件", actor=officer, now=clock.now())
        assert case_of(number).state == "refused"


def test_who_does_not_ask_in_five_days_is_not_waited_for(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        with pytest.raises(HearingRefused):
            hearings.ask_hearing(number, actor=applicant_of(number), now=clock.now())
        hearings.tell_hearing(number, "涉及重大利益", actor=officer, now=clock.now())
        clock.set(on(3, 17))  # The fifth working day was 16 March.
        with pytest.raises(HearingRefused):
            hearings.ask_hearing(number, actor=applicant_of(number), now=clock.now())
        commands.refuse(number, "不符合条件", actor=officer, now=clock.now())


def test_an_expert_review_stops_the_clock_until_the_opinion_is_there(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        expert = experts.enter_expert(EXPERT, actor=SYSTEM, now=clock.now())
        with pytest.raises(InputInvalid):
            experts.enter_expert(EXPERT, actor=SYSTEM, now=clock.now())
        with pytest.raises(InputInvalid):
            experts.start_review(number, REVIEW, [], actor=officer, now=clock.now())
        clock.set(on(3, 16))
        experts.start_review(number, REVIEW, [expert], actor=officer, now=clock.now())
        with pytest.raises(ExpertOpinionMissing):
            procedures.end_procedure(number, 1, "通过", actor=officer, now=clock.now())
        clock.set(on(3, 20))
        experts.give_opinion(number, expert, "工艺可行", actor=officer, now=clock.now())
        with pytest.raises(ProcedureRefused):
            experts.give_opinion(number, expert, "再想想", actor=officer, now=clock.now())
        procedures.end_procedure(number, 1, "通过", actor=officer, now=clock.now())
        assert case_of(number).statutory_due_on == date(2026, 4, 13)
        assert "专家评审4个工作日不计入" in clock_of(number, clock).words


@pytest.mark.parametrize("tie", ["self", "employer", "kinship", "agent"])
def test_an_expert_who_is_tied_to_the_applicant_does_not_review(
    app: Flask, clock: StandingClock, tie: str
) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        own, new = PERSON["document_number"], EXPERT
        if tie == "self":
            new = replace(EXPERT, document_number=own)
        if tie == "employer":
            new = replace(EXPERT, employer=case_of(number).subject_name)
        expert = experts.enter_expert(new, actor=SYSTEM, now=clock.now())
        if tie == "kinship":
            experts.declare_interest(
                expert, Interest.KINSHIP, "111", own, actor=SYSTEM, now=clock.now()
            )
        if tie == "agent":
            with unit_of_work() as session:
                session.add(
                    Authorisation(
                        number="A1",
                        principal_digest=document_digest("111", own),
                        agent_digest=document_digest("111", EXPERT.document_number),
                        scope="apply",
                        valid_from=date(2020, 1, 1),
                        valid_to=date(2020, 12, 31),
                        recorded_by="clerk",
                        recorded_at=clock.now(),
                    )
                )
        with pytest.raises(ConflictOfInterest):
            experts.start_review(number, REVIEW, [expert], actor=officer, now=clock.now())
        assert case_of(number).state == "under-review"
        assert titles(number) == []


@pytest.mark.both_databases
def test_of_two_procedures_at_once_one_begins(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        version = case_of(number).version

    def begin(turn: int) -> None:
        with app.app_context():
            procedures.start_procedure(
                number, (TESTING, APPRAISAL)[turn], actor=officer, now=clock.now(), version=version
            )

    outcomes = at_once(begin)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StaleVersion"]
    with app.app_context(), reading() as session:
        assert len(list_open_procedures(session, get_case(session, number))) == 1


@pytest.mark.both_databases
def test_of_two_acts_that_keep_the_state_one_wins(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, officer = under_review(clock)
        version = case_of(number).version

    def visit(turn: int) -> None:
        with app.app_context():
            procedures.visit_site(
                number, f"第{turn}次", actor=officer, now=clock.now(), version=version
            )

    outcomes = [outcome for outcome in at_once(visit) if outcome is not None]
    assert [type(outcome) for outcome in outcomes] == [StaleVersion]


def test_reminders_are_told_once_and_grave_ones_to_the_supervisor(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        _, officer = under_review(clock, promised_days=None, legal_days=10)
        assert reminders.remind(now=clock.now()) == 0
        for day, levels in (
            (16, ["amber"]),
            (20, ["amber", "red"]),
            (24, ["amber", "red", "breached"]),
        ):
            clock.set(on(3, day))
            assert reminders.remind(now=clock.now()) == 1
            assert reminders.remind(now=clock.now()) == 0
            with reading() as session:
                told = reminders.list_reminders(session, officer.authority_code or "")
                assert [line.level for line in reversed(told)] == levels
        assert [line.escalated for line in reversed(told)] == [False, True, True]
        with reading() as session:
            sent = select(func.count()).where(OutboxMessage.topic == "limit.reminder")
            assert session.scalar(sent) == session.scalar(select(func.count(Reminder.id))) == 3


def test_nothing_special_happens_before_acceptance(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = received(clock).number
        officer = officer_of(number)
        with pytest.raises(TransitionRefused):
            procedures.start_procedure(number, TESTING, actor=officer, now=clock.now())
        with pytest.raises(TransitionRefused):
            extensions.ask_extension(number, 5, "理由", actor=officer, now=clock.now())
