"""Officers of one authority, and terms that an authority asks for, for tests of their desk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.casework.queries import get_case
from kiosk.identity.actors import Actor
from kiosk.identity.queries import find_staff
from kiosk.uow import reading, unit_of_work


def staff(login: str) -> Actor:
    """A member of the demo's staff as one who acts."""
    with reading() as session:
        actor = find_staff(session, login)
    assert actor is not None, login
    return actor


def colleague(officer: Actor, number: str, **changes: Any) -> Actor:
    """Another officer of the same authority."""
    return replace(officer, number=number, name=number, **changes)


def ask_second_signature(number: str) -> None:
    """Make the case one that was received under an offering with a second signature."""
    with unit_of_work() as session:
        case = get_case(session, number)
        offering = case.offering["offering"]
        terms = offering["terms"] | {"second_signature": True}
        case.offering = case.offering | {"offering": offering | {"terms": terms}}
