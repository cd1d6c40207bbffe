"""The state table, pair by pair."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.casework.errors import TransitionRefused
from kiosk.casework.states import STATE_WORDS, TRANSITIONS, Action, State, next_state

ENDS = {State.NOT_ACCEPTED, State.WITHDRAWN, State.LAPSED, State.CLOSED}


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_pair_leads_where_the_table_says_or_is_refused(state: State, action: Action) -> None:
    if (state, action) in TRANSITIONS:
        assert next_state(state, action) is TRANSITIONS[(state, action)]
        return
    with pytest.raises(TransitionRefused) as refusal:
        next_state(state, action)
    assert STATE_WORDS[state] in refusal.value.detail


def test_ends_are_ends_and_everything_else_goes_on() -> None:
    leaving = {state for state, _ in TRANSITIONS}
    assert set(State) - leaving == ENDS


def test_no_decision_without_acceptance_and_review() -> None:
    deciding = {Action.GRANT, Action.REFUSE}
    assert {state for state, action in TRANSITIONS if action in deciding} == {State.UNDER_REVIEW}


def test_withdrawal_is_possible_until_the_decision_only() -> None:
    open_states = {state for state, action in TRANSITIONS if action is Action.WITHDRAW}
    assert open_states == {
        State.RECEIVED,
        State.CORRECTION_REQUESTED,
        State.ACCEPTED,
        State.UNDER_REVIEW,
        State.SPECIAL_PROCEDURE,
    }
