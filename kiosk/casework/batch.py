"""Many grants in one request: each case is its own unit of work, and one that fails never stops the rest."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kiosk.casework.commands import grant
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.states import Action
from kiosk.errors import KioskError
from kiosk.identity.actors import Actor
from kiosk.uow import reading
from printing.errors import PrintingError
from services_catalog.errors import CatalogError

log = logging.getLogger(__name__)
MOST = 500
INCIDENT = "incident"


@dataclass(frozen=True)
class Wanted:
    """One case of a batch; ``version`` is the one the officer saw, if any."""

    number: str
    version: int | None = None


@dataclass(frozen=True)
class Granted:
    """What came of one case. ``refusal`` is the error that stopped it, ``incident`` the number of an unknown one;
    ``repeated`` says that the same officer had granted it with the same words before."""

    number: str
    refusal: Exception | None = None
    incident: str | None = None
    repeated: bool = False

    @property
    def granted(self) -> bool:
        return self.refusal is None and self.incident is None


def grant_each(
    wanted: Sequence[Wanted], opinion: str, *, actor: Actor, now: datetime
) -> list[Granted]:
    """Grant each case by itself, in the given order; a case named twice is granted once.

    Sent again, the batch answers for what it granted the first time as it did then.
    """
    once = {each.number: each for each in wanted}
    return [_grant(each, opinion, actor, now) for each in once.values()]


def _grant(wanted: Wanted, opinion: str, actor: Actor, now: datetime) -> Granted:
    try:
        grant(wanted.number, opinion, actor=actor, now=now, version=wanted.version)
    except (KioskError, CatalogError, PrintingError) as refusal:
        if _was_granted(wanted.number, opinion, actor):
            return Granted(wanted.number, repeated=True)
        return Granted(wanted.number, refusal=refusal)
    except Exception as error:
        incident = secrets.token_hex(6)
        log.error("incident %s", incident, extra={"incident": incident}, exc_info=error)
        return Granted(wanted.number, incident=incident)
    return Granted(wanted.number)


def _was_granted(number: str, opinion: str, actor: Actor) -> bool:
    """Whether this very grant was made before, in this batch's first sending."""
    with reading() as session:
        made = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id)
        of_this = made.where(Case.number == number, CaseEvent.action == Action.GRANT)
        steps = session.scalars(of_this.where(CaseEvent.actor_number == actor.number)).all()
    return any(step.note == opinion for step in steps)
