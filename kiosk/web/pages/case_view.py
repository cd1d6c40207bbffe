"""A case as its page tells it: who has it now, how far it is, what to do next, and what may be done here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework.models import Case
from kiosk.casework.offerings import terms_of
from kiosk.casework.permissions import may_see
from kiosk.casework.queries import get_case, list_materials
from kiosk.casework.queues import CaseLine
from kiosk.casework.receipt import Delivery
from kiosk.casework.states import State
from kiosk.casework.stopped import is_stopped_part
from kiosk.casework.views import case_in_full
from kiosk.catalogue import catalogue, pinned_form
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.licences.queries import is_original
from kiosk.uow import reading
from kiosk.web.access import now
from kiosk.web.pages.questions import read_back

STAGES = ("收件", "受理", "审核", "决定", "送达", "办结")
REACHED = {
    State.RECEIVED: 0,
    State.CORRECTION_REQUESTED: 0,
    State.NOT_ACCEPTED: 1,
    State.ACCEPTED: 1,
    State.UNDER_REVIEW: 2,
    State.SPECIAL_PROCEDURE: 2,
    State.GRANTED: 3,
    State.REFUSED: 3,
    State.DELIVERED: 4,
    State.CLOSED: 5,
    State.WITHDRAWN: 0,
    State.LAPSED: 0,
}
STOPPED = {State.NOT_ACCEPTED, State.WITHDRAWN, State.LAPSED}
PERMIT = "permit"
OVER = STOPPED | {State.CLOSED}
TONES = {
    State.CORRECTION_REQUESTED: "warn",
    State.NOT_ACCEPTED: "bad",
    State.REFUSED: "bad",
    State.WITHDRAWN: "",
    State.LAPSED: "bad",
    State.GRANTED: "good",
    State.DELIVERED: "good",
    State.CLOSED: "good",
}
HOW_TO_GET = {
    Delivery.HERE: "请带身份证到自助机打印。",
    Delivery.MACHINE: "请带身份证到自助机打印。",
    Delivery.POST: "结果会按您填写的地址寄出。",
    Delivery.WINDOW: "请带身份证和收件凭证到窗口领取。",
}
NEXT_FOR_CITIZEN = {
    State.RECEIVED: "请等待答复。办理机关会在 5 个工作日内告诉您是否受理，或者一次性告知需要补正的全部内容。",
    State.CORRECTION_REQUESTED: "请按通知一次补齐材料。",
    State.NOT_ACCEPTED: "可以看下面的理由；有疑问请到任一川渝通办窗口咨询。",
    State.ACCEPTED: "已经受理，请等待审核，不需要您做什么。",
    State.UNDER_REVIEW: "正在审核，请等待决定，不需要您做什么。",
    State.SPECIAL_PROCEDURE: "正在进行特别程序，这段时间不计入办理期限。",
    State.REFUSED: "决定书里写明了理由，以及申请行政复议、提起行政诉讼的途径。",
    State.DELIVERED: "结果已经送到您手里，等待办理机关办结。",
    State.CLOSED: "已经办结，不需要再做什么。",
    State.WITHDRAWN: "申请已撤回。需要时可以重新申请。",
    State.LAPSED: "没有按期补正，本件已结束。需要时可以重新申请。",
}
STOPPED_PART = "联办的其他部分未获同意，这一部分随之终止。需要时可以重新申请。"
NEXT_FOR_CLERK = {
    State.RECEIVED: "等待办理机关答复。收件不等于受理，窗口不承担审查责任。",
    State.CORRECTION_REQUESTED: "请通知申请人按通知一次补齐。",
    State.GRANTED: "已有结果。交给申请人后请登记送达；选择自助机打印的，打印后自动登记。",
    State.REFUSED: "已有决定。把决定书交给申请人后请登记送达。",
}
NEXT_FOR_OFFICER = {
    State.RECEIVED: "请在答复期限前决定受理或不予受理。",
    State.ACCEPTED: "请开始审核。",
    State.UNDER_REVIEW: "请作出决定。同意的，系统先试排文书，再登记结果并加盖本机关印章。",
    State.GRANTED: "等待送达。自助机打印后自动登记；邮寄的，寄出后请登记送达。",
    State.REFUSED: "决定书送达申请人后请登记送达。",
    State.DELIVERED: "结果已送达，可以办结。",
}
NEXT = {
    Role.CITIZEN: NEXT_FOR_CITIZEN,
    Role.CLERK: NEXT_FOR_CLERK,
    Role.OFFICER: NEXT_FOR_OFFICER,
}


@dataclass(frozen=True)
class Stage:
    """One of the six stages; ``mark`` is done, current, stopped or ''."""

    name: str
    mark: str


@dataclass(frozen=True)
class DueDate:
    """What is due next, and when."""

    name: str
    on: date


def view_case(number: str, actor: Actor) -> dict[str, Any]:
    """Everything a case's page shows. Raises NotFound for a case that is no business of this actor."""
    with reading() as session:
        case = get_case(session, number)
        if not may_see(case, actor):
            raise NotFound("没有这个办件")
        return _view(session, case, actor)


def progress(state: State) -> list[Stage]:
    """How far the case is."""
    reached = REACHED[state]
    marks = ["done"] * reached + [_mark(state)] + [""] * (len(STAGES) - reached - 1)
    return [Stage(name, mark) for name, mark in zip(STAGES, marks, strict=True)]


def holder_words(case: Any) -> str:
    """Who has the case now."""
    state = State(case["state"])
    if state is State.CORRECTION_REQUESTED:
        return "申请人（等待补正）"
    if state is State.GRANTED and case["delivery"] in (Delivery.HERE, Delivery.MACHINE):
        return "等待申请人到自助机打印"
    if state is State.GRANTED and case["delivery"] == Delivery.WINDOW:
        return f"等待申请人到窗口领取（{case['deciding_name']}已作出决定）"
    return "已经结束" if state in OVER else str(case["deciding_name"])


def next_words(case: Any, role: Role, regime: str) -> str:
    """What this person does next; ``regime`` is the item's clock: only a permit is accepted by silence."""
    state = State(case["state"])
    if role is Role.CITIZEN and state is State.GRANTED:
        return f"已经同意。{HOW_TO_GET[Delivery(case['delivery'])]}"
    if role is Role.OFFICER and state is State.RECEIVED and regime == PERMIT:
        return f"{NEXT_FOR_OFFICER[state]}逾期不答复，依法视为自收件之日起受理。"
    return NEXT[role].get(state, "") or NEXT_FOR_CITIZEN.get(state, "").split("，不需要")[0]


def due_of(case: Any) -> DueDate | None:
    """The date that counts in this state, or None if nothing is due."""
    state = State(_get(case, "state"))
    if state is State.RECEIVED:
        return _due("答复是否受理", _get(case, "acceptance_due_on"))
    if state in (State.ACCEPTED, State.UNDER_REVIEW):
        promised = _due("作出决定（承诺期限）", _get(case, "promised_due_on"))
        return promised or _due("作出决定（法定期限）", _get(case, "statutory_due_on"))
    return None


def tone(state: str) -> str:
    """The colour of a state's tag; never the only sign."""
    return TONES.get(State(state), "strong")


def _view(session: Session, case: Case, actor: Actor) -> dict[str, Any]:
    held = catalogue()
    full = case_in_full(session, case, now())
    form = pinned_form(session, held, case.item_seq, case.item_version_id)
    stopped = is_stopped_part(session, case)
    regime = terms_of(case.offering).regime
    said = STOPPED_PART if stopped else next_words(full, actor.role, regime)
    return full | {
        "progress": progress(State(case.state)),
        "holder": holder_words(full),
        "due": due_of(full),
        "next": said,
        "answers": read_back(form, case.form, held.world.districts),
        "materials": list_materials(session, case),
        "assumed": bool(case.offering.get("assumed")),
        "papers": [
            {"paper": paper, "original": is_original(session, paper)} for paper in full["papers"]
        ],
    }


def _mark(state: State) -> str:
    if state in STOPPED:
        return "stopped"
    return "done" if state is State.CLOSED else "current"


def _due(name: str, on: date | None) -> DueDate | None:
    return None if on is None else DueDate(name, on)


def _get(case: Any, name: str) -> Any:
    return getattr(case, name) if isinstance(case, CaseLine) else case[name]
