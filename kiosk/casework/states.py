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
    SUPPLY_PART = "supply-part"
    SUPPLY_CORRECTION = "supply-correction"
    FIX_ON_SPOT = "fix-on-spot"
    LAPSE = "lapse"
    NOT_ACCEPT = "not-accept"
    ACCEPT = "accept"
    DEEM_ACCEPTED = "deem-accepted"
    REVIEW = "review"
    START_SPECIAL = "start-special"
    END_ONE = "end-one-special"
    END_SPECIAL = "end-special"
    GIVE_OPINION = "give-opinion"
    VISIT_SITE = "visit-site"
    TELL_HEARING = "tell-hearing"
    ASK_HEARING = "ask-hearing"
    ASK_EXTENSION = "ask-extension"
    APPROVE_EXTENSION = "approve-extension"
    DECLINE_EXTENSION = "decline-extension"
    GRANT = "grant"
    REFUSE = "refuse"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.DRAFT, Action.RECEIVE): State.RECEIVED,
    (State.RECEIVED, Action.REQUEST_CORRECTION): State.CORRECTION_REQUESTED,
    (State.RECEIVED, Action.FIX_ON_SPOT): State.RECEIVED,
    (State.RECEIVED, Action.NOT_ACCEPT): State.NOT_ACCEPTED,
    (State.RECEIVED, Action.ACCEPT): State.ACCEPTED,
    (State.RECEIVED, Action.DEEM_ACCEPTED): State.ACCEPTED,
    (State.CORRECTION_REQUESTED, Action.SUPPLY_PART): State.CORRECTION_REQUESTED,
    (State.CORRECTION_REQUESTED, Action.SUPPLY_CORRECTION): State.RECEIVED,
    (State.CORRECTION_REQUESTED, Action.LAPSE): State.LAPSED,
    (State.ACCEPTED, Action.REVIEW): State.UNDER_REVIEW,
    (State.UNDER_REVIEW, Action.START_SPECIAL): State.SPECIAL_PROCEDURE,
    (State.SPECIAL_PROCEDURE, Action.START_SPECIAL): State.SPECIAL_PROCEDURE,
    (State.SPECIAL_PROCEDURE, Action.END_ONE): State.SPECIAL_PROCEDURE,
    (State.SPECIAL_PROCEDURE, Action.GIVE_OPINION): State.SPECIAL_PROCEDURE,
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

#: These change nothing about where the case stands.
BESIDES = (
    Action.VISIT_SITE,
    Action.TELL_HEARING,
    Action.ASK_HEARING,
    Action.ASK_EXTENSION,
    Action.APPROVE_EXTENSION,
    Action.DECLINE_EXTENSION,
)
DECIDED_ON = (State.ACCEPTED, State.UNDER_REVIEW, State.SPECIAL_PROCEDURE)
TRANSITIONS |= {(state, action): state for state in DECIDED_ON for action in BESIDES}

#: Where the item is known, ``state_words`` says it in the words of its law.
STATE_WORDS = {
    State.DRAFT: "填写中",
    State.RECEIVED: "已收件",
    State.CORRECTION_REQUESTED: "待补正",
    State.NOT_ACCEPTED: "不予受理",
    State.ACCEPTED: "已受理",
    State.UNDER_REVIEW: "审核中",
    State.SPECIAL_PROCEDURE: "特别程序中",
    State.GRANTED: "已同意",
    State.REFUSED: "不同意",
    State.DELIVERED: "已送达",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.LAPSED: "逾期未补正",
}

ENDED = (State.NOT_ACCEPTED, State.CLOSED, State.WITHDRAWN, State.LAPSED)
"""No act leads out of these. The index of open cases leaves them out, in this order."""


def next_state(state: State, action: Action) -> State:
    """The state after the act. Raises TransitionRefused if the table does not hold the pair."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise TransitionRefused(STATE_WORDS[state], state, action) from None
