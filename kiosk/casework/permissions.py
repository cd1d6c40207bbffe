"""Who may act on a case: the receiving place receives, the deciding authority decides, the applicant withdraws.

Under the written delegation that was in force at receipt (异地授权) officers of the delegate decide in the name of the
deciding authority; that it ends later takes no case away from them.
"""

from __future__ import annotations

from kiosk.casework.errors import PartOfWhole, PartsDecide, TakenByOther, WrongPlace
from kiosk.casework.models import Case
from kiosk.casework.receipt import Channel, Mode
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
        Action.END_ONE,
        Action.END_SPECIAL,
        Action.GIVE_OPINION,
        Action.VISIT_SITE,
        Action.TELL_HEARING,
        Action.ASK_EXTENSION,
        Action.GRANT,
        Action.REFUSE,
        Action.CLOSE,
    }
)
SUPERVISING = frozenset({Action.APPROVE_EXTENSION, Action.DECLINE_EXTENSION})
APPLYING = frozenset({Action.WITHDRAW, Action.ASK_HEARING})
BRINGING = frozenset({Action.SUPPLY_PART, Action.SUPPLY_CORRECTION})
PARTS_DECIDE = "联办件由各部分的办理机关分别办理，请在分办件上操作"
BY_TIME = frozenset({Action.DEEM_ACCEPTED, Action.LAPSE})


def require_may(action: Action, case: Case, actor: Actor) -> None:
    """Let pass who may perform the act on this case.

    Raises WrongPlace, Forbidden, TakenByOther, PartsDecide or PartOfWhole.
    """
    _require_own(action, case)
    if action in DECIDING or action in SUPERVISING:
        require_deciding(case, actor)
        if action in DECIDING and action is not Action.CLOSE:
            require_not_taken_by_other(case, actor)
    elif action in BY_TIME:
        _require_role(actor, Role.SYSTEM)
    elif action in BRINGING and actor.role is Role.CITIZEN:
        _require_applicant(case, actor)
    elif action in BRINGING or action is Action.FIX_ON_SPOT:
        _require_receiving(case, actor)
    elif action in APPLYING:
        _require_applicant(case, actor)
    elif action is Action.DELIVER:
        _require_delivering(case, actor)


def _require_own(action: Action, case: Case) -> None:
    """The whole of a joint case is only taken back, its parts are only decided."""
    if case.mode == Mode.JOINT_LEAD and action is not Action.WITHDRAW:
        raise PartsDecide(PARTS_DECIDE)
    if case.mode == Mode.JOINT_PART and action is Action.WITHDRAW:
        raise PartOfWhole("这是联办件的一部分，请撤回整个联办申请")


def may_see(case: Case, actor: Actor) -> bool:
    """Whether the case may be shown to this actor in full: applicant, agent, receiving desk or authority."""
    if actor.role is Role.CITIZEN:
        if actor.person_id == case.applicant_id:
            return True
        return case.agent is not None and case.agent.person_id == actor.person_id
    if actor.role is Role.CLERK:
        return case.channel != Channel.ONLINE and actor.division_code == case.receiving_division
    return actor.role is Role.OFFICER and _decides(case, actor)


def require_deciding(case: Case, actor: Actor) -> None:
    """Let pass an officer of the deciding authority or of its delegate. Raises WrongPlace or Forbidden."""
    _require_role(actor, Role.OFFICER)
    if not _decides(case, actor):
        raise WrongPlace(f"该办件由{case.deciding_name}办理，其他机关不能代为决定")


def require_at_work(case: Case, actor: Actor) -> None:
    """The same for who works on a case: on the whole of a joint one nobody does.

    Raises WrongPlace, Forbidden, PartsDecide.
    """
    require_deciding(case, actor)
    if case.mode == Mode.JOINT_LEAD:
        raise PartsDecide(PARTS_DECIDE)


def require_not_taken_by_other(case: Case, actor: Actor) -> None:
    """Let pass the officer who has the case in hand, or anyone while nobody has. Raises TakenByOther."""
    if case.held_by not in (None, actor.number):
        raise TakenByOther("该办件已由本机关另一名审批人员领取，请先由其退回或由主管改派")


def _decides(case: Case, actor: Actor) -> bool:
    """The authority keeps the power that it delegated, so its own officers may decide too; one has it in hand."""
    if actor.authority_code is None:
        return False
    return actor.authority_code in (case.deciding_authority, case.delegate_authority)


def _require_applicant(case: Case, actor: Actor) -> None:
    _require_role(actor, Role.CITIZEN)
    if actor.person_id != case.applicant_id:
        raise Forbidden("只有申请人本人可以这样做")


def _require_receiving(case: Case, actor: Actor) -> None:
    """The window that received the case, for somebody who stands there."""
    _require_role(actor, Role.CLERK)
    if not may_see(case, actor):
        raise WrongPlace(f"该办件由{case.receiving_place}收件")


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
