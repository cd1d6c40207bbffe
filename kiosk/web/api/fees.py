"""Fees: asked for by the deciding authority, paid through the platform, waived with a basis, refunded."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.casework import charging
from kiosk.casework.charging import Charge
from kiosk.casework.views import get_visible_case
from kiosk.fees import payments
from kiosk.fees.models import Payment
from kiosk.fees.payments import STATE_WORDS, PaymentState
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, public, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text

blp = Blueprint("fees", __name__, url_prefix="/api/v1", description="收费")


class ChargeSchema(Strict):
    """What is to be paid, by which published rule."""

    charge = text(100, example="居民身份证工本费")
    amount_fen = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=charging.MOST_FEN),
        metadata={"example": 2000, "description": "金额，以分计"},
    )
    basis = text(500, example="国家公布的收费目录第12项")
    before_delivery = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"description": "结果须缴费后领取的依据；不填则不影响领取"},
    )


class PaymentMade(Schema):
    """The number to pay with."""

    number = fields.String(metadata={"example": "51010726000000000001"})


class SettlementReason(Strict):
    """The basis of a waiver, or why money goes back."""

    reason = text(500, example="低保对象免收工本费")


class PaymentLine(Schema):
    """One payment of a case."""

    number = fields.String()
    charge = fields.String()
    amount_fen = fields.Integer()
    basis = fields.String()
    before_delivery = fields.String(allow_none=True)
    state = fields.String()
    state_words = fields.Function(lambda payment: STATE_WORDS[PaymentState(payment.state)])
    due_on = fields.Date()
    issued_at = fields.AwareDateTime()
    paid_at = fields.AwareDateTime(allow_none=True)
    settled_reason = fields.String(allow_none=True)


class PaymentList(Schema):
    """The payments of a case."""

    payments = fields.List(fields.Nested(PaymentLine))


@blp.post("/cases/<number>/payments")
@requires(Role.OFFICER)
@blp.arguments(ChargeSchema)
@blp.response(201, PaymentMade)
@refusals(blp, 401, 403, 404, 409, 422)
def charge(body: dict[str, Any], number: str) -> dict[str, str]:
    """Ask for a fee with a notice (缴款通知书); no limit of the case changes."""
    made = charging.charge(number, Charge(**body), actor=current_actor(), now=now())
    return {"number": made}


@blp.get("/cases/<number>/payments")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, PaymentList)
@refusals(blp, 401, 403, 404)
def show_payments(number: str) -> dict[str, list[Payment]]:
    """What is to be paid in a case, and what was."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        return {"payments": payments.list_payments(session, case.number)}


@blp.post("/payments/<number>/waiver")
@requires(Role.OFFICER)
@blp.arguments(SettlementReason)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def waive(body: dict[str, Any], number: str) -> None:
    """Waive a payment that is due, by a written basis."""
    charging.waive(number, body["reason"], actor=current_actor(), now=now())


@blp.post("/payments/<number>/refund")
@requires(Role.OFFICER)
@blp.arguments(SettlementReason)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def refund(body: dict[str, Any], number: str) -> None:
    """Give paid money back; the platform is asked within seconds."""
    charging.refund(number, body["reason"], actor=current_actor(), now=now())


@blp.post("/payments/callbacks")
@public
@blp.doc(
    parameters=[
        {
            "in": "header",
            "name": "X-Payment-Signature",
            "required": True,
            "schema": {"type": "string"},
            "description": "缴费平台对报文原文的签名",
        }
    ]
)
@blp.response(204)
@refusals(blp, 403, 404, 409)
def take_callback() -> None:
    """A signed message of the payment platform; the same one twice changes nothing."""
    signature = request.headers.get("X-Payment-Signature", "")
    payments.settle(request.get_data(), signature, now=now())
