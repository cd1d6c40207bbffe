"""Paying a fee: what it is for, by which rule, and the payment platform; the demo's platform stands in for it."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from kiosk.casework.views import get_visible_case
from kiosk.errors import NotFound
from kiosk.fees import payments
from kiosk.fees.errors import CallbackRefused
from kiosk.fees.models import Payment
from kiosk.fees.payments import STATE_WORDS, PaymentState
from kiosk.fees.port import SimulatedPayments
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.refusals import REFUSALS, Refused, refused


def payments_of(number: str) -> list[Payment]:
    """What is to be paid in one's case, and what was."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        return payments.list_payments(session, case.number)


def show_payment(desk: Desk, number: str, payment: str) -> str:
    """The amount, its basis and the number to pay with."""
    return _payment_page(desk, number, payment, None)


def take_payment(desk: Desk, number: str, payment: str) -> ResponseReturnValue:
    """In the demo the platform takes the money at once and says so in a signed message."""
    with reading() as session:
        held = _payment(session, number, payment)
    port = current_app.extensions["payments"]
    try:
        if not isinstance(port, SimulatedPayments):
            raise CallbackRefused("还没有接入缴费平台")
        payments.settle(*port.pay(held.number, held.amount_fen), now=now())
    except REFUSALS as error:
        told = refused(error)
        return _payment_page(desk, number, payment, told), told.status
    return redirect(url_for(f"{desk.name}.show_case", number=number, done="pay"), 303)


def _payment_page(desk: Desk, number: str, payment: str, told: Refused | None) -> str:
    with reading() as session:
        held = _payment(session, number, payment)
    state = PaymentState(held.state)
    return render_template(
        "my/payment.html",
        desk=desk,
        number=number,
        payment=held,
        state=STATE_WORDS[state],
        due=state is PaymentState.DUE,
        refused=told,
    )


def _payment(session: Session, number: str, payment: str) -> Payment:
    """The payment, if it belongs to this case of the person's. Raises NotFound."""
    case = get_visible_case(session, number, current_actor())
    held = payments.get_payment(session, payment)
    if held.case_number != case.number:
        raise NotFound("没有这个缴款码")
    return held
