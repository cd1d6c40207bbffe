"""The state table, pair by pair."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.casework.errors import TransitionRefused
from kiosk.casework.notice_words import words_of
from kiosk.casework.state_words import state_words
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


def test_before_acceptance_only_receipt_and_correction_go_round() -> None:
    loops = {action for (state, action), after in TRANSITIONS.items() if state is after}
    assert {Action.FIX_ON_SPOT, Action.SUPPLY_PART} <= loops
    ways_back = {action for (_, action), after in TRANSITIONS.items() if after is State.RECEIVED}
    assert ways_back == {Action.RECEIVE, Action.SUPPLY_CORRECTION, Action.FIX_ON_SPOT}


@pytest.mark.parametrize(
    ("regime", "item_type", "granted", "refused"),
    [
        ("permit", "行政许可", "已准予许可", "不予许可"),
        ("registration", "行政许可", "已准予登记", "不予登记"),
        ("other", "公共服务", "已办理完成", "不予办理"),
    ],
)
def test_the_words_of_a_decision_follow_the_item(
    regime: str, item_type: str, granted: str, refused: str
) -> None:
    words = words_of(regime, item_type)
    assert state_words("granted", words) == granted
    assert state_words("refused", words) == refused
    assert state_words("received", words) == "已收件"
