"""The demo's stand-in for a machine's own screen: any browser may take the screen's place.

At a real machine the agent opens the browser with a one-time address, and nobody else ever holds it.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.audit import trail
from kiosk.identity.tokens import draw_token, token_digest
from kiosk.machines.errors import MachineSessionOver
from kiosk.machines.queries import get_machine, machine_actor
from kiosk.machines.visits import find_open_visit
from kiosk.uow import unit_of_work


def take_screen(machine_number: str, *, now: datetime) -> tuple[str, datetime]:
    """A token for the machine's running session and its end; whoever held the screen before has lost it.

    Raises NotFound, or MachineSessionOver while the agent has opened no session.
    """
    with unit_of_work() as session:
        machine = get_machine(session, machine_number)
        visit = find_open_visit(session, machine, now)
        if visit is None:
            raise MachineSessionOver("自助机还没有准备好，请稍候再试")
        token = draw_token("m")
        visit.token_digest = token_digest(token)
        trail.record(
            session, machine_actor(machine), "screen-taken", f"session:{visit.number}", now
        )
    return token, visit.expires_at
