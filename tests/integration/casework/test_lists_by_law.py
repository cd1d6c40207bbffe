"""Lists show what silence accepted and what lapsed as soon as the case itself does, before any sweep."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kiosk.casework import commands, corrections
from kiosk.casework.queries import get_case
from kiosk.casework.queues import (
    CaseLine,
    QueueView,
    Sought,
    list_of_applicant,
    list_queue,
    list_received,
    search_cases,
)
from kiosk.casework.states import State
from kiosk.casework.views import case_in_full
from kiosk.extensions import database
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.plans import explaining, sorts
from tests.support.sample_cases import CLERK, officer_of, received

SAME = ("state", "state_words", "acceptance_due_on", "promised_due_on", "statutory_due_on")
FLAW = corrections.Defect(reason="不清晰", mend="重新提交", paper="申请书")


def permit(clock: StandingClock) -> str:
    """A case that silence accepts."""
    number = received(clock).number
    with unit_of_work() as session:
        case = get_case(session, number)
        terms = case.offering["terms"] | {"regime": "permit", "legal_days": 20, "promised_days": 15}
        case.offering = case.offering | {"terms": terms}
    return number


def lists(number: str, state: State | None = None) -> list[list[CaseLine]]:
    """Queue and search of the authority, and without a state those of desk and applicant."""
    officer = officer_of(number)
    with reading() as session:
        queue = list_queue(session, officer, QueueView(state=state))
        found = search_cases(session, officer, Sought(state=state))
        if state is not None:
            return [queue.cases, found.cases]
        mine = list_of_applicant(session, get_case(session, number).applicant_id)
        return [page.cases for page in (queue, found, mine, list_received(session, CLERK))]


def single(number: str, clock: StandingClock) -> dict[str, Any]:
    with reading() as session:
        shown = case_in_full(session, get_case(session, number), clock.now())
    return {name: shown[name] for name in SAME}


@pytest.mark.both_databases
def test_what_silence_accepted_is_accepted_in_every_list(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number, other = permit(clock), received(clock).number
        clock.advance(days=8)
        alone = single(number, clock)
        assert alone["state"] == "accepted"
        assert alone["promised_due_on"] is not None
        for lines in lists(number):
            told = {line.number: line for line in lines}
            assert {name: getattr(told[number], name) for name in SAME} == alone
            assert told[other].state == "received"
        for state, numbers in ((State.RECEIVED, [other]), (State.ACCEPTED, [number])):
            for lines in lists(number, state):
                assert [line.number for line in lines] == numbers
        with reading() as session:
            assert get_case(session, number).state == State.RECEIVED  # Reading wrote nothing.
        before = lists(number)
        commands.deem_accepted_overdue(now=clock.now())
        for swept, unswept in zip(lists(number), before, strict=True):
            for line, former in zip(
                *(sorted(some, key=lambda line: line.number) for some in (swept, unswept)),
                strict=True,
            ):
                assert [getattr(line, name) for name in SAME] == [
                    getattr(former, name) for name in SAME
                ]


@pytest.mark.both_databases
def test_what_lapsed_waits_for_nobody_in_any_list(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        late, fresh = received(clock).number, received(clock).number
        officer = officer_of(late)
        corrections.request_correction(late, [FLAW], actor=officer, now=clock.now(), days=1)
        corrections.request_correction(fresh, [FLAW], actor=officer, now=clock.now(), days=30)
        clock.advance(days=5)
        assert single(late, clock)["state"] == "lapsed"
        for state, numbers in ((State.CORRECTION_REQUESTED, [fresh]), (State.LAPSED, [late])):
            for lines in lists(late, state):
                assert [(line.number, line.state) for line in lines] == [(numbers[0], state)]
        _, found, mine, desk = lists(late)
        for lines in (found, mine, desk):
            assert {line.number: line.state for line in lines}[late] == "lapsed"


@pytest.mark.both_databases
@pytest.mark.parametrize("state", [State.RECEIVED, State.ACCEPTED, State.LAPSED])
def test_the_queue_of_a_state_is_still_read_in_order_by_an_index(
    app: Flask, clock: StandingClock, state: State
) -> None:
    with app.app_context():
        officer = officer_of(received(clock).number)
        with explaining(database.engine) as plans, reading() as session:
            list_queue(session, officer, QueueView(state=state))
    (plan,) = plans
    parts = 1 if state is State.RECEIVED else 2
    own = plan.count("ix_case_case_queue") + plan.count("ix_case_case_open")
    assert (own, plan.count("ix_case_case_delegate")) == (parts, parts), plan
    assert sorts(plan) == 1, plan  # What the parts found, and no part by itself.
