"""Refusals about quotas."""

from __future__ import annotations

from kiosk.errors import KioskError


class QuotaExceeded(KioskError):
    """The rest of the agreed amount is too small; the other side must be asked first."""

    code = "quota-exceeded"


class QuotaUnknown(KioskError):
    """There is no quota of that number."""

    code = "quota-unknown"


class QuotaInvalid(KioskError):
    """The agreed line makes no sense: no amount, no year, or one side twice."""

    code = "quota-invalid"


class QuotaSignatureRefused(KioskError):
    """Only an officer of one of the two sides signs, and each side once."""

    code = "quota-signature-refused"
