"""Who may act on a case: the receiving place receives, the deciding authority decides, the applicant withdraws.

Under a written delegation (异地授权) officers of the delegate decide in the name of the deciding authority.
"""

from __future__ import annotations

from kiosk.casework.errors import WrongPlace
from kiosk.casework.models import Case
from kiosk.casework.receipt import Channel
from kiosk.casework.states import Action
from kiosk.catalogue import catalogue
from kiosk.errors import Forbidden
from kiosk.identity.actors import Actor, Role
from services_catalog.routing import chain
from services_catalog.rules import Delegation

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
        return case.channel != Channel.ONLINE and actor.division_code == case.receiving_division
    return actor.role is Role.OFFICER and _decides(case, actor)


def require_deciding(case: Case, actor: Actor) -> None:
    """Let pass an officer of the deciding authority or of its delegate. Raises WrongPlace or Forbidden."""
    _require_role(actor, Role.OFFICER)
    if not _decides(case, actor):
        raise WrongPlace(f"该办件由{case.deciding_name}办理，其他机关不能代为决定")


def find_delegation(case: Case, actor: Actor) -> Delegation | None:
    """The delegation in force today that lets this officer decide in the deciding authority's name, or None."""
    world = catalogue().world
    place = case.offering["facts"].get("district_code") or case.deciding_division
    for rule in world.rules.delegations:
        parties = (rule.delegating_code, rule.delegate_code, rule.item_seq)
        if parties == (case.deciding_authority, actor.authority_code, case.item_seq) and (
            rule.area_code in chain(world.districts[place], world)
        ):
            return rule
    return None


def _decides(case: Case, actor: Actor) -> bool:
    own = actor.authority_code == case.deciding_authority
    return own or find_delegation(case, actor) is not None


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
