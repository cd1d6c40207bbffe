"""What waits to pass from hand to hand at a window: parcels to sign for, to send or on the road, and results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kiosk.casework.courier_models import CourierLeg
from kiosk.casework.couriers import Direction, flagged_unsent, to_be_sent
from kiosk.casework.models import Case
from kiosk.casework.queues import NOT_A_PART, received_by
from kiosk.casework.receipt import Delivery
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.identity.actors import Actor

MOST = 100
DECIDED = (State.GRANTED, State.REFUSED)


@dataclass(frozen=True)
class Parcel:
    """A leg that nobody has signed for. ``overdue``: its days are over."""

    slip: str
    case_number: str
    item_name: str
    carrier: str
    tracking: str
    sent_from: str
    sent_to: str
    sent_at: datetime
    due_on: date
    overdue: bool


@dataclass(frozen=True)
class Waiting:
    """A case whose papers are still to be sent, or whose result is still to be handed over. ``flagged``: the papers
    should have been sent."""

    number: str
    item_name: str
    subject_name: str
    deciding_name: str
    received_at: datetime
    flagged: bool


@dataclass(frozen=True)
class Handovers:
    """All that waits, the oldest first, at most 100 of each kind."""

    incoming: list[Parcel]
    to_send: list[Waiting]
    outgoing: list[Parcel]
    to_hand_over: list[Waiting]

    @property
    def count(self) -> int:
        """What this window itself has to do; parcels on the road wait for the other side."""
        return len(self.incoming) + len(self.to_send) + len(self.to_hand_over)

    @property
    def overdue(self) -> int:
        return sum(parcel.overdue for parcel in (*self.incoming, *self.outgoing))


def list_handovers(session: Session, clerk: Actor, now: datetime) -> Handovers:
    """The hand-overs of the clerk's place."""
    ours, today = received_by(clerk), office_date(now)
    results = [Case.state.in_(DECIDED), Case.delivery == Delivery.WINDOW, NOT_A_PART]
    return Handovers(
        incoming=_parcels(session, [ours, CourierLeg.direction == Direction.BACK], today),
        to_send=_waiting(session, [ours, *to_be_sent()]),
        outgoing=_parcels(session, [ours, CourierLeg.direction == Direction.OUT], today),
        to_hand_over=_waiting(session, [ours, *results]),
    )


def _parcels(session: Session, wanted: Sequence[ColumnElement[bool]], today: date) -> list[Parcel]:
    rows = session.execute(
        select(CourierLeg, Case.number, Case.offering["terms"]["item_name"].as_string())
        .join(Case, Case.id == CourierLeg.case_id)
        .where(CourierLeg.received_at.is_(None), *wanted)
        .order_by(CourierLeg.due_on, CourierLeg.id)
        .limit(MOST)
    )
    return [
        Parcel(
            slip=leg.number,
            case_number=number,
            item_name=item_name,
            carrier=leg.carrier,
            tracking=leg.tracking,
            sent_from=leg.sent_from,
            sent_to=leg.sent_to,
            sent_at=leg.sent_at,
            due_on=leg.due_on,
            overdue=leg.due_on < today,
        )
        for leg, number, item_name in rows
    ]


def _waiting(session: Session, wanted: Sequence[ColumnElement[bool]]) -> list[Waiting]:
    rows = session.execute(
        select(
            Case.number,
            Case.offering["terms"]["item_name"].as_string(),
            Case.subject_name,
            Case.deciding_name,
            Case.received_at,
            flagged_unsent(),
        )
        .where(*wanted)
        .order_by(Case.received_at, Case.id)
        .limit(MOST)
    )
    return [Waiting(*row) for row in rows]
