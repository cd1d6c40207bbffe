"""One print at the operator's desk: its sheets and history; held, let go, cancelled, moved; found spoiled later."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.machines import queue, upkeep
from kiosk.machines.queries import list_machines
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.typed import typed_words
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from printing.job_models import PrintJob
from printing.job_states import Event, SheetState, allows
from printing.reconciliation import find_history
from printing.wire import JobState

bp = Blueprint("district_prints", __name__, url_prefix="/district/prints")
ACTS = {
    Event.HOLD: "暂停等待",
    Event.RELEASE: "放行",
    Event.CANCEL: "取消打印",
    Event.MOVE: "换到另一台自助机",
}
SETTLED_ELSEWHERE = JobState.UNKNOWN
"""A print that nobody can account for is answered on the page of paper to be looked for."""


@bp.get("/<number>")
@requires(Role.OPERATOR)
def show(number: str) -> str:
    """The print, its sheets with both page counters, and everything that was said of it."""
    return _page(number, None)


@bp.post("/<number>")
@requires(Role.OPERATOR)
def change(number: str) -> Response:
    """Hold, let go, cancel or move a print whose paper has not moved."""
    try:
        event = _typed_act()
        actor, at = current_actor(), now()
        if event is Event.MOVE:
            queue.move_print(number, _typed_machine(), actor=actor, now=at)
        else:
            reason = typed_words("reason", "请写明原因", 200)
            queue.change_print(number, event, reason, actor=actor, now=at)
    except REFUSALS as error:
        return _again(number, refused(error))
    return redirect(url_for(".show", number=number, done="yes"), 303)


@bp.post("/<number>/spoiled")
@requires(Role.OPERATOR)
def spoil(number: str) -> Response:
    """Say that a sheet which came out is spoiled; once two persons said so, the copy is void and another is made."""
    try:
        reason = typed_words("seen", "请写明看到的情况", 200)
        found = Event.FOUND_SPOILED
        state = upkeep.settle_print(number, found, reason, actor=current_actor(), now=now())
    except REFUSALS as error:
        return _again(number, refused(error))
    return redirect(url_for(".show", number=number, done="yes" if state else "half"), 303)


def _again(number: str, told: Refused) -> Response:
    return make_response(_page(number, told), told.status)


def _typed_act() -> Event:
    for event in ACTS:
        if event.value == request.form.get("act"):
            return event
    raise InputInvalid(fields={"act": ["请选择怎样处理"]})


def _typed_machine() -> str:
    machine = request.form.get("machine", "").strip()
    if not machine:
        raise InputInvalid(fields={"machine": ["请选择自助机"]})
    return machine


def _page(number: str, told: Refused | None) -> str:
    with reading() as session:
        found = find_history(session, number)
        if found is None:
            abort(404)
        job, history = found
        others = [
            (machine.number, machine.place)
            for machine in list_machines(session)
            if machine.number != job.machine_number
        ]
        return render_template(
            "district/print.html",
            job=job,
            history=history,
            others=others,
            acts=[(event.value, ACTS[event]) for event in _open_acts(job, others)],
            may_spoil=_allows(job, Event.FOUND_SPOILED) and job.state != SETTLED_ELSEWHERE,
            wanted=job.state == SETTLED_ELSEWHERE,
            given=request.form if told else {},
            refused=told,
            done=request.args.get("done", ""),
        )


def _open_acts(job: PrintJob, others: Sequence[object]) -> list[Event]:
    """What may be done with it now; it is moved only where there is another machine."""
    return [event for event in ACTS if _allows(job, event) and (others or event != Event.MOVE)]


def _allows(job: PrintJob, event: Event) -> bool:
    return allows(JobState(job.state), [SheetState(sheet.state) for sheet in job.sheets], event)
