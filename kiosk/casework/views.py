"""A case as plain values: in full for those it concerns, masked for whoever holds the receipt."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework.models import Case
from kiosk.casework.queries import list_events
from kiosk.casework.states import STATE_WORDS, State
from kiosk.clock import office_date
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


def case_in_full(session: Session, case: Case) -> dict[str, Any]:
    """Everything about a case, with its steps and papers."""
    return _named(case, FULL) | {
        "events": list_events(session, case),
        "papers": list_documents(session, case.number),
        "copies": list_copies_of(session, case.number),
    }


def case_masked(session: Session, case: Case) -> dict[str, Any]:
    """Where a case stands, without names and numbers of people (conventions of STANDARDS on masking)."""
    steps = [f"{office_date(event.at)} {event.words}" for event in list_events(session, case)]
    return _named(case, MASKED) | {"subject": mask_name(case.subject_name), "steps": steps}


def _named(case: Case, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(case, name) for name in names} | {
        "item_name": case.offering["terms"]["item_name"],
        "state_words": STATE_WORDS[State(case.state)],
    }
