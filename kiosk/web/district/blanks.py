"""Numbered blanks at the operator's desk: boxes taken into stock, loaded, taken out, spoiled, destroyed."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.machines import upkeep
from kiosk.machines.queries import list_machines
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.typed import typed_words
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from printing.blanks import (
    MOST_AT_ONCE,
    SHOWN,
    BlanksRefused,
    BlankState,
    Handling,
    Range,
    count_by_kind,
    list_stretches,
)

bp = Blueprint("district_blanks", __name__, url_prefix="/district/blanks")
LARGEST = 2**31 - 1
MOST_STRETCHES = 200
ACTS = {
    Handling.RECEIVE: "入库",
    Handling.LOAD: "装入自助机",
    Handling.UNLOAD: "从自助机取出",
    Handling.SPOIL: "作废",
    Handling.DESTROY: "销毁",
}
AT_A_MACHINE = frozenset({Handling.LOAD, Handling.UNLOAD})
WHY_NOT = {
    Handling.RECEIVE: "已经登记过",
    Handling.LOAD: "不在库里，不能装入",
    Handling.UNLOAD: "不在这台自助机里",
    Handling.SPOIL: "不在所选的地方，或者已经用去、作废",
    Handling.DESTROY: "不在所选的地方，或者还没有作废",
}


@bp.get("")
@requires(Role.OPERATOR)
def show() -> str:
    """What is in stock, where each number lies, and the form for what was done."""
    return _page(None)


@bp.post("")
@requires(Role.OPERATOR)
def handle() -> Response:
    """Enter what was done with a range of blanks, whole or not at all."""
    try:
        act = _typed_act()
        machine = _typed_machine(act)
        stock = _typed_range()
        reason = typed_words("reason", "请写明原因", 200)
        _enter(act, stock, machine, reason)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(told), told.status)
    return redirect(url_for(".show", done=act.value, count=len(stock.serials())), 303)


def _enter(act: Handling, stock: Range, machine: str | None, reason: str) -> None:
    """Raises InputInvalid with the numbers that are in the way, NotFound for the machine."""
    try:
        upkeep.handle_blanks(stock, act, machine, reason, actor=current_actor(), now=now())
    except BlanksRefused as error:
        shown = "、".join(map(str, error.serials[:SHOWN]))
        more = "等" if len(error.serials) > SHOWN else ""
        raise InputInvalid(fields={"first": [f"编号 {shown}{more} {WHY_NOT[act]}"]}) from error


def _typed_act() -> Handling:
    try:
        return Handling(request.form.get("handling", ""))
    except ValueError:
        raise InputInvalid(fields={"handling": ["请选择做了什么"]}) from None


def _typed_machine(act: Handling) -> str | None:
    machine = request.form.get("machine", "").strip() or None
    if machine is None and act in AT_A_MACHINE:
        raise InputInvalid(fields={"machine": ["请选择自助机"]})
    return machine


def _typed_range() -> Range:
    kind = typed_words("kind", "请填写种类", 32)
    first, last = _typed_serial("first"), _typed_serial("last")
    if not first <= last < first + MOST_AT_ONCE:
        raise InputInvalid(fields={"last": [f"不能小于首号，一次最多 {MOST_AT_ONCE} 张"]})
    return Range(kind, first, last)


def _typed_serial(name: str) -> int:
    typed = request.form.get(name, "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and 0 < int(typed) <= LARGEST):
        raise InputInvalid(fields={name: ["请填写编号，只用数字"]})
    return int(typed)


def _page(told: Refused | None) -> str:
    with reading() as session:
        counts = count_by_kind(session)
        stretches = list_stretches(session, MOST_STRETCHES)
        machines = [(machine.number, machine.place) for machine in list_machines(session)]
    return render_template(
        "district/blanks.html",
        counts=counts,
        states=list(BlankState),
        stretches=stretches,
        most=MOST_STRETCHES,
        machines=machines,
        acts=[(act.value, words) for act, words in ACTS.items()],
        given=request.form if told else {},
        done={act.value: words for act, words in ACTS.items()}.get(request.args.get("done", "")),
        done_count=request.args.get("count", type=int),
        refused=told,
    )
