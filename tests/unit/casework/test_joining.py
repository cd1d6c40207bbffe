"""How parts make up a whole, rule by rule and as properties."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.casework.joining import (
    JoinRule,
    Outcome,
    Standing,
    is_stopped,
    next_to_begin,
    steps_of_whole,
    verdict,
)
from kiosk.casework.states import TRANSITIONS, Action, State

WAITING = Standing()
OPEN = Standing(State.RECEIVED)
ACCEPTED = Standing(State.UNDER_REVIEW, accepted=True)
GRANTED = Standing(State.CLOSED, accepted=True, outcome=Outcome.GRANTED)
REFUSED = Standing(State.CLOSED, accepted=True, outcome=Outcome.REFUSED)
NOT_ACCEPTED = Standing(State.NOT_ACCEPTED, outcome=Outcome.REFUSED)
STANDINGS = st.sampled_from([WAITING, OPEN, ACCEPTED, GRANTED, REFUSED, NOT_ACCEPTED])
RULES = st.builds(JoinRule, st.booleans(), st.booleans())
STOPS, GOES_ON = JoinRule(True, True), JoinRule(False, False)


def test_one_refusal_ends_the_whole_only_where_the_item_says_so() -> None:
    assert verdict([REFUSED, WAITING], STOPS) is Outcome.REFUSED
    assert verdict([REFUSED, OPEN], GOES_ON) is None
    assert verdict([REFUSED, GRANTED], GOES_ON) is Outcome.GRANTED
    assert verdict([REFUSED, NOT_ACCEPTED], GOES_ON) is Outcome.REFUSED


def test_parts_in_order_begin_one_by_one_and_others_at_once() -> None:
    assert next_to_begin([WAITING, WAITING], STOPS) == [0]
    assert next_to_begin([ACCEPTED, WAITING], STOPS) == []
    assert next_to_begin([GRANTED, WAITING], STOPS) == [1]
    assert next_to_begin([REFUSED, WAITING], STOPS) == []
    assert next_to_begin([WAITING, WAITING], GOES_ON) == [0, 1]


def test_a_whole_that_nobody_accepted_is_not_accepted() -> None:
    assert list(steps_of_whole(State.RECEIVED, [NOT_ACCEPTED, WAITING], STOPS)) == [
        Action.NOT_ACCEPT
    ]
    assert next(iter(steps_of_whole(State.UNDER_REVIEW, [GRANTED, NOT_ACCEPTED], STOPS))) == (
        Action.REFUSE
    )


@given(st.lists(STANDINGS, min_size=1, max_size=4), RULES)
def test_the_whole_only_takes_steps_that_the_table_of_states_allows(
    parts: list[Standing], rule: JoinRule
) -> None:
    for begin in (State.RECEIVED, State.ACCEPTED, State.UNDER_REVIEW, State.GRANTED, State.CLOSED):
        state = begin
        for action in steps_of_whole(begin, parts, rule):
            state = TRANSITIONS[(state, action)]


@given(st.lists(STANDINGS, min_size=1, max_size=4), RULES)
def test_what_is_stopped_begins_nothing_and_is_refused(
    parts: list[Standing], rule: JoinRule
) -> None:
    if is_stopped(parts, rule):
        assert next_to_begin(parts, rule) == []
        assert verdict(parts, rule) is Outcome.REFUSED
    elif WAITING in parts:
        assert verdict(parts, rule) is None
