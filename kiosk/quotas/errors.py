"""Refusals about quotas."""

from __future__ import annotations

from kiosk.errors import KioskError


class QuotaExceeded(KioskError):
    """The rest of the agreed amount is too small; the other side must be asked first."""

    code = "quota-exceeded"


class QuotaNotListed(KioskError):
    """No line covers what the case asks for; the other side must be asked first."""

    code = "quota-not-listed"


class ConsentPending(KioskError):
    """The other side has been asked and has not answered yet."""

    code = "consent-pending"


class ConsentDeclined(KioskError):
    """The other side was asked and did not agree."""

    code = "consent-declined"


class ConsultationUnknown(KioskError):
    """There is no consultation of that number, or it is none of the actor's business."""

    code = "consultation-unknown"


class ConsultationRefused(KioskError):
    """There is nothing to ask about, it has been asked already, or it has been answered."""

    code = "consultation-refused"


class QuotaUnknown(KioskError):
    """There is no quota of that number."""

    code = "quota-unknown"


class QuotaInvalid(KioskError):
    """The agreed line makes no sense: no amount, one side twice, a number or a line that exists already."""

    code = "quota-invalid"


class QuotaWithdrawn(KioskError):
    """The line was withdrawn."""

    code = "quota-withdrawn"


class QuotaSignatureRefused(KioskError):
    """Only an officer of one of the two sides acts on a line, and each side signs once."""

    code = "quota-signature-refused"
