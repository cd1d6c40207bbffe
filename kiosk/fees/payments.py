"""A payment's life: due, then paid or waived, a paid one refunded. A table says which step leads where."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.errors import NotFound, StaleVersion
from kiosk.exchange import outbox
from kiosk.fees.errors import AmountDiffers, CallbackRefused, FeeUnpaid, PaymentStepRefused
from kiosk.fees.models import Payment, PaymentMessage
from kiosk.fees.port import PaymentPort
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.uow import reading, unit_of_work


class PaymentState(StrEnum):
    """Where a payment stands."""

    DUE = "due"
    PAID = "paid"
    WAIVED = "waived"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Step(StrEnum):
    """What happens to a payment; ``paid`` and ``refunded`` are the platform's words."""

    PAID = "paid"
    WAIVE = "waive"
    REFUND = "refund"
    REFUNDED = "refunded"


STEPS: dict[tuple[PaymentState, Step], PaymentState] = {
    (PaymentState.DUE, Step.PAID): PaymentState.PAID,
    (PaymentState.DUE, Step.WAIVE): PaymentState.WAIVED,
    (PaymentState.PAID, Step.REFUND): PaymentState.REFUNDING,
    (PaymentState.REFUNDING, Step.REFUNDED): PaymentState.REFUNDED,
}
STATE_WORDS = {
    PaymentState.DUE: "待缴费",
    PaymentState.PAID: "已缴费",
    PaymentState.WAIVED: "已减免",
    PaymentState.REFUNDING: "退费中",
    PaymentState.REFUNDED: "已退费",
}


def get_payment(session: Session, number: str) -> Payment:
    """The payment of that number. Raises NotFound."""
    payment = session.scalar(select(Payment).where(Payment.number == number))
    if payment is None:
        raise NotFound("没有这个缴款码")
    return payment


def list_payments(session: Session, case_number: str) -> list[Payment]:
    """The payments asked for in a case, oldest first."""
    asked = select(Payment).where(Payment.case_number == case_number).order_by(Payment.id)
    return list(session.scalars(asked))


def require_settled(session: Session, case_number: str) -> None:
    """Let a result go unless a rule makes it wait for a payment that is still due. Raises FeeUnpaid."""
    waiting = select(Payment.id).where(
        Payment.case_number == case_number,
        Payment.state == PaymentState.DUE,
        Payment.before_delivery.is_not(None),
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise FeeUnpaid("该结果依规定须缴费后领取，请先缴费")


def next_state(state: PaymentState, step: Step) -> PaymentState:
    """The state after the step. Raises PaymentStepRefused if the table does not hold the pair."""
    if (state, step) not in STEPS:
        raise PaymentStepRefused(f"这笔缴费目前是“{STATE_WORDS[state]}”，不能进行这一步")
    return STEPS[state, step]


def move(session: Session, payment: Payment, step: Step, actor: Actor, now: datetime) -> None:
    """Take the step, with its audit entry and outbox row. Raises PaymentStepRefused."""
    payment.state = next_state(PaymentState(payment.state), step)
    subject = f"payment:{payment.number}"
    trail.record(session, actor, f"payment-{step}", subject, now, case=payment.case_number)
    told = {"payment": payment.number, "case": payment.case_number}
    outbox.enqueue(session, f"payment.{step}", told, now)


def settle(raw: bytes, signature: str, *, now: datetime) -> None:
    """Act on a message of the payment platform, once.

    Raises CallbackRefused, NotFound, AmountDiffers, PaymentStepRefused; the same message again changes nothing.
    """
    port: PaymentPort = current_app.extensions["payments"]
    body = _checked(port.read(raw, signature))
    try:
        with unit_of_work() as session:
            if session.get(PaymentMessage, body["event"]) is None:
                _settle(session, body, now)
    except (IntegrityError, StaleVersion):  # Two of the same at once: the first one counts.
        with reading() as session:
            if session.get(PaymentMessage, body["event"]) is None:
                raise


def refund_paid(number: str, *, now: datetime) -> None:
    """Ask the platform for a wished refund and act on its answer; no transaction is open meanwhile."""
    port: PaymentPort = current_app.extensions["payments"]
    with reading() as session:
        payment = get_payment(session, number)
    if payment.state == PaymentState.REFUNDING and payment.transaction:
        raw, signature = port.refund(number, payment.transaction, payment.amount_fen)
        settle(raw, signature, now=now)


def _settle(session: Session, body: dict[str, Any], now: datetime) -> None:
    payment = get_payment(session, body["number"])
    if body["amount_fen"] != payment.amount_fen:
        raise AmountDiffers("缴费平台通知的金额与缴款通知书不一致")
    step = Step(body["kind"])
    move(session, payment, step, SYSTEM, now)
    if step is Step.PAID:
        payment.paid_at, payment.transaction = now, body["transaction"]
    session.add(
        PaymentMessage(event=body["event"], payment_id=payment.id, kind=step, received_at=now)
    )


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """The message, if all of it is there. Raises CallbackRefused."""
    texts = [body.get(name) for name in ("event", "number", "transaction")]
    amount, kind = body.get("amount_fen"), body.get("kind")
    sound = all(isinstance(text, str) and 0 < len(text) <= 64 for text in texts)
    if not sound or type(amount) is not int or kind not in (Step.PAID, Step.REFUNDED):
        raise CallbackRefused("缴费平台的消息不完整")
    return body
