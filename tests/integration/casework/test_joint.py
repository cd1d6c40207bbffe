"""Joint cases: one receipt, parts of both provinces, each with its authority, clocks and decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import workers
from kiosk.casework import charging, commands, holding, joint, opinions
from kiosk.casework.agents import SELF, authorise
from kiosk.casework.errors import JointStopped, PartOfWhole, PartsDecide
from kiosk.casework.models import Case
from kiosk.casework.procedure_kinds import SpecialKind
from kiosk.casework.procedure_queries import list_open_procedures
from kiosk.casework.procedures import Planned, start_procedure
from kiosk.casework.queries import get_case
from kiosk.casework.queues import Sought, list_of_applicant, list_queue, search_cases
from kiosk.casework.receipt import Mode, Submission
from kiosk.casework.receiving import receive
from kiosk.casework.views import case_in_full, case_masked, get_visible_case
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.demo import PEOPLE
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.authorisations import APPLY, Grant, Party
from kiosk.identity.provider import Identity
from kiosk.notifications import contacts
from kiosk.notifications.messages import Channel
from kiosk.notifications.models import Notification
from kiosk.uow import reading
from kiosk.web.pages.case_view import view_case
from services_catalog.joint_items import joint_items
from tests.support.clocks import StandingClock
from tests.support.races import at_once
from tests.support.sample_cases import CLERK, PERSON, SUBMISSION, officer_of
from tests.support.sample_forms import full_data

IN_ORDER, AT_ONCE = 64, 61
OTHER = PEOPLE[1]
PLACES = {"to_division": "510107", "from_division": "500106"}


def joint_case(
    seq: int,
    clock: StandingClock,
    *,
    joint: bool = True,
    authorisation: str | None = None,
    **places: str,
) -> str:
    """A case between 武侯 and 沙坪坝, received at a window, of OTHER under an ``authorisation``."""
    form = full_data(catalogue().forms[seq], "510107")
    form |= {key: place for key, place in (PLACES | places).items() if key in form}
    submission = Submission(
        item_seq=seq,
        form=form,
        applicant=SUBMISSION.applicant,
        delivery=SUBMISSION.delivery,
        joint=joint,
        authorisation=authorisation,
        agent=Identity(OTHER["name"], "111", OTHER["document_number"]) if authorisation else None,
    )
    return receive(submission, actor=CLERK, now=clock.now()).number


def recorded_authority(clock: StandingClock) -> str:
    """The number of the authority that PERSON gave OTHER at the window."""
    principal, agent = (
        Party(person["name"], "111", person["document_number"]) for person in (PERSON, OTHER)
    )
    today = office_date(clock.now())
    grant = Grant(principal, agent, APPLY, today, today, SELF)
    return authorise(grant, actor=CLERK, now=clock.now()).number


def shown(number: str, clock: StandingClock) -> dict[str, Any]:
    with reading() as session:
        return case_in_full(session, get_case(session, number), clock.now())


def part_numbers(number: str, clock: StandingClock) -> list[str]:
    return [part["number"] for part in shown(number, clock)["parts"] if part["number"]]


def make_refusals_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one refusal end the whole also where parts go on at once."""
    stops = replace(joint_items()[AT_ONCE], refusal_stops=True)
    monkeypatch.setitem(joint_items(), AT_ONCE, stops)


def states(number: str, clock: StandingClock) -> list[str]:
    """The state of the whole, then of each part."""
    case = shown(number, clock)
    return [case["state"], *(part["state"] for part in case["parts"])]


def under_review(number: str, clock: StandingClock) -> Actor:
    officer = officer_of(number)
    commands.accept(number, actor=officer, now=clock.now())
    commands.review(number, actor=officer, now=clock.now())
    return officer


def case_of(number: str) -> Case:
    with reading() as session:
        return get_case(session, number)


def test_nobody_takes_the_whole_or_asks_a_fee_for_it(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        acting = {"actor": officer_of(whole), "now": clock.now()}
        fee = charging.Charge("工本费", 2000, "收费目录第12项")
        with pytest.raises(PartsDecide):
            holding.take(whole, **acting)
        with pytest.raises(PartsDecide):
            opinions.opine(whole, opinions.Outcome.GRANT, "同意", **acting)
        with pytest.raises(PartsDecide):
            charging.charge(whole, fee, **acting)


def test_a_stopped_part_ends_its_procedures(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_refusals_stop(monkeypatch)
    with app.app_context():
        first, second = part_numbers(joint_case(AT_ONCE, clock), clock)
        planned = Planned(SpecialKind.TESTING, "须送检", 4)
        other = under_review(second, clock)
        start_procedure(second, planned, actor=other, now=clock.now())
        commands.refuse(first, "不同意", actor=under_review(first, clock), now=clock.now())
        workers.drain()
        with reading() as session:
            assert list_open_procedures(session, get_case(session, second)) == []


def test_the_shipped_joint_items_are_marked_as_examples(app: Flask) -> None:
    with app.app_context():
        held = catalogue()
        for seq, divided in joint_items().items():
            assert divided.label == "示例"
            assert "多地联办" in held.items[seq].modes
            keys = {field.key for field in held.forms[seq].fields}
            assert {part.place for part in divided.parts} <= keys


def test_parts_in_order_follow_each_other_and_the_whole_follows_them(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        whole = joint_case(IN_ORDER, clock)
        assert states(whole, clock) == ["received", "received", "waiting"]
        (first,) = part_numbers(whole, clock)
        assert case_of(first).deciding_division == "510107"
        officer = under_review(first, clock)
        workers.drain()
        assert states(whole, clock)[0] == "under-review"
        clock.advance(hours=3)
        commands.grant(first, "准予迁入", actor=officer, now=clock.now())
        workers.drain()
        assert states(whole, clock) == ["under-review", "granted", "received"]
        _, second = part_numbers(whole, clock)
        part = case_of(second)
        assert (part.deciding_division, part.received_at) == ("500106", clock.now())
        assert part.acceptance_due_on is not None
        other = under_review(second, clock)
        assert other.authority_code != officer.authority_code
        commands.grant(second, "办理迁出", actor=other, now=clock.now())
        workers.drain()
        assert states(whole, clock) == ["granted", "granted", "granted"]
        for number, decider in ((first, officer), (second, other)):
            commands.deliver(number, "窗口领取", actor=CLERK, now=clock.now())
            commands.close(number, actor=decider, now=clock.now())
        workers.drain()
        assert states(whole, clock) == ["closed", "closed", "closed"]
        before = len(shown(whole, clock)["events"])
        joint.advance(whole, now=clock.now())
        assert len(shown(whole, clock)["events"]) == before


def test_a_refusal_in_order_ends_the_whole_before_the_next_part_begins(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        whole = joint_case(IN_ORDER, clock)
        (first,) = part_numbers(whole, clock)
        officer = under_review(first, clock)
        commands.refuse(first, "不符合迁入条件", actor=officer, now=clock.now())
        workers.drain()
        assert states(whole, clock) == ["refused", "refused", "waiting"]


def test_parts_at_once_go_on_when_one_is_refused(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        first, second = part_numbers(whole, clock)
        provinces = {case_of(number).deciding_division[:2] for number in (first, second)}
        assert provinces == {"50", "51"}
        commands.refuse(first, "没有参保记录", actor=under_review(first, clock), now=clock.now())
        commands.grant(second, "同意接续", actor=under_review(second, clock), now=clock.now())
        workers.drain()
        assert states(whole, clock) == ["granted", "refused", "granted"]


@pytest.mark.both_databases
def test_where_a_refusal_stops_two_parts_are_not_decided_at_once(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_refusals_stop(monkeypatch)
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        numbers = part_numbers(whole, clock)
        officers = [under_review(number, clock) for number in numbers]

    def refuse(turn: int) -> None:
        with app.app_context():
            commands.refuse(numbers[turn], "不同意", actor=officers[turn], now=clock.now())

    outcomes = [type(outcome) for outcome in at_once(refuse)]
    assert sorted(kind.__name__ for kind in outcomes) == ["JointStopped", "NoneType"]
    assert JointStopped in outcomes
    with app.app_context():
        workers.drain()
        assert sorted(states(whole, clock)) == ["refused", "refused", "withdrawn"]


@pytest.mark.both_databases
def test_a_part_stopped_by_anothers_refusal_is_not_called_withdrawn(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_refusals_stop(monkeypatch)
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        first, second = part_numbers(whole, clock)
        applicant = Actor(Role.CITIZEN, "p", "张样例", person_id=case_of(whole).applicant_id)
        contacts.agree(Channel.SMS, "13900000009", actor=applicant, now=clock.now())
        commands.refuse(first, "不同意", actor=under_review(first, clock), now=clock.now())
        workers.drain()
        said = "因其他部分未获同意而终止"
        assert shown(second, clock)["state_words"] == said
        assert said in [part["state_words"] for part in shown(whole, clock)["parts"]]
        with reading() as session:
            (line,) = search_cases(session, officer_of(second), Sought(number=second)).cases
            assert (line.state, line.state_words) == ("withdrawn", said)
            topics = set(session.scalars(select(Notification.topic)))
        assert "case.refuse" in topics
        assert "case.withdraw" not in topics
        page = view_case(second, applicant)
        assert page["next"].startswith("联办的其他部分未获同意")


def test_a_part_of_a_whole_taken_back_is_called_withdrawn(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        first, _ = part_numbers(whole, clock)
        applicant = Actor(Role.CITIZEN, "p", "张样例", person_id=case_of(whole).applicant_id)
        commands.withdraw(whole, actor=applicant, now=clock.now())
        workers.drain()
        assert shown(first, clock)["state_words"] == "已撤回"
        with reading() as session:
            (line,) = search_cases(session, officer_of(first), Sought(number=first)).cases
        assert line.state_words == "已撤回"
        assert view_case(first, applicant)["next"].startswith("申请已撤回")


def test_nobody_decides_the_whole_and_only_the_whole_is_taken_back(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        first, _ = part_numbers(whole, clock)
        case = case_of(whole)
        applicant = Actor(Role.CITIZEN, "p", "张样例", person_id=case.applicant_id)
        with pytest.raises(PartsDecide):
            commands.accept(whole, actor=officer_of(whole), now=clock.now())
        with pytest.raises(PartOfWhole):
            commands.withdraw(first, actor=applicant, now=clock.now())
        commands.withdraw(whole, actor=applicant, now=clock.now())
        workers.drain()
        assert states(whole, clock) == ["withdrawn"] * 3


def test_the_applicant_has_one_case_and_each_authority_its_part(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        whole = joint_case(AT_ONCE, clock)
        first, second = part_numbers(whole, clock)
        case = case_of(whole)
        with reading() as session:
            mine = list_of_applicant(session, case.applicant_id).cases
            assert [line.number for line in mine] == [whole]
            for number in (first, second):
                queue = list_queue(session, officer_of(number)).cases
                assert [line.number for line in queue] == [number]
            masked = case_masked(session, get_case(session, whole), clock.now())
        assert [part["name"] for part in masked["parts"]] == [
            "转出地出具参保缴费凭证", "转入地接续关系",
        ]  # fmt: skip
        assert first not in str(masked)
        assert PERSON["name"] not in str(masked)


@pytest.mark.both_databases
def test_the_agent_sees_each_part_also_one_that_begins_later(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        whole = joint_case(IN_ORDER, clock, authorisation=recorded_authority(clock))
        (first,) = part_numbers(whole, clock)
        commands.grant(first, "准予迁入", actor=under_review(first, clock), now=clock.now())
        workers.drain()
        numbers = part_numbers(whole, clock)
        assert len(numbers) == 2
        with reading() as session:
            held = get_case(session, whole).agent
            assert held is not None
            agent = Actor(Role.CITIZEN, "a", OTHER["name"], person_id=held.person_id)
            stranger = Actor(Role.CITIZEN, "s", "旁人", person_id=held.person_id + 1000)
            for number in (whole, *numbers):
                assert get_visible_case(session, number, agent).number == number
                assert shown(number, clock)["agent"] == OTHER["name"]
                with pytest.raises(NotFound):
                    get_visible_case(session, number, stranger)


def test_within_one_province_there_are_no_parts(app: Flask, clock: StandingClock) -> None:
    with app.app_context(), pytest.raises(InputInvalid) as refusal:
        joint_case(IN_ORDER, clock, from_division="510104")
    assert set(refusal.value.fields) == {"joint"}


def test_unasked_the_item_is_decided_as_usual(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = joint_case(IN_ORDER, clock, joint=False)
        assert case_of(number).mode != Mode.JOINT_LEAD
        assert part_numbers(number, clock) == []
