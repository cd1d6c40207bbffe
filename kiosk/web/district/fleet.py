"""The operator's desk: the board of machines, and paper that a person must look for."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.machines import alarms, taking, upkeep
from kiosk.machines.troubles import Limits
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from printing.job_states import Event

bp = Blueprint("district_fleet", __name__, url_prefix="/district")
LONGEST = 200
DUTIES = {"supplies": "加纸换粉", "hall": "大厅值守", "fleet": "终端运维", "lead": "运维负责人"}
FINDINGS = {
    Event.FOUND_PRINTED: "纸已打印好，在出纸口或已交持证人",
    Event.FOUND_SPOILED: "纸打坏了，已作废",
    Event.FOUND_UNFED: "没有出纸",
}


@bp.get("/machines")
@requires(Role.OPERATOR)
def board() -> str:
    """Every machine; those that need somebody come first."""
    return _board_page(None)


@bp.post("/alarms/<int:number>")
@requires(Role.OPERATOR)
def answer(number: int) -> Response:
    """Take an alarm: who sees to it, and how."""
    try:
        words = _words("words", "请写明怎样处理")
        alarms.answer_alarm(number, words, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_board_page(told), told.status)
    return redirect(url_for("district_fleet.board"), 303)


@bp.get("/paper")
@requires(Role.OPERATOR)
def paper() -> str:
    """Paper that nobody can account for, with both page counters."""
    return _paper_page(None)


@bp.post("/paper/<number>")
@requires(Role.OPERATOR)
def settle(number: str) -> Response:
    """Say what was found; to release an original again a second person must say the same."""
    try:
        found = _finding(request.form.get("outcome", ""))
        reason = _words("reason", "请写明看到的情况")
        state = upkeep.settle_print(number, found, reason, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_paper_page(told), told.status)
    return redirect(url_for("district_fleet.paper", done="yes" if state else "half"), 303)


@bp.post("/paper/<number>/taken")
@requires(Role.OPERATOR)
def put_away(number: str) -> Response:
    """Say that paper left in a tray was taken out, and where it went."""
    try:
        reason = _words("reason", "请写明纸在哪里")
        taking.put_away(number, reason, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_paper_page(told), told.status)
    return redirect(url_for("district_fleet.paper", done="yes"), 303)


def _words(field: str, missing: str) -> str:
    """What was typed. Raises InputInvalid for nothing, or for too much."""
    text = request.form.get(field, "").strip()
    if not text:
        raise InputInvalid(fields={field: [missing]})
    if len(text) > LONGEST:
        raise InputInvalid(fields={field: [f"不能超过 {LONGEST} 字"]})
    return text


def _board_page(told: Refused | None) -> str:
    with reading() as session:
        lines = upkeep.show_fleet(session, now(), Limits.of(current_app.config))
        raised = [(alarm, alarms.answers(alarm)) for alarm in alarms.list_alarms(session)]
    lines.sort(key=lambda line: (not line.alarms, line.number))
    return render_template(
        "district/fleet.html", lines=lines, raised=raised, duties=DUTIES, refused=told
    )


def _finding(outcome: str) -> Event:
    for event in FINDINGS:
        if event.value == outcome:
            return event
    raise InputInvalid(fields={"outcome": ["请选择看到的情况"]})


def _paper_page(told: Refused | None) -> str:
    with reading() as session:
        jobs = upkeep.list_unknown_paper(session)
        left = taking.list_left(session)
    return render_template(
        "district/paper.html",
        jobs=jobs,
        left=left,
        findings=[(event.value, words) for event, words in FINDINGS.items()],
        refused=told,
        done=request.args.get("done", ""),
    )
