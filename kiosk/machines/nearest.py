"""Which open machines can print this now, the nearest first: same district, city, province, then elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


def find_nearest(
    session: Session, division_code: str, wish: Wish, now: datetime, limits: Limits
) -> list[MachinePlace]:
    """At most twenty machines that can print it now, nearest first. Raises UnknownDistrict."""
    here = get_district(session, division_code)
    rows = session.execute(
        select(Machine, District)
        .join(District, District.code == Machine.division_code)
        .where(Machine.revoked_at.is_(None), Machine.maintenance_since.is_(None))
    ).all()
    stocked = _stocked(session, wish)
    able = [
        (_distance(here, district), machine.number, _place(machine, district))
        for machine, district in rows
        if can_print(machine, find_troubles(machine, now, limits))
        and is_open(machine.opening_hours, now)
        and wish.abilities <= set(machine.abilities or ())
        and (stocked is None or machine.number in stocked)
    ]
    return [place for _, _, place in sorted(able, key=lambda row: row[:2])[:MOST]]


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


def _distance(here: District, there: District) -> int:
    if here.code == there.code:
        return 0
    if there.code == here.parent_code or here.parent_code == there.parent_code:
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
