"""What happens between acceptance and decision: special procedures, experts, visits, extension, hearing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.casework import experts, extensions, hearings, procedures
from kiosk.casework.expert_models import Expert
from kiosk.casework.models import Case
from kiosk.casework.permissions import may_see
from kiosk.casework.procedure_kinds import SPECIAL_WORDS, SpecialKind
from kiosk.casework.procedure_queries import find_extension, find_hearing, procedure_lines
from kiosk.casework.procedures import OTHERWISE_BEGUN, Planned
from kiosk.casework.queries import get_case
from kiosk.casework.states import DECIDED_ON, State
from kiosk.casework.stopped import standing_words
from kiosk.clock import OFFICE_ZONE
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.queries import list_officers, staff_names
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_procedures", __name__, url_prefix="/district/cases")
LONGEST = 2000
SAID = {
    "start": "特别程序已开始，告知书正在盖章，办理期限暂停计算。",
    "review": "专家评审已开始，告知书正在盖章，办理期限暂停计算。",
    "opinion": "专家意见已存档。",
    "end": "特别程序已结束。",
    "visit": "现场核查已记录，办理期限照常计算。",
    "ask": "延期申请已提交，等待本机关负责人批准。",
    "approve": "延期已批准，告知书正在盖章。",
    "decline": "延期没有批准，期限不变。",
    "tell": "听证告知书正在盖章。",
    "arrange": "听证已安排，办理期限暂停计算。",
    "hold": "听证笔录已存档，办理期限继续计算。",
}


@bp.get("/<number>/procedures")
@requires(Role.OFFICER)
def show(number: str) -> str:
    """All that stops or lengthens the limits of the case, and what may be begun or ended."""
    return _page(number, None, "")


@bp.post("/<number>/procedures/<step>")
@requires(Role.OFFICER)
def perform(number: str, step: str) -> Response:
    """One step: begin, end, visit, ask, approve."""
    try:
        if step not in STEPS:
            raise NotFound("没有这项操作")
        STEPS[step](number, current_actor(), now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(number, told, step), told.status)
    return redirect(url_for("district_procedures.show", number=number, done=step), 303)


def _start(number: str, actor: Actor, at: datetime) -> None:
    given = request.form.get("kind", "")
    if given not in list(SpecialKind):
        raise InputInvalid(fields={"kind": ["请选择特别程序"]})
    planned = Planned(SpecialKind(given), _text("reason"), _days("days"), _text("basis", False))
    procedures.start_procedure(number, planned, actor=actor, now=at, version=_version())


def _review(number: str, actor: Actor, at: datetime) -> None:
    planned = Planned(SpecialKind.EXPERT_REVIEW, _text("reason"), _days("days"))
    chosen = request.form.getlist("expert")[:20]
    experts.start_review(number, planned, chosen, actor=actor, now=at, version=_version())


def _opinion(number: str, actor: Actor, at: datetime) -> None:
    expert = request.form.get("expert", "")
    experts.give_opinion(number, expert, _text("words"), actor=actor, now=at, version=_version())


def _end(number: str, actor: Actor, at: datetime) -> None:
    position = _days("position")
    procedures.end_procedure(
        number, position, _text("result"), actor=actor, now=at, version=_version()
    )


def _visit(number: str, actor: Actor, at: datetime) -> None:
    procedures.visit_site(number, _text("findings"), actor=actor, now=at, version=_version())


def _ask(number: str, actor: Actor, at: datetime) -> None:
    days, reason = _days("days"), _text("reason")
    extensions.ask_extension(number, days, reason, actor=actor, now=at, version=_version())


def _approve(number: str, actor: Actor, at: datetime) -> None:
    extensions.approve_extension(number, actor=actor, now=at, version=_version())


def _decline(number: str, actor: Actor, at: datetime) -> None:
    extensions.decline_extension(number, _text("reason"), actor=actor, now=at, version=_version())


def _tell(number: str, actor: Actor, at: datetime) -> None:
    hearings.tell_hearing(number, _text("reason"), actor=actor, now=at, version=_version())


def _arrange(number: str, actor: Actor, at: datetime) -> None:
    typed = f"{request.form.get('day', '')}T{request.form.get('hour', '')}"
    try:
        held_at = datetime.fromisoformat(typed).replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        raise InputInvalid(fields={"held_at": ["请填写听证的日期和时间"]}) from None
    hearings.arrange_hearing(
        number, _text("place"), held_at, actor=actor, now=at, version=_version()
    )


def _hold(number: str, actor: Actor, at: datetime) -> None:
    presider, minutes = request.form.get("presider", ""), _text("minutes")
    hearings.hold_hearing(number, presider, minutes, actor=actor, now=at, version=_version())


STEPS: dict[str, Callable[[str, Actor, datetime], None]] = {
    "start": _start,
    "review": _review,
    "opinion": _opinion,
    "end": _end,
    "visit": _visit,
    "ask": _ask,
    "approve": _approve,
    "decline": _decline,
    "tell": _tell,
    "arrange": _arrange,
    "hold": _hold,
}


def _text(name: str, needed: bool = True) -> str:
    """What was written in an input. Raises InputInvalid."""
    words = request.form.get(name, "").strip()
    if (needed and not words) or len(words) > LONGEST:
        raise InputInvalid(fields={name: [f"请填写，不超过 {LONGEST} 字"]})
    return words


def _days(name: str) -> int:
    """A small whole number. Raises InputInvalid."""
    typed = request.form.get(name, "").strip()
    if not typed.isdecimal() or not 1 <= int(typed[:4]) <= 365:
        raise InputInvalid(fields={name: ["请填写 1 至 365 的整数"]})
    return int(typed)


def _version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _page(number: str, told: Refused | None, step: str) -> str:
    actor = current_actor()
    with reading() as session:
        case = get_case(session, number)
        if not may_see(case, actor):
            raise NotFound("没有这个办件")
        extension, hearing = find_extension(session, case), find_hearing(session, case)
        page = {
            "state_words": standing_words(session, case),
            "procedures": procedure_lines(session, case),
            "extension": extension,
            "hearing": hearing,
            "asker": staff_names(session, [extension.asked_by]) if extension else {},
            "experts": _experts(session, case),
            "officers": list_officers(session, actor.authority_code or ""),
            "ask_limit": hearings.ask_limit(case, hearing) if hearing else None,
        }
    return render_template(
        "district/procedures.html",
        case=case,
        **page,
        open=State(case.state) in DECIDED_ON,
        most_days=extensions.most_days(case),
        kinds={kind: words for kind, words in SPECIAL_WORDS.items() if kind not in OTHERWISE_BEGUN},
        done=SAID.get(request.args.get("done", "")),
        refused=told,
        step=step,
        given=request.form,
    )


def _experts(session: Session, case: Case) -> list[tuple[Expert, list[str]]]:
    """The pool of both provinces, each with what speaks against reviewing this case."""
    pool = experts.list_experts(session)
    return [(expert, experts.conflicts_of(session, case, expert)) for expert in pool]
