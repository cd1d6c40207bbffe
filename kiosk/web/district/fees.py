"""Fees of a case at the officer's desk: a payment notice, a waiver with its basis, money given back."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.casework import charging
from kiosk.casework.charging import Charge, yuan
from kiosk.casework.views import get_visible_case
from kiosk.errors import InputInvalid, NotFound
from kiosk.fees import payments
from kiosk.fees.payments import STATE_WORDS
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_fees", __name__, url_prefix="/district/cases")
YUAN = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?")
LONGEST = 500
SAID = {
    "charge": "缴款通知书正在盖章，办理期限不变。",
    "waive": "已减免。",
    "refund": "已申请退费，由缴费平台办理。",
}


@bp.get("/<number>/fees")
@requires(Role.OFFICER)
def show(number: str) -> str:
    """What is to be paid in the case, and what was."""
    return _page(number, None, "")


@bp.post("/<number>/fees")
@requires(Role.OFFICER)
def charge(number: str) -> Response:
    """Ask for a fee with a notice."""
    try:
        asked = Charge(
            _text("charge"), _fen("amount"), _text("basis"), _text("before_delivery", needed=False)
        )
        charging.charge(number, asked, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(number, told, "charge"), told.status)
    return redirect(url_for("district_fees.show", number=number, done="charge"), 303)


@bp.post("/<number>/fees/<payment>/<step>")
@requires(Role.OFFICER)
def settle(number: str, payment: str, step: str) -> Response:
    """Waive what is due, or give back what was paid."""
    try:
        if step not in SETTLED:
            raise NotFound("没有这项操作")
        SETTLED[step](payment, _text("reason"), actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(number, told, payment), told.status)
    return redirect(url_for("district_fees.show", number=number, done=step), 303)


SETTLED = {"waive": charging.waive, "refund": charging.refund}


def _text(name: str, *, needed: bool = True) -> str:
    """What was written. Raises InputInvalid."""
    words = request.form.get(name, "").strip()
    if (needed and not words) or len(words) > LONGEST:
        raise InputInvalid(fields={name: [f"请填写，不超过 {LONGEST} 字"]})
    return words


def _fen(name: str) -> int:
    """An amount typed in yuan, in fen. Raises InputInvalid."""
    typed = YUAN.fullmatch(request.form.get(name, "").strip())
    if typed is None or not (fen := int(typed[1]) * 100 + int((typed[2] or "0").ljust(2, "0"))):
        raise InputInvalid(fields={name: ["请填写金额，例如 20 或 20.50"]})
    return fen


def _page(number: str, told: Refused | None, tried: str) -> str:
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        asked = payments.list_payments(session, case.number)
    return render_template(
        "district/fees.html",
        case=case,
        free=case.offering["fee"] == charging.FREE,
        payments=[(payment, yuan(payment.amount_fen)) for payment in asked],
        states=STATE_WORDS,
        refused=told,
        tried=tried,
        given=request.form,
        done=SAID.get(request.args.get("done", "")),
    )
