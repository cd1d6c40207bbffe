"""Where a voice belongs (the deciding authority for handling, the hall for receiving), and who may answer there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.casework import deadlines
from kiosk.casework.calendar import office_calendar
from kiosk.casework.models import Case
from kiosk.clock import office_date
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.voices.errors import OwnMatter

RECEIVING, HANDLING = "receiving", "handling"
OCCASIONS = (RECEIVING, HANDLING)


@dataclass(frozen=True)
class Place:
    """An authority or a hall (by its division), the member of staff who dealt with the citizen there, and the area
    whose calendar counts.
    """

    name: str
    area: str
    authority_code: str | None = None
    division_code: str | None = None
    staff: str | None = None


def place_of(case: Case, occasion: str) -> Place:
    """Who gave this service of the case."""
    if occasion == RECEIVING:
        return Place(
            case.receiving_place,
            case.receiving_division,
            None,
            case.receiving_division,
            case.receiving_staff,
        )
    return Place(
        case.deciding_name, case.deciding_division, case.deciding_authority, None, case.decided_by
    )


def belongs_to(authority_code: str | None, division_code: str | None, actor: Actor) -> bool:
    """Whether the actor works at the place."""
    if actor.role is Role.OFFICER:
        return authority_code is not None and actor.authority_code == authority_code
    if actor.role is Role.CLERK:
        return division_code is not None and actor.division_code == division_code
    return False


def require_other_hand(
    authority_code: str | None, division_code: str | None, staff: str | None, actor: Actor
) -> None:
    """Let pass who works at the place and is not the one it is about. Raises NotFound, OwnMatter."""
    if not belongs_to(authority_code, division_code, actor):
        raise NotFound("没有这一件")
    if staff is not None and staff == actor.number:
        raise OwnMatter("涉及本人的投诉和差评须由其他工作人员处理")


def due_after(now: datetime, days: int, area: str) -> deadlines.Due:
    """The due date that many working days of the area from today."""
    today: date = office_date(now)
    return deadlines.due(today, days, deadlines.WORKING_DAY, office_calendar(area))
