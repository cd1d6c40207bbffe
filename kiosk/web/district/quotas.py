"""White lists at the officer's desk: the agreed amounts and what is left of them, and letters to the other side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.quotas import agreements, consultations, queries
from kiosk.quotas.queries import STATUS_WORDS
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.quota_forms import SCALE

bp = Blueprint("district_quotas", __name__, url_prefix="/district/quotas")
LONGEST = {"words": 2000, "letter": 200}
SAID = {
    "sign": "已签署，双方都签署后生效。",
    "withdraw": "已撤回，今后逐件征求对方意见。",
    "answer": "已答复，不能再改。",
}


@bp.get("")
@requires(Role.OFFICER)
def show() -> str:
    """The lines in which this authority is a side, and the letters between both sides."""
    return _page(None, "")


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
