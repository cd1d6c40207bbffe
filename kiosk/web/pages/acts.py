"""The buttons of a case's page: which act is offered to whom, and the command behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.casework import commands, non_acceptance
from kiosk.casework.states import TRANSITIONS, Action, State
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.web.access import now

LONGEST_WORDS = 2000


@dataclass(frozen=True)
class Act:
    """One act: its button, who is offered it, what is to be written with it, and what is said afterwards."""

    action: Action
    label: str
    roles: tuple[Role, ...]
    command: Callable[..., None]
    said: str
    prompt: str = ""
    hint: str = ""
    suggestion: str = ""
    style: str = ""


ACTS = {
    act.action.value: act
    for act in (
        Act(
            Action.ACCEPT, "受理", (Role.OFFICER,), commands.accept, "已受理，办理期限从今天起算。",
            hint="承诺期限和法定期限从今天起算。",
        ),
        Act(
            Action.NOT_ACCEPT, "不予受理", (Role.OFFICER,), non_acceptance.not_accept, "已登记不予受理。",
            prompt="不予受理的理由", hint="写明理由；不属于本机关职权的，写明应向哪个机关申请。",
            style="danger",
        ),
        Act(Action.REVIEW, "开始审核", (Role.OFFICER,), commands.review, "已进入审核。"),
        Act(
            Action.GRANT, "同意", (Role.OFFICER,), commands.grant,
            "已作出同意的决定，文书正在加盖本机关印章。",
            prompt="审核意见", suggestion="材料齐全，符合法定形式，同意。",
        ),
        Act(
            Action.REFUSE, "不同意", (Role.OFFICER,), commands.refuse, "已作出不同意的决定，决定书正在制作。",
            prompt="不同意的理由", hint="理由会写进决定书，并附救济途径。", style="danger",
        ),
        Act(
            Action.DELIVER, "登记送达", (Role.CLERK, Role.OFFICER), commands.deliver, "已登记送达。",
            prompt="怎样送达", hint="例如：窗口当面交付，申请人已签收；或邮寄单号。",
        ),
        Act(Action.CLOSE, "办结", (Role.OFFICER,), commands.close, "已办结。"),
        Act(
            Action.WITHDRAW, "撤回申请", (Role.CITIZEN,), commands.withdraw, "申请已撤回。",
            style="danger",
        ),
    )
}  # fmt: skip


SAID = {
    "correction": "已一次性告知申请人，告知书正在盖章。",
    "supply": "已收到补交的内容。",
    "rate": "谢谢您的评价。",
    "pay": "缴费平台已收到款项。",
}


def done_words(act: str) -> str:
    """What is said after an act; nothing for an unknown one."""
    return ACTS[act].said if act in ACTS else SAID.get(act, "")


def acts_for(state: str, role: Role) -> list[Act]:
    """The acts that this role is offered in this state; whether the place fits, the command itself checks."""
    return [
        act
        for act in ACTS.values()
        if role in act.roles and (State(state), act.action) in TRANSITIONS
    ]


def perform(number: str, name: str, given: Any, actor: Actor) -> None:
    """Carry out the act with what the page sent. Raises NotFound, InputInvalid, and what the command refuses."""
    act = ACTS.get(name)
    if act is None or actor.role not in act.roles:
        raise NotFound("没有这项操作")
    shown = given.get("version", "")
    version = int(shown) if shown.isdecimal() else None
    if not act.prompt:
        act.command(number, actor=actor, now=now(), version=version)
        return
    words = given.get("words", "").strip()
    if not 0 < len(words) <= LONGEST_WORDS:
        raise InputInvalid(
            "请填写内容", fields={"words": [f"请填写{act.prompt}，不超过 {LONGEST_WORDS} 字"]}
        )
    act.command(number, words, actor=actor, now=now(), version=version)
