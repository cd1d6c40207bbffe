"""The tables of payments and rectifications, pair by pair."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.fees import payments
from kiosk.fees.errors import PaymentStepRefused
from kiosk.fees.payments import PaymentState, Step
from kiosk.voices import rectification
from kiosk.voices.errors import VoiceStepRefused
from kiosk.voices.rectification import Stage, require_step

PAYMENTS = {
    ("due", "paid"): "paid",
    ("due", "waive"): "waived",
    ("paid", "refund"): "refunding",
    ("refunding", "refunded"): "refunded",
}
RECTIFICATIONS = {
    ("open", "accept"),
    ("accepted", "contact"),
    ("contacted", "reply"),
    ("complex", "reply"),
    ("replied", "revisit"),
}


@pytest.mark.parametrize(("state", "step"), list(product(PaymentState, Step)))
def test_a_payment_takes_no_other_step(state: PaymentState, step: Step) -> None:
    if (state, step) in PAYMENTS:
        assert payments.next_state(state, step) == PAYMENTS[state, step]
        return
    with pytest.raises(PaymentStepRefused) as refusal:
        payments.next_state(state, step)
    assert payments.STATE_WORDS[state] in refusal.value.detail


@pytest.mark.parametrize(("stage", "step"), list(product(Stage, rectification.STEPS)))
def test_a_rectification_takes_no_other_step(stage: Stage, step: str) -> None:
    if (stage, step) in RECTIFICATIONS:
        require_step(stage, step)
        return
    with pytest.raises(VoiceStepRefused):
        require_step(stage, step)
