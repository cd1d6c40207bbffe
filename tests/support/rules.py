"""Changes of the routing rules, proposed by one editor and published by another. Needs an application context."""

from __future__ import annotations

from typing import Any

from kiosk import routing_desk
from kiosk.identity.actors import Actor, Role
from tests.support.clocks import StandingClock

AUTHOR, REVIEWER = (Actor(Role.EDITOR, name, name) for name in ("editor.one", "editor.two"))


def publish_rules(clock: StandingClock, **proposed: Any) -> list[str]:
    """Both steps; answers the numbers of the new rules."""
    number = routing_desk.submit_proposal(proposed, actor=AUTHOR, now=clock.now())
    return routing_desk.publish_proposal(number, actor=REVIEWER, now=clock.now())
