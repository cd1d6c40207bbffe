"""Which quota a case uses, read from its form, and withdrawing an approval that used one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kiosk.audit import trail
from kiosk.casework.errors import TransitionRefused
from kiosk.casework.models import Case
from kiosk.casework.permissions import require_deciding
from kiosk.casework.queries import get_case
from kiosk.casework.states import STATE_WORDS, State
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor
from kiosk.quotas import bookings
from kiosk.quotas.bookings import Wanted
from kiosk.uow import unit_of_work

APPROVED = (State.GRANTED, State.DELIVERED, State.CLOSED)


@dataclass(frozen=True)
class QuotaForm:
    """Where an item's form says who receives, how much of what, and when."""

    holder: str
    table: str
    kind: str
    amount: str
    first_day: str
    last_day: str


FORMS = {
    87: QuotaForm("receiver_uscc", "waste_items", "废物名称", "数量(吨)", "start_date", "end_date")
}


def wanted_by(case: Case) -> Wanted | None:
    """What the case asks of a quota, or None for an item without one or a form that does not say enough."""
    form = FORMS.get(case.item_seq)
    amounts = _amounts(case.form.get(form.table), form) if form else {}
    if form is None or not amounts or not case.form.get(form.first_day):
        return None
    last = case.form.get(form.last_day)
    return Wanted(
        case_number=case.number,
        item_seq=case.item_seq,
        first_code=case.deciding_authority,
        holder_code=str(case.form.get(form.holder, "")),
        year=date.fromisoformat(str(case.form[form.first_day])).year,
        amounts=amounts,
        expires_on=date.fromisoformat(str(last)) if last else None,
    )


def withdraw_approval(number: str, reason: str, *, actor: Actor, now: datetime) -> int:
    """The deciding authority withdraws an approval; the amount it booked is free again. Answers how many bookings.

    Raises NotFound, WrongPlace, Forbidden, TransitionRefused, InputInvalid without a reason.
    """
    if not reason.strip():
        raise InputInvalid("请填写理由", fields={"reason": ["不能为空"]})
    with unit_of_work() as session:
        case = get_case(session, number)
        require_deciding(case, actor)
        state = State(case.state)
        if state not in APPROVED:
            raise TransitionRefused(STATE_WORDS[state], state, "withdraw-approval")
        trail.record(session, actor, "approval-withdrawn", f"case:{number}", now)
        return bookings.give_back(session, number, reason, actor=actor, now=now)


def _amounts(rows: Any, form: QuotaForm) -> dict[str, int]:
    """Thousandths of the unit by kind; nothing at all if one row can not be read: then no list covers the case."""
    amounts: dict[str, int] = defaultdict(int)
    for row in rows or []:
        try:
            amount = Decimal(str(row.get(form.amount, ""))) * bookings.SCALE
        except InvalidOperation:
            return {}
        if not row.get(form.kind) or not amount.is_finite() or amount <= 0:
            return {}
        amounts[str(row[form.kind]).strip()] += int(amount.to_integral_value())
    return dict(amounts)
