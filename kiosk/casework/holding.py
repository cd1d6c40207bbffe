"""In whose hands a case is: officers take it and give it back, a supervisor passes it on. Two never hold one case."""

from __future__ import annotations

from datetime import datetime

from kiosk.casework.deeds import Deed, deed
from kiosk.casework.errors import NotTaken, TransitionRefused, WrongPlace
from kiosk.casework.models import Case
from kiosk.casework.permissions import require_at_work, require_not_taken_by_other
from kiosk.casework.states import ENDED, STATE_WORDS, State
from kiosk.errors import Forbidden, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.queries import find_staff


def take(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Take a case out of the queue; taking what one already has changes its history only.

    Raises TakenByOther, WrongPlace, Forbidden, TransitionRefused for a case that has ended.
    """
    words = "{case.deciding_name}审批人员已领取"
    with deed(number, Deed.TAKE, words, actor=actor, now=now, version=version) as (_, case):
        _require_open(case, Deed.TAKE)
        require_at_work(case, actor)
        require_not_taken_by_other(case, actor)
        case.held_by = actor.number


def give_back(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Put a case back into the queue: its holder, or a supervisor. Raises NotTaken, TakenByOther."""
    words = "{case.deciding_name}审批人员已退回待办"
    with deed(number, Deed.GIVE_BACK, words, actor=actor, now=now, version=version) as (_, case):
        require_at_work(case, actor)
        if case.held_by is None:
            raise NotTaken("该办件还没有人领取")
        if not actor.supervisor:
            require_not_taken_by_other(case, actor)
        case.held_by = None


def reassign(
    number: str, to: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Pass a case to another officer of the same organ, whoever holds it.

    Raises Forbidden for anyone but a supervisor, NotFound, WrongPlace for an officer who may not decide it.
    """
    words = "{case.deciding_name}已改派审批人员"
    with deed(number, Deed.REASSIGN, words, actor=actor, now=now, version=version) as (
        session,
        case,
    ):
        _require_open(case, Deed.REASSIGN)
        require_at_work(case, actor)
        if not actor.supervisor:
            raise Forbidden("只有本机关的主管可以改派")
        officer = find_staff(session, to)
        if officer is None or officer.role is not Role.OFFICER:
            raise NotFound("没有这名审批人员")
        if officer.authority_code != actor.authority_code:
            raise WrongPlace("只能改派给本机关的审批人员")
        case.held_by = officer.number


def _require_open(case: Case, what: Deed) -> None:
    if State(case.state) in ENDED:
        raise TransitionRefused(STATE_WORDS[State(case.state)], case.state, what)
