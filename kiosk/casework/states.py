"""The life of a case as a table: which act leads from which state to which."""

from __future__ import annotations

from enum import StrEnum

from kiosk.casework.errors import TransitionRefused


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    RECEIVED = "received"
    CORRECTION_REQUESTED = "correction-requested"
    NOT_ACCEPTED = "not-accepted"
    ACCEPTED = "accepted"
    UNDER_REVIEW = "under-review"
    SPECIAL_PROCEDURE = "special-procedure"
    GRANTED = "granted"
    REFUSED = "refused"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Action(StrEnum):
    """Acts of the office and of the applicant."""

    RECEIVE = "receive"
    REQUEST_CORRECTION = "request-correction"
    SUPPLY_CORRECTION = "supply-correction"
    LAPSE = "lapse"
    NOT_ACCEPT = "not-accept"
    ACCEPT = "accept"
    DEEM_ACCEPTED = "deem-accepted"
    REVIEW = "review"
    START_SPECIAL = "start-special"
    END_SPECIAL = "end-special"
    GRANT = "grant"
    REFUSE = "refuse"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.DRAFT, Action.RECEIVE): State.RECEIVED,
    (State.RECEIVED, Action.REQUEST_CORRECTION): State.CORRECTION_REQUESTED,
    (State.RECEIVED, Action.NOT_ACCEPT): State.NOT_ACCEPTED,
    (State.RECEIVED, Action.ACCEPT): State.ACCEPTED,
    (State.RECEIVED, Action.DEEM_ACCEPTED): State.ACCEPTED,
    (State.CORRECTION_REQUESTED, Action.SUPPLY_CORRECTION): State.RECEIVED,
    (State.CORRECTION_REQUESTED, Action.LAPSE): State.LAPSED,
    (State.ACCEPTED, Action.REVIEW): State.UNDER_REVIEW,
    (State.UNDER_REVIEW, Action.START_SPECIAL): State.SPECIAL_PROCEDURE,
    (State.SPECIAL_PROCEDURE, Action.END_SPECIAL): State.UNDER_REVIEW,
    (State.UNDER_REVIEW, Action.GRANT): State.GRANTED,
    (State.UNDER_REVIEW, Action.REFUSE): State.REFUSED,
    (State.GRANTED, Action.DELIVER): State.DELIVERED,
    (State.REFUSED, Action.DELIVER): State.DELIVERED,
    (State.DELIVERED, Action.CLOSE): State.CLOSED,
    (State.RECEIVED, Action.WITHDRAW): State.WITHDRAWN,
    (State.CORRECTION_REQUESTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.UNDER_REVIEW, Action.WITHDRAW): State.WITHDRAWN,
    (State.SPECIAL_PROCEDURE, Action.WITHDRAW): State.WITHDRAWN,
}

STATE_WORDS = {
    State.DRAFT: "填写中",
    State.RECEIVED: "已收件",
    State.CORRECTION_REQUESTED: "待补正",
    State.NOT_ACCEPTED: "不予受理",
    State.ACCEPTED: "已受理",
    State.UNDER_REVIEW: "审核中",
    State.SPECIAL_PROCEDURE: "特别程序中",
    State.GRANTED: "已准予",
    State.REFUSED: "不予许可",
    State.DELIVERED: "已送达",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.LAPSED: "逾期未补正",
}


def next_state(state: State, action: Action) -> State:
    """The state after the act. Raises TransitionRefused if the table does not hold the pair."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise TransitionRefused(STATE_WORDS[state], state, action) from None
