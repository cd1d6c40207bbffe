"""A case as plain values: in full for those it concerns, masked for whoever holds the receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.couriers import find_under_way, list_legs
from kiosk.casework.delegations import mandate_of
from kiosk.casework.joint_queries import parts_masked, parts_shown
from kiosk.casework.models import Case, CaseAgent
from kiosk.casework.papers import chinese_date
from kiosk.casework.permissions import may_see
from kiosk.casework.queries import get_case, list_events
from kiosk.casework.stopped import standing_words
from kiosk.casework.whereabouts import hands_of, hops_of
from kiosk.clock import office_date
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor
from kiosk.licences.queries import list_copies_of, list_documents
from services_catalog.codes import mask_name

FULL = (
    "number",
    "state",
    "item_seq",
    "mode",
    "channel",
    "form",
    "subject_name",
    "receiving_place",
    "deciding_name",
    "received_at",
    "acceptance_due_on",
    "promised_due_on",
    "statutory_due_on",
    "correction_due_on",
    "complete_on",
    "accepted_on",
    "deemed_accepted",
    "delivery",
    "reasons",
    "result_code",
    "result_number",
    "explanation",
    "version",
)
MASKED = (
    "number",
    "state",
    "receiving_place",
    "deciding_name",
    "acceptance_due_on",
    "promised_due_on",
)


def get_visible_case(session: Session, number: str, actor: Actor) -> Case:
    """The case, or NotFound for whoever it is no business of: numbers must not be guessable."""
    case = get_case(session, number)
    if not may_see(case, actor):
        raise NotFound("没有这个办件")
    return case


def case_in_full(session: Session, case: Case, now: datetime) -> dict[str, Any]:
    """Everything about a case as it stands today, with its limits, steps and papers."""
    agent = session.get(CaseAgent, case.id)
    case = clocks.as_it_stands(session, case, now)
    events = list_events(session, case)
    return _named(session, case, FULL) | {
        "hands": hands_of(case, find_under_way(session, case)),
        "hops": hops_of(events),
        "legs": list_legs(session, case),
        "parts": parts_shown(session, case, now),
        "clocks": clocks.clocks_of(session, case, now),
        "agent": agent.name if agent else None,
        "delegation": mandate_of(case),
        "events": events,
        "papers": list_documents(session, case.number),
        "copies": list_copies_of(session, case.number),
    }


def case_masked(session: Session, case: Case, now: datetime) -> dict[str, Any]:
    """Where a case stands, without names and numbers of people (conventions of STANDARDS on masking)."""
    case = clocks.as_it_stands(session, case, now)
    events = list_events(session, case)
    steps = [f"{chinese_date(office_date(event.at))} {event.words}" for event in events]
    return _named(session, case, MASKED) | {
        "hands": hands_of(case, find_under_way(session, case)),
        "hops": hops_of(events),
        "parts": parts_masked(session, case, now),
        "subject": mask_name(case.subject_name),
        "steps": steps,
        "clocks": clocks.clocks_of(session, case, now),
    }


def _named(session: Session, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(case, name) for name in names} | {
        "item_name": case.offering["terms"]["item_name"],
        "state_words": standing_words(session, case),
    }
