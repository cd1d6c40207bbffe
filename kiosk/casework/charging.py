"""Asking for a fee, waiving it and giving it back: acts of the deciding authority that change no limit of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.acts import require_text
from kiosk.casework.errors import NotCharged
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.numbers import draw
from kiosk.casework.permissions import require_at_work, require_deciding
from kiosk.casework.queries import get_case
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.exchange import outbox
from kiosk.fees.models import Payment
from kiosk.fees.payments import PaymentState, Step, get_payment, move
from kiosk.identity.actors import Actor
from kiosk.uow import reading, unit_of_work

FREE = "none"
MOST_FEN = 100_000_000
OPEN = frozenset(
    {State.ACCEPTED, State.UNDER_REVIEW, State.SPECIAL_PROCEDURE, State.GRANTED, State.DELIVERED}
)
SPECIMEN = "0" * 20


@dataclass(frozen=True)
class Charge:
    """What is to be paid, in fen, and by which published rule (收费依据).

    ``before_delivery`` is the rule by which the result waits for the payment; without one nothing waits.
    """

    charge: str
    amount_fen: int
    basis: str
    before_delivery: str = ""


def charge(number: str, asked: Charge, *, actor: Actor, now: datetime) -> str:
    """Ask for a fee with a notice; answers the payment number (缴款码). No limit of the case changes.

    Raises NotCharged for an item that is free or a case that nothing is due for, InputInvalid, WrongPlace.
    """
    _require_named(asked)
    with reading() as session:
        rehearsed = _chargeable(session, number, actor)
        contents = _contents(asked, SPECIMEN, now)
        rehearse_notice(rehearsed, Kind.PAYMENT, contents, now)
    with unit_of_work() as session:
        case = _chargeable(session, number, actor)
        payment = _enter(session, case, asked, actor, now)
        contents = _contents(asked, payment.number, now)
        enter_notice(session, case, Kind.PAYMENT, contents, actor, now)
        subject = f"payment:{payment.number}"
        trail.record(session, actor, "payment-asked", subject, now, case=number)
        told = {"payment": payment.number, "case": number}
        outbox.enqueue(session, "payment.asked", told, now)
        return payment.number


def waive(payment_number: str, basis: str, *, actor: Actor, now: datetime) -> None:
    """Waive a payment that is due, by a written basis (减免). Raises NotFound, WrongPlace, PaymentStepRefused."""
    _settle(payment_number, Step.WAIVE, basis, actor, now)


def refund(payment_number: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Give paid money back; a worker asks the platform. Raises NotFound, WrongPlace, PaymentStepRefused."""
    _settle(payment_number, Step.REFUND, reason, actor, now)


def _settle(payment_number: str, step: Step, reason: str, actor: Actor, now: datetime) -> None:
    require_text("reason", reason)
    with unit_of_work() as session:
        payment = get_payment(session, payment_number)
        require_deciding(get_case(session, payment.case_number), actor)
        move(session, payment, step, actor, now)
        payment.settled_by, payment.settled_at, payment.settled_reason = actor.number, now, reason


def _chargeable(session: Session, number: str, actor: Actor) -> Case:
    case = get_case(session, number)
    require_at_work(case, actor)
    if case.offering["fee"] == FREE:
        raise NotCharged("该事项不收费")
    if State(case.state) not in OPEN:
        raise NotCharged("办件目前不能收费")
    return case


def _enter(session: Session, case: Case, asked: Charge, actor: Actor, now: datetime) -> Payment:
    today = office_date(now)
    serial = draw(session, f"payment:{case.deciding_division}:{today:%y}", most=10**12 - 1)
    shape: str = current_app.config["PAYMENT_NUMBER"]
    payment = Payment(
        number=shape.format(area=case.deciding_division, year=today.year % 100, serial=serial),
        case_number=case.number,
        authority_code=case.deciding_authority,
        charge=asked.charge,
        amount_fen=asked.amount_fen,
        basis=asked.basis,
        before_delivery=asked.before_delivery or None,
        state=PaymentState.DUE,
        issued_by=actor.number,
        issued_at=now,
        due_on=today + timedelta(days=current_app.config["PAYMENT_DAYS"]),
    )
    session.add(payment)
    return payment


def _contents(asked: Charge, number: str, now: datetime) -> Contents:
    until = office_date(now) + timedelta(days=current_app.config["PAYMENT_DAYS"])
    row = (asked.charge, yuan(asked.amount_fen), number)
    return Contents(basis=asked.basis, until=until, rows=(row,))


def yuan(fen: int) -> str:
    """An amount in yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def _require_named(asked: Charge) -> None:
    faults = {
        name: ["不能为空"] for name in ("charge", "basis") if not getattr(asked, name).strip()
    }
    if not 0 < asked.amount_fen <= MOST_FEN:
        faults["amount_fen"] = ["金额以分计，应大于零"]
    if faults:
        raise InputInvalid("有内容需要填写", fields=faults)
