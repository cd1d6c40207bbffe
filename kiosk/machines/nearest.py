"""Which open machines can print this now, the nearest first: same district, city, province, then elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import itemgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.clock import OFFICE_ZONE
from kiosk.machines.models import Machine
from kiosk.machines.troubles import Limits, can_print, find_troubles
from printing.blank_models import Blank
from printing.blanks import BlankState
from services_catalog.models import District
from services_catalog.queries import get_district

MOST = 20
SPAN = r"([01]\d|2[0-4]):([0-5]\d) *[-–—~至] *([01]\d|2[0-4]):([0-5]\d)"
HOURS = re.compile(rf"{SPAN}(?:[,，、; ]+{SPAN})*")


@dataclass(frozen=True)
class Wish:
    """What the paper needs: abilities as the machine was entered with, and the kind and number of blanks."""

    abilities: frozenset[str] = frozenset()
    blank_kind: str | None = None
    sheets: int = 1


@dataclass(frozen=True)
class MachinePlace:
    """A machine that can print, as a citizen needs it. ``district`` is the division's full name."""

    number: str
    name: str
    place: str
    hall: str | None
    opening_hours: str | None
    district: str


class WhyNot(StrEnum):
    """Why a machine prints nothing for anybody now."""

    CLOSED = "closed"
    MAINTENANCE = "maintenance"
    OUT_OF_ORDER = "out-of-order"


def find_nearest(
    session: Session, division_code: str, wish: Wish, now: datetime, limits: Limits
) -> list[MachinePlace]:
    """At most twenty machines that can print it now, nearest first. Raises UnknownDistrict."""
    here = get_district(session, division_code)
    stocked = _stocked(session, wish)
    found: list[MachinePlace] = []
    for ring in _rings(session, here):
        found += [
            _place(machine, district)
            for machine, district in _standing(session, ring)
            if why_not(machine, now, limits) is None
            and wish.abilities <= set(machine.abilities or ())
            and (stocked is None or machine.number in stocked)
        ]
        if len(found) >= MOST:
            break
    return found[:MOST]


def find_idle_nearby(
    session: Session, division_code: str, now: datetime, limits: Limits
) -> list[tuple[MachinePlace, WhyNot]]:
    """Machines of the same district, then city, that print nothing now, and why; at most twenty."""
    here = get_district(session, division_code)
    near = [code for ring in _rings(session, here)[:2] for code in ring]
    idle = [
        (_distance(here, district), _place(machine, district), why)
        for machine, district in _standing(session, near)
        if (why := why_not(machine, now, limits)) is not None
    ]
    return [(place, why) for _, place, why in sorted(idle, key=itemgetter(0))[:MOST]]


def why_not(machine: Machine, now: datetime, limits: Limits) -> WhyNot | None:
    """Why nothing can be printed at the machine now, or None."""
    if machine.maintenance_since is not None:
        return WhyNot.MAINTENANCE
    if not is_open(machine.opening_hours, now):
        return WhyNot.CLOSED
    return None if can_print(machine, find_troubles(machine, now, limits)) else WhyNot.OUT_OF_ORDER


def is_open(hours: str | None, now: datetime) -> bool:
    """Whether people can get at the machine; what is no plain span of a day (``09:00-17:00``) rules nothing out."""
    written = (hours or "").strip()
    if not HOURS.fullmatch(written):
        return True
    local = now.astimezone(OFFICE_ZONE)
    minute = local.hour * 60 + local.minute
    return any(_lies_within(minute, *map(int, span)) for span in re.findall(SPAN, written))


def _lies_within(minute: int, hour: int, past: int, until_hour: int, until_past: int) -> bool:
    """In minutes of the day; a span that ends before it begins goes over midnight."""
    begins, ends = hour * 60 + past, until_hour * 60 + until_past
    if begins < ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends


def _stocked(session: Session, wish: Wish) -> set[str | None] | None:
    """Machines with enough blanks of the kind, or None if plain paper will do."""
    if wish.blank_kind is None:
        return None
    loaded = Blank.kind == wish.blank_kind, Blank.state == BlankState.LOADED
    held = select(Blank.machine_number).where(*loaded).group_by(Blank.machine_number)
    numbers: Iterable[str | None] = session.scalars(held.having(func.count() >= wish.sheets))
    return set(numbers)


def _rings(session: Session, here: District) -> list[list[str]]:
    """Codes of all divisions by distance, so that far machines are only looked at where there are no near ones."""
    rings: list[list[str]] = [[], [], [], []]
    for there in session.scalars(select(District)):
        rings[_distance(here, there)].append(there.code)
    return rings


def _standing(session: Session, divisions: list[str]) -> Iterable[tuple[Machine, District]]:
    """Machines in service there that have enrolled, by number."""
    rows = session.execute(
        select(Machine, District)
        .join(District, District.code == Machine.division_code)
        .where(
            Machine.division_code.in_(divisions),
            Machine.revoked_at.is_(None),
            Machine.public_key.is_not(None),
        )
        .order_by(Machine.number)
    )
    return ((machine, district) for machine, district in rows)


def _distance(here: District, there: District) -> int:
    """0 in the same division, 1 in the same city, 2 in the same province, 3 elsewhere."""
    if here.code == there.code:
        return 0
    parents = here.parent_code, there.parent_code
    if there.code == here.parent_code or here.code == there.parent_code or parents[0] == parents[1]:
        return 1
    return 2 if here.province == there.province else 3


def _place(machine: Machine, district: District) -> MachinePlace:
    return MachinePlace(
        number=machine.number,
        name=machine.name,
        place=machine.place,
        hall=machine.hall,
        opening_hours=machine.opening_hours,
        district=district.full_name,
    )
