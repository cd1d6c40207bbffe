"""White lists at the officer's desk: the agreed amounts and what is left of them, and letters to the other side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.tokens import draw_number
from kiosk.quotas import agreements, consultations, queries
from kiosk.quotas.agreements import NewLine
from kiosk.quotas.queries import STATUS_WORDS
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.quota_forms import SCALE, quota_forms, thousandths
from services_catalog.routing import normalise_organ

bp = Blueprint("district_quotas", __name__, url_prefix="/district/quotas")
LONGEST = {"words": 2000, "letter": 200, "holder_code": 18, "holder_name": 100, "kind": 100}
YEARS = range(2000, 3000)
SIDES = {"first": "移出方，作出批准", "second": "接收方，收到告知"}
MOST = 2_000_000
"""The largest amount of a line in its unit, as the column holds it in thousandths."""

SAID = {
    "propose": "已提出，双方都签署后生效。",
    "sign": "已签署，双方都签署后生效。",
    "withdraw": "已撤回，今后逐件征求对方意见。",
    "answer": "已答复，不能再改。",
}


@bp.get("")
@requires(Role.OFFICER)
def show() -> str:
    """The lines in which this authority is a side, and the letters between both sides."""
    return _page(None, "")


@bp.get("/new")
@requires(Role.OFFICER)
def write() -> str:
    """The form of a new line."""
    return _form_page(None)


@bp.post("/new")
@requires(Role.OFFICER)
def propose() -> Response:
    """Propose what was filled in; it counts once both sides have signed."""
    try:
        agreements.propose(_new_line(), actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_form_page(told), told.status)
    return redirect(url_for("district_quotas.show", done="propose"), 303)


@bp.post("/<number>/<act>")
@requires(Role.OFFICER)
def perform(number: str, act: str) -> Response:
    """Sign or withdraw a line, answer a letter."""
    try:
        if act not in ACTS:
            raise NotFound("没有这项操作")
        ACTS[act](number, current_actor(), now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(told, number), told.status)
    return redirect(url_for("district_quotas.show", done=act), 303)


def amount(thousandths: int) -> str:
    """An amount as people write it, ``1200`` or ``0.5``."""
    return f"{(Decimal(thousandths) / SCALE).normalize():f}"


def _sign(number: str, actor: Actor, at: datetime) -> None:
    agreements.sign(number, actor=actor, now=at)


def _withdraw(number: str, actor: Actor, at: datetime) -> None:
    agreements.withdraw(number, _text("words"), actor=actor, now=at)


def _answer(number: str, actor: Actor, at: datetime) -> None:
    agreed = request.form.get("agreed")
    if agreed not in ("yes", "no"):
        raise InputInvalid(fields={"agreed": ["请选择同意或者不同意"]})
    letter, words = _text("letter"), _text("words")
    consultations.answer(number, letter, words, agreed=agreed == "yes", actor=actor, now=at)


ACTS: dict[str, Callable[[str, Actor, datetime], None]] = {
    "sign": _sign,
    "withdraw": _withdraw,
    "answer": _answer,
}


def _text(name: str) -> str:
    """What was written. Raises InputInvalid."""
    words = request.form.get(name, "").strip()
    if not 0 < len(words) <= LONGEST[name]:
        raise InputInvalid(fields={name: [f"请填写，不超过 {LONGEST[name]} 字"]})
    return words


def _new_line() -> NewLine:
    """The line that the filled form means. Raises InputInvalid with every fault beside its input."""
    given = {name: value.strip() for name, value in request.form.items()}
    year, form = _whole(given.get("year", "")), quota_forms().get(_whole(given.get("item", "")))
    wanted = thousandths(given.get("amount", "")) or 0
    other = catalogue().world.by_name.get(normalise_organ(given.get("other", "")))
    checks = {
        "item": (form is not None, "请选择事项"),
        "year": (year in YEARS, "请填写四位年份"),
        "amount": (0 < wanted <= MOST * SCALE, f"请填写大于零、不超过 {MOST} 的数量，最多三位小数"),
        "side": (given.get("side") in SIDES, "请选择本机关是哪一方"),
        "other": (other is not None, "没有这个机关，请按机关全称填写"),
    } | {
        name: (0 < len(given.get(name, "")) <= LONGEST[name], f"请填写，不超过 {LONGEST[name]} 字")
        for name in ("holder_code", "holder_name", "kind")
    }
    faults = {name: [words] for name, (fine, words) in checks.items() if not fine}
    if faults or form is None or other is None:
        raise InputInvalid(fields=faults)
    own = current_actor().authority_code or ""
    first, second = (own, other.code) if given["side"] == "first" else (other.code, own)
    return NewLine(
        draw_number(f"MD-{year}-", 6),
        form.seq,
        year,
        given["holder_code"],
        given["holder_name"],
        given["kind"],
        wanted,
        form.unit,
        first,
        second,
    )


def _whole(typed: str) -> int:
    """A small whole number, or 0 for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0


def _form_page(told: Refused | None) -> str:
    items = catalogue().items
    return render_template(
        "district/quota_form.html",
        items=[(form.seq, items[form.seq].name, form.unit) for form in quota_forms().values()],
        sides=SIDES,
        year=office_date(now()).year,
        given=request.form,
        refused=told,
    )


def _page(told: Refused | None, tried: str) -> str:
    own = current_actor().authority_code or ""
    with reading() as session:
        lines = queries.list_lines(session, own, now())
        letters = consultations.list_consultations(session, own)
    return render_template(
        "district/quotas.html",
        lines=lines,
        letters=letters,
        own=own,
        amount=amount,
        status_words=STATUS_WORDS,
        refused=told,
        tried=tried,
        given=request.form,
        done=SAID.get(request.args.get("done", "")),
    )
