"""How a machine is described and worked on: its hall, hours and abilities, and the time when nothing is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.audit import trail
from kiosk.identity.actors import Actor
from kiosk.machines.queries import get_machine
from kiosk.machines.visits import end_visit, find_open_visit
from kiosk.uow import unit_of_work

ABILITIES = ("a4", "a3", "duplex", "stamping", "card-reader", "scanner", "camera")


@dataclass(frozen=True)
class Description:
    """Where a machine stands within its place, when people can get at it, and what it can do (``ABILITIES``)."""

    hall: str | None
    opening_hours: str | None
    abilities: Sequence[str]


def describe_machine(number: str, words: Description, *, actor: Actor, now: datetime) -> None:
    """Replace the description. Raises NotFound."""
    with unit_of_work() as session:
        machine = get_machine(session, number)
        machine.hall, machine.opening_hours = words.hall, words.opening_hours
        machine.abilities = sorted(set(words.abilities))
        facts = {"abilities": machine.abilities}
        trail.record(session, actor, "machine-described", f"machine:{number}", now, **facts)


def begin_maintenance(number: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """From now on no new paper is asked of it; its session ends, and what has not begun to feed is cancelled.

    Raises NotFound.
    """
    with unit_of_work() as session:
        machine = get_machine(session, number)
        machine.maintenance_since = machine.maintenance_since or now
        visit = find_open_visit(session, machine, now)
        if visit is not None:
            end_visit(session, visit, "maintenance", now)
        subject = f"machine:{number}"
        trail.record(session, actor, "maintenance-begun", subject, now, reason=reason)


def end_maintenance(number: str, *, actor: Actor, now: datetime) -> None:
    """The machine works again; ending it twice is no fault. Raises NotFound."""
    with unit_of_work() as session:
        machine = get_machine(session, number)
        if machine.maintenance_since is not None:
            machine.maintenance_since = None
            trail.record(session, actor, "maintenance-ended", f"machine:{number}", now)
