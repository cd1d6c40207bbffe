"""Who has the case now, and through whose hands it went: by place and by the part people play, never by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.casework.courier_models import CourierLeg
from kiosk.casework.delegations import handler_words
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.states import ENDED, State
from kiosk.identity.actors import ROLE_WORDS, Role

APPLICANT = ROLE_WORDS[Role.CITIZEN]
OFFICER = ROLE_WORDS[Role.OFFICER]
RECEIPT_LENGTH = 16
TO_BE_SERVED = frozenset({State.GRANTED, State.REFUSED, State.DELIVERED})


@dataclass(frozen=True)
class Hands:
    """Who has the case: the place, the part somebody plays there, and what they are to do."""

    place: str
    role: str
    words: str


@dataclass(frozen=True)
class Hop:
    """One step of the way. ``receipt`` begins the digest that both sides can check the step by."""

    at: datetime
    place: str
    role: str
    words: str
    receipt: str


def hands_of(case: Case, under_way: CourierLeg | None) -> Hands:
    """Who has the case now; papers on the road are with their carrier."""
    state = State(case.state)
    if state in ENDED:
        return Hands(case.deciding_name, "", "办理已经结束")
    if under_way is not None:
        told = "材料在途" + ("，已超过签收期限" if under_way.flagged_at else "")
        return Hands(f"{under_way.sent_from}至{under_way.sent_to}", under_way.carrier, told)
    if state is State.CORRECTION_REQUESTED:
        return Hands("", APPLICANT, "等待申请人补正材料")
    if state in TO_BE_SERVED:
        return Hands(handler_words(case), OFFICER, "已作出决定，等待送达或办结")
    return Hands(handler_words(case), OFFICER, "正在办理" if case.held_by else "等待审批人员领取")


def hops_of(events: list[CaseEvent]) -> list[Hop]:
    """The way so far, oldest first."""
    return [
        Hop(
            event.at,
            _place(event),
            ROLE_WORDS[Role(event.actor_role)],
            event.words,
            event.digest[:RECEIPT_LENGTH].upper(),
        )
        for event in events
    ]


def _place(event: CaseEvent) -> str:
    if event.actor_role == Role.OFFICER:
        return event.deciding_name
    return "" if event.actor_role == Role.SYSTEM else event.receiving_place
