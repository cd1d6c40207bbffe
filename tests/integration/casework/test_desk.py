"""The officers' desk: one officer a case, two signatures where they are asked for, batches, queues page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.audit.models import AuditEntry
from kiosk.casework import batch, commands, holding, opinions
from kiosk.casework.deeds import Deed
from kiosk.casework.errors import (
    NotTaken,
    SecondSignatureMissing,
    SecondSignerIsFirst,
    TakenByOther,
    TransitionRefused,
    WrongPlace,
)
from kiosk.casework.models import CaseEvent
from kiosk.casework.non_acceptance import not_accept
from kiosk.casework.opinions import Outcome
from kiosk.casework.queries import get_case
from kiosk.casework.queues import QueueView, Sought, Whose, list_queue, list_received, search_cases
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.errors import Forbidden, InputInvalid, NotFound, StaleVersion
from kiosk.exchange.models import OutboxMessage
from kiosk.extensions import database
from kiosk.identity.actors import Actor
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.desks import ask_second_signature, colleague, staff
from tests.support.plans import explaining, sorts
from tests.support.races import at_once
from tests.support.sample_cases import CLERK, PERSON, received


def under_review(clock: StandingClock, officer: Actor) -> str:
    number = received(clock).number
    commands.accept(number, actor=officer, now=clock.now())
    commands.review(number, actor=officer, now=clock.now())
    return number


def held_by(number: str) -> str | None:
    with reading() as session:
        return get_case(session, number).held_by


@pytest.mark.both_databases
def test_of_two_officers_who_take_at_once_one_has_the_case(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        number = received(clock).number
        first = staff("officer.wuhou")

    def take(turn: int) -> None:
        with app.app_context():
            officer = colleague(first, f"officer-{turn}")
            holding.take(number, actor=officer, now=clock.now())

    outcomes = at_once(take)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "TakenByOther"]
    with app.app_context(), reading() as session:
        taken = select(func.count()).select_from(CaseEvent).where(CaseEvent.action == Deed.TAKE)
        assert session.scalar(taken) == 1


@pytest.mark.both_databases
def test_of_two_officers_who_decide_at_once_one_decides(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first = staff("officer.wuhou")
        number = under_review(clock, first)
        holding.give_back(number, actor=first, now=clock.now())

    def decide(turn: int) -> None:
        with app.app_context():
            officer = colleague(first, f"officer-{turn}")
            act = commands.refuse if turn else commands.grant
            act(number, "意见", actor=officer, now=clock.now())

    outcomes = [type(outcome) for outcome in at_once(decide)]
    assert type(None) in outcomes
    assert set(outcomes) <= {type(None), StaleVersion, TransitionRefused}
    with app.app_context(), reading() as session:
        decided = CaseEvent.action.in_(["grant", "refuse"])
        assert session.scalar(select(func.count()).select_from(CaseEvent).where(decided)) == 1


def test_what_one_officer_holds_no_other_decides(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, now = staff("officer.wuhou"), clock.now()
        other = colleague(first, "other")
        number = received(clock).number
        holding.take(number, actor=first, now=now)
        for act in (commands.accept, commands.review):
            with pytest.raises(TakenByOther):
                act(number, actor=other, now=now)
        with pytest.raises(TakenByOther):
            holding.give_back(number, actor=other, now=now)
        holding.give_back(number, actor=first, now=now)
        with pytest.raises(NotTaken):
            holding.give_back(number, actor=first, now=now)
        commands.accept(number, actor=other, now=now)
        with pytest.raises(StaleVersion):
            holding.take(number, actor=first, now=now, version=1)
        commands.review(number, actor=first, now=now)
        assert held_by(number) == first.number


def test_a_supervisor_passes_a_case_on_within_the_organ(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, boss, now = staff("officer.wuhou"), staff("supervisor.wuhou"), clock.now()
        number = under_review(clock, first)
        with pytest.raises(Forbidden):
            holding.reassign(number, "second.wuhou", actor=first, now=now)
        with pytest.raises(WrongPlace):
            holding.reassign(number, "officer.jinjiang", actor=boss, now=now)
        for nobody in ("clerk.liangjiang", "nobody"):
            with pytest.raises(NotFound):
                holding.reassign(number, nobody, actor=boss, now=now)
        with pytest.raises(WrongPlace):
            holding.take(number, actor=staff("officer.jinjiang"), now=now)
        holding.reassign(number, "second.wuhou", actor=boss, now=now)
        assert held_by(number) == "second.wuhou"
        holding.give_back(number, actor=boss, now=now)
        assert held_by(number) is None


def test_what_has_ended_is_not_taken(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        officer, now = staff("officer.wuhou"), clock.now()
        number = received(clock).number
        not_accept(number, "不属于本机关职权", actor=officer, now=now)
        with pytest.raises(TransitionRefused):
            holding.take(number, actor=officer, now=now)


def test_the_second_signer_is_never_the_first(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, second, now = staff("officer.wuhou"), staff("second.wuhou"), clock.now()
        number = under_review(clock, first)
        ask_second_signature(number)
        with pytest.raises(SecondSignatureMissing):
            commands.grant(number, "同意", actor=first, now=now)
        with pytest.raises(SecondSignerIsFirst):
            opinions.sign(number, Outcome.GRANT, "同意", actor=first, now=now)
        opinions.sign(number, Outcome.GRANT, "复核同意", actor=second, now=now)
        with pytest.raises(SecondSignatureMissing):
            commands.refuse(number, "不符合条件", actor=first, now=now)
        holding.reassign(number, second.number, actor=staff("supervisor.wuhou"), now=now)
        with pytest.raises(SecondSignerIsFirst):
            commands.grant(number, "同意", actor=second, now=now)
        opinions.sign(number, Outcome.GRANT, "复核同意", actor=first, now=now)
        commands.grant(number, "同意", actor=second, now=now)
        with reading() as session:
            case = get_case(session, number)
            assert (case.state, case.decided_by) == (State.GRANTED, second.number)


def test_a_signer_may_change_their_mind(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        first, second, now = staff("officer.wuhou"), staff("second.wuhou"), clock.now()
        number = under_review(clock, first)
        ask_second_signature(number)
        opinions.sign(number, Outcome.GRANT, "复核同意", actor=second, now=now)
        opinions.sign(number, Outcome.REFUSE, "再看材料，不符合条件", actor=second, now=now)
        with pytest.raises(SecondSignatureMissing):
            commands.grant(number, "同意", actor=first, now=now)
        commands.refuse(number, "不符合条件", actor=first, now=now)


def test_opinions_stay_in_the_office_and_in_their_authority(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        first, now = staff("officer.wuhou"), clock.now()
        number = under_review(clock, first)
        opinions.opine(number, Outcome.GRANT, "建议同意", actor=staff("second.wuhou"), now=now)
        with pytest.raises(WrongPlace):
            opinions.opine(number, Outcome.GRANT, "同意", actor=staff("officer.jinjiang"), now=now)
        with pytest.raises(InputInvalid):
            opinions.opine(number, Outcome.GRANT, " ", actor=first, now=now)
        with reading() as session:
            case = get_case(session, number)
            assert [each.words for each in opinions.list_opinions(session, case)] == ["建议同意"]
            assert "建议同意" not in str([step.note for step in session.scalars(select(CaseEvent))])
        commands.grant(number, "同意", actor=first, now=now)
        with pytest.raises(TransitionRefused):
            opinions.opine(number, Outcome.GRANT, "同意", actor=first, now=now)


def test_every_deed_has_its_event_audit_entry_and_outbox_row(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        first, second, now = staff("officer.wuhou"), staff("second.wuhou"), clock.now()
        number = under_review(clock, first)
        opinions.opine(number, Outcome.GRANT, "建议同意", actor=second, now=now)
        opinions.sign(number, Outcome.GRANT, "复核同意", actor=second, now=now)
        holding.reassign(number, second.number, actor=staff("supervisor.wuhou"), now=now)
        holding.give_back(number, actor=second, now=now)
        holding.take(number, actor=first, now=now)
        with reading() as session:
            events = session.scalars(select(CaseEvent.action).order_by(CaseEvent.id)).all()[3:]
            audited = session.scalars(
                select(AuditEntry.action).where(AuditEntry.action.like("case-%"))
            ).all()
            topics = session.scalars(
                select(OutboxMessage.topic).where(OutboxMessage.topic.like("case.%"))
            ).all()
        assert events == ["opine", "sign", "reassign", "give-back", "take"]
        assert {f"case-{event}" for event in events} <= set(audited)
        assert {f"case.{event}" for event in events} <= set(topics)


def test_one_case_of_a_batch_that_fails_stops_no_other(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        officer, now = staff("officer.wuhou"), clock.now()
        good = [under_review(clock, officer) for _ in range(2)]
        early = received(clock).number
        held = under_review(clock, officer)
        holding.reassign(held, "second.wuhou", actor=staff("supervisor.wuhou"), now=now)
        numbers = [good[0], early, "没有的编号", held, good[1], good[0]]
        wanted = [batch.Wanted(number) for number in numbers]
        results = batch.grant_each(wanted, "同意", actor=officer, now=now)
        assert [result.number for result in results] == numbers[:-1]
        assert [result.granted for result in results] == [True, False, False, False, True]
        refusals = [type(result.refusal) for result in results if not result.granted]
        assert refusals == [TransitionRefused, NotFound, TakenByOther]
        again = batch.grant_each(wanted, "同意", actor=officer, now=now)
        assert [result.granted for result in again] == [result.granted for result in results]
        assert [result.repeated for result in again] == [True, False, False, False, True]
        other_words = batch.grant_each(wanted[:1], "另一种意见", actor=officer, now=now)
        assert other_words[0].granted is False


@pytest.mark.both_databases
def test_a_batch_sent_twice_at_once_grants_once(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        officer = staff("officer.wuhou")
        numbers = [under_review(clock, officer) for _ in range(4)]

    def send(_: int) -> list[batch.Granted]:
        with app.app_context():
            wanted = [batch.Wanted(number) for number in numbers]
            return batch.grant_each(wanted, "同意", actor=officer, now=clock.now())

    for results in at_once(send):
        assert isinstance(results, list), results
        assert [result.granted for result in results] == [True] * 4
    with app.app_context(), reading() as session:
        granted = select(func.count()).select_from(CaseEvent).where(CaseEvent.action == "grant")
        assert session.scalar(granted) == 4


@pytest.mark.both_databases
def test_a_queue_is_read_page_by_page_in_the_order_of_due_dates(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        officer = staff("officer.wuhou")
        numbers = [received(clock).number for _ in range(5)]
        clock.advance(days=1)
        numbers += [received(clock).number for _ in range(2)]
        with unit_of_work() as session:  # Now due later than all others.
            get_case(session, numbers[0]).order_on += timedelta(days=30)
        seen, after = [], None
        with reading() as session:
            while True:
                page = list_queue(session, officer, after=after, limit=3)
                seen += [line.number for line in page.cases]
                if (after := page.next) is None:
                    break
            assert seen == [*numbers[1:], numbers[0]]
            with pytest.raises(InputInvalid):
                list_queue(session, officer, after="2026-02-30~" + numbers[0])
            with pytest.raises(InputInvalid):
                list_queue(session, officer, after="nonsense")


def test_a_queue_tells_mine_from_free(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        officer = staff("officer.wuhou")
        mine, free, others = (received(clock).number for _ in range(3))
        holding.take(mine, actor=officer, now=clock.now())
        holding.take(others, actor=colleague(officer, "other"), now=clock.now())
        commands.accept(free, actor=officer, now=clock.now())

        def queue(view: QueueView) -> list[str]:
            with reading() as session:
                return [line.number for line in list_queue(session, officer, view).cases]

        assert queue(QueueView(Whose.MINE)) == [mine]
        assert queue(QueueView(Whose.FREE)) == [free]
        assert sorted(queue(QueueView())) == sorted([mine, free, others])
        assert queue(QueueView(state=State.ACCEPTED)) == [free]


@pytest.mark.both_databases
def test_cases_are_found_by_number_applicant_item_state_and_dates(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        officer = staff("officer.wuhou")
        first = received(clock).number
        clock.advance(days=2)
        second = received(clock).number
        commands.accept(second, actor=officer, now=clock.now())
        day = office_date(clock.now())

        def found(sought: Sought, actor: Actor = officer) -> list[str]:
            with reading() as session:
                return [line.number for line in search_cases(session, actor, sought).cases]

        assert found(Sought()) == [second, first]
        assert found(Sought(number=first)) == [first]
        document = PERSON["document_number"]
        assert found(Sought(document_type="111", document_number=document)) == [second, first]
        assert found(Sought(document_number="510104199003070031")) == []
        assert found(Sought(item_seq=37, state=State.ACCEPTED)) == [second]
        assert found(Sought(item_seq=38)) == []
        assert found(Sought(received_from=day)) == [second]
        assert found(Sought(received_to=day - timedelta(days=1))) == [first]
        assert found(Sought(), CLERK) == [second, first]
        assert found(Sought(), staff("officer.jinjiang")) == []
        assert found(Sought(number=first), staff("clerk.liangjiang")) == []


@pytest.mark.both_databases
def test_receipts_are_read_page_by_page_also_when_they_came_at_once(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        numbers = [received(clock).number for _ in range(5)]
        with reading() as session:
            first = list_received(session, CLERK, limit=2)
            second = list_received(session, CLERK, after=first.next, limit=2)
            third = list_received(session, CLERK, after=second.next, limit=2)
        pages = [line.number for page in (first, second, third) for line in page.cases]
        assert pages == numbers[::-1]
        assert third.next is None


@pytest.mark.both_databases
def test_the_queue_is_read_by_the_index_of_open_cases(app: Flask, clock: StandingClock) -> None:
    """The partial index serves only queries that repeat its condition, value by value."""
    with app.app_context():
        officer = staff("officer.wuhou")
        received(clock)
        with explaining(database.engine) as plans, reading() as session:
            list_queue(session, officer)
    (plan,) = plans
    assert "ix_case_case_open" in plan, plan
    assert "ix_case_case_delegate" in plan, plan
    assert sorts(plan) == 1, plan  # What both parts found, and neither by itself.
