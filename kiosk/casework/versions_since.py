"""What changed for applicants since the version of an item they began with, and what is asked because of it."""

from __future__ import annotations

from typing import Any

from kiosk.casework.form_checks import form_faults
from kiosk.catalogue import catalogue
from kiosk.uow import reading
from services_catalog.differences import Change, difference
from services_catalog.versions import get_version

TOUCHING_APPLICANTS = frozenset(
    ["materials", "conditions", "provinces", "modes", "fee", "legal_days", "promised_days", "form"]
)


def changes_since(seq: int, begun_with: int) -> list[Change]:
    """The changes from that version to the one in force that touch an applicant. Raises UnknownVersion."""
    item = catalogue().items[seq]
    if begun_with == item.version:
        return []
    with reading() as session:
        begun = get_version(session, seq, begun_with)
        present = get_version(session, seq, item.version)
    return [
        change
        for change in difference(begun.content, present.content)
        if change.field.partition(".")[0] in TOUCHING_APPLICANTS
    ]


def missing_of(seq: int, form: dict[str, Any], changes: list[Change]) -> dict[str, list[str]]:
    """The faulty fields among those that changed: only the difference is asked for."""
    asked = {change.field for change in changes}
    faults = form_faults(catalogue().forms[seq], form) if asked else {}
    return {key: reasons for key, reasons in faults.items() if key in asked}
