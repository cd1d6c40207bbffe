"""Refusals about fees."""

from __future__ import annotations

from kiosk.errors import KioskError


class FeeUnpaid(KioskError):
    """The law lets this result be handed over only after payment."""

    code = "fee-unpaid"


class PaymentStepRefused(KioskError):
    """The payment is not in a state for this step."""

    code = "payment-step-refused"


class CallbackRefused(KioskError):
    """The message about a payment is not signed by the payment platform, or can not be read."""

    code = "payment-callback-refused"


class AmountDiffers(KioskError):
    """The payment platform tells another amount than was asked for; a person must look at it."""

    code = "payment-amount-differs"
