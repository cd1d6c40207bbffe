"""Refusals about machines and about the person standing at one."""

from __future__ import annotations

from kiosk.errors import KioskError


class MachineUnknown(KioskError):
    """No machine of that number, or none that has enrolled."""

    code = "machine-unknown"


class MachineRevoked(KioskError):
    """The machine was taken out of service; nothing it says counts any more."""

    code = "machine-revoked"


class MachineInMaintenance(KioskError):
    """Somebody works on the machine; no new paper is asked of it."""

    code = "machine-in-maintenance"


class AlarmAnswered(KioskError):
    """Somebody else sees to the alarm already."""

    code = "alarm-answered"


class MachineExists(KioskError):
    """A machine of that number is on record already."""

    code = "machine-exists"


class EnrolmentRefused(KioskError):
    """The code is wrong, used up or too old, or does not belong to this machine; which of them is not told."""

    code = "enrolment-refused"


class RequestReplayed(KioskError):
    """The same signed request came before."""

    code = "request-replayed"


class TicketInvalid(KioskError):
    """The one-time address was used before, or its session is over."""

    code = "ticket-invalid"


class MachineSessionOver(KioskError):
    """The session at the machine has ended; the person starts anew with the card."""

    code = "machine-session-over"


class CardNotBound(KioskError):
    """The card read does not name the nonce of the machine's running session."""

    code = "card-not-bound"


class CardExpired(KioskError):
    """The card is past its date."""

    code = "card-expired"


class CardUnreadable(KioskError):
    """What the reader says can not be right: a number that breaks its own check character, an empty name."""

    code = "card-unreadable"


class NoCardYet(KioskError):
    """A second proof was offered before any card lay on the reader."""

    code = "no-card-yet"


class HolderLeft(KioskError):
    """Nobody who proved to be entitled stands at the machine any more."""

    code = "holder-left"
