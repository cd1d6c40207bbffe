"""What was served, until when remedies are open, and which results should have arrived by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.casework import deadlines
from kiosk.casework.calendar import office_calendar
from kiosk.casework.models import Case
from kiosk.casework.remedies import review_body
from kiosk.casework.service_models import ServiceRecord
from kiosk.casework.service_rules import WAY_WORDS, RemedyLimits, ServiceState, Way, remedy_limits
from kiosk.casework.states import State
from kiosk.clock import office_date
from services_catalog.codes import mask_name

SHOWN = ("number", "papers", "result", "way", "state", "place", "relation", "tracking", "begun_at",
         "served_on", "failure")  # fmt: skip
MOST = 200


@dataclass(frozen=True)
class OpenDelivery:
    """A decided case whose result has not arrived; ``due_on`` is None while the calendar of that year is missing."""

    number: str
    item_name: str
    state: str
    delivery: str
    decided_on: date
    due_on: date | None
    overdue: bool


def list_services(session: Session, case: Case) -> list[dict[str, Any]]:
    """The attempts of service of a case, oldest first, with the remedies' limits each of them set off."""
    rows = select(ServiceRecord).where(ServiceRecord.case_id == case.id).order_by(ServiceRecord.id)
    return [_shown(row, case) for row in session.scalars(rows)]


def delivery_due(case: Case) -> date | None:
    """Until when the result is to be delivered: ten working days after the decision (行政许可法 art. 44)."""
    if case.decided_at is None:
        return None
    decided_on = office_date(case.decided_at)
    limit = deadlines.due(
        decided_on,
        deadlines.DELIVERY_DAYS,
        deadlines.WORKING_DAY,
        office_calendar(case.deciding_division),
    )
    return limit.on


def list_open_deliveries(session: Session, authority_code: str, today: date) -> list[OpenDelivery]:
    """Results of an authority that have not arrived, the oldest decision first."""
    waiting = (
        select(Case)
        .where(
            or_(
                (Case.deciding_authority == authority_code) & Case.delegate_authority.is_(None),
                Case.delegate_authority == authority_code,
            ),
            Case.state.in_((State.GRANTED, State.REFUSED)),
        )
        .order_by(Case.decided_at)
        .limit(MOST)
    )
    return [_open(case, today) for case in session.scalars(waiting)]


def _open(case: Case, today: date) -> OpenDelivery:
    due = delivery_due(case)
    return OpenDelivery(
        number=case.number,
        item_name=case.offering["terms"]["item_name"],
        state=case.state,
        delivery=case.delivery,
        decided_on=office_date(case.decided_at or case.received_at),
        due_on=due,
        overdue=due is not None and today > due,
    )


def _shown(row: ServiceRecord, case: Case) -> dict[str, Any]:
    limits = _limits(row, case)
    return {name: getattr(row, name) for name in SHOWN} | {
        "way_words": WAY_WORDS[Way(row.way)],
        "recipient": mask_name(row.recipient or ""),
        "review_body": review_body(case) if limits else None,
        "review_until": limits and limits.review_until,
        "suit_until": limits and limits.suit_until,
        "limits_certain": limits.certain if limits else None,
    }


def _limits(row: ServiceRecord, case: Case) -> RemedyLimits | None:
    if row.state != ServiceState.SERVED or row.served_on is None:
        return None
    return remedy_limits(row.served_on, office_calendar(case.deciding_division))
