"""A machine at the operator's desk: entered, described, worked on, given a new code, taken out of service."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Role
from kiosk.machines import care, commands, upkeep
from kiosk.machines.queries import get_machine
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.fleet import NUMBER
from kiosk.web.district.typed import typed_words
from kiosk.web.pages.questions import division_groups
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_machine", __name__, url_prefix="/district/machines")
LONGEST = 100
ABILITY_WORDS = {
    "a4": "打印 A4",
    "a3": "打印 A3",
    "duplex": "双面打印",
    "stamping": "盖章",
    "card-reader": "读卡",
    "scanner": "扫描",
    "camera": "拍照",
}


@bp.get("/new")
@requires(Role.OPERATOR)
def begin() -> str:
    """The form for a machine to be entered."""
    return _new_page(None)


@bp.post("/new")
@requires(Role.OPERATOR)
def enter() -> Response:
    """Enter a machine; its one-time code is shown on the answer and never again."""
    try:
        number, code = _enter()
    except REFUSALS as error:
        told = refused(error)
        return make_response(_new_page(told), told.status)
    return make_response(_care_page(number, None, code=code), 201)


@bp.get("/<number>/care")
@requires(Role.OPERATOR)
def show(number: str) -> str:
    """Where the machine stands and what it can do, and what may be done with it."""
    return _care_page(number, None)


@bp.post("/<number>/care/description")
@requires(Role.OPERATOR)
def describe(number: str) -> Response:
    """Say where it stands, when people can get at it, what it can do."""

    def act() -> None:
        abilities = [name for name in request.form.getlist("abilities") if name in ABILITY_WORDS]
        words = care.Description(_optional("hall"), _optional("opening_hours"), abilities)
        care.describe_machine(number, words, actor=current_actor(), now=now())

    return _done(number, act)


@bp.post("/<number>/care/maintenance")
@requires(Role.OPERATOR)
def begin_maintenance(number: str) -> Response:
    """Begin to work on it: the session ends, nothing new is asked of it."""

    def act() -> None:
        reason = typed_words("why_maintenance", "请写明原因", 200)
        care.begin_maintenance(number, reason, actor=current_actor(), now=now())

    return _done(number, act)


@bp.post("/<number>/care/maintenance-end")
@requires(Role.OPERATOR)
def end_maintenance(number: str) -> Response:
    """It works again."""
    return _done(number, lambda: care.end_maintenance(number, actor=current_actor(), now=now()))


@bp.post("/<number>/care/code")
@requires(Role.OPERATOR)
def renew_code(number: str) -> Response:
    """A new one-time code, for a machine that has lost its key."""
    _require(number)
    code = upkeep.renew_code(number, actor=current_actor(), now=now())
    return make_response(_care_page(number, None, code=code))


@bp.post("/<number>/care/revocation")
@requires(Role.OPERATOR)
def revoke(number: str) -> Response:
    """Take it out of service at once."""

    def act() -> None:
        reason = typed_words("why_revoked", "请写明原因", 200)
        commands.revoke_machine(number, reason, actor=current_actor(), now=now())

    return _done(number, act)


def _done(number: str, act: Callable[[], None]) -> Response:
    _require(number)
    try:
        act()
    except REFUSALS as error:
        told = refused(error)
        return make_response(_care_page(number, told), told.status)
    return redirect(url_for(".show", number=number, done="yes"), 303)


def _enter() -> tuple[str, str]:
    """Number and code of the new machine. Raises InputInvalid, MachineExists, UnknownDistrict."""
    number = request.form.get("number", "").strip()
    try:
        NUMBER(number)
    except ValidationError as error:
        raise InputInvalid(fields={"number": [str(words) for words in error.messages]}) from error
    name = typed_words("name", "请填写名称", 64)
    division = typed_words("division", "请选择所在区县", 6)
    place = typed_words("place", "请填写地点", LONGEST)
    code = upkeep.enter_machine(number, name, division, place, actor=current_actor(), now=now())
    return number, code


def _optional(name: str) -> str | None:
    words = request.form.get(name, "").strip()
    if len(words) > LONGEST:
        raise InputInvalid(fields={name: [f"不能超过 {LONGEST} 字"]})
    return words or None


def _require(number: str) -> None:
    with reading() as session:
        try:
            get_machine(session, number)
        except NotFound:
            abort(404)


def _new_page(told: Refused | None) -> str:
    return render_template(
        "district/machine_new.html",
        divisions=division_groups(catalogue().world.districts),
        given=request.form,
        refused=told,
    )


def _care_page(number: str, told: Refused | None, code: str = "") -> str:
    _require(number)
    with reading() as session:
        return render_template(
            "district/machine_care.html",
            machine=get_machine(session, number),
            abilities=ABILITY_WORDS,
            given=request.form if told else {},
            refused=told,
            code=code,
            done=request.args.get("done", ""),
        )
