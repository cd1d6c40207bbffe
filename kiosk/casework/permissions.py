"""Who may act on a case: the receiving place receives, the deciding authority decides, the applicant withdraws."""

from __future__ import annotations

from kiosk.casework.errors import WrongPlace
from kiosk.casework.models import Case
from kiosk.casework.states import Action
from kiosk.errors import Forbidden
from kiosk.identity.actors import Actor, Role

DECIDING = frozenset(
    {
        Action.REQUEST_CORRECTION,
        Action.NOT_ACCEPT,
        Action.ACCEPT,
        Action.REVIEW,
        Action.START_SPECIAL,
        Action.END_SPECIAL,
        Action.GRANT,
        Action.REFUSE,
        Action.CLOSE,
    }
)
BY_TIME = frozenset({Action.DEEM_ACCEPTED, Action.LAPSE})


def require_may(action: Action, case: Case, actor: Actor) -> None:
    """Let pass who may perform the act on this case. Raises WrongPlace or Forbidden."""
    if action in DECIDING:
        require_deciding(case, actor)
    elif action in BY_TIME:
        _require_role(actor, Role.SYSTEM)
    elif action is Action.WITHDRAW:
        _require_applicant(case, actor)
    elif action is Action.DELIVER:
        _require_delivering(case, actor)


def may_see(case: Case, actor: Actor) -> bool:
    """Whether the case may be shown to this actor in full: its applicant, its receiving desk, its authority."""
    if actor.role is Role.CITIZEN:
        return actor.person_id == case.applicant_id
    if actor.role is Role.CLERK:
        return actor.division_code == case.receiving_division
    return actor.role is Role.OFFICER and actor.authority_code == case.deciding_authority


def require_deciding(case: Case, actor: Actor) -> None:
    """Let pass an officer of the deciding authority. Raises WrongPlace or Forbidden."""
    _require_role(actor, Role.OFFICER)
    if actor.authority_code != case.deciding_authority:
        raise WrongPlace(f"该办件由{case.deciding_name}办理，其他机关不能代为决定")


def _require_applicant(case: Case, actor: Actor) -> None:
    _require_role(actor, Role.CITIZEN)
    if actor.person_id != case.applicant_id:
        raise Forbidden("只有申请人本人可以撤回")


def _require_delivering(case: Case, actor: Actor) -> None:
    """Handed over at the receiving window, posted by the deciding authority, or printed by a machine."""
    if actor.role is Role.SYSTEM:
        return
    if actor.role is Role.CLERK and actor.division_code == case.receiving_division:
        return
    require_deciding(case, actor)


def _require_role(actor: Actor, role: Role) -> None:
    if actor.role is not role:
        raise Forbidden("您的身份不能进行这项操作")
