"""Refusals about who somebody is."""

from __future__ import annotations

from kiosk.errors import KioskError


class SignInRefused(KioskError):
    """Login and password do not match, or the account is closed; which of them is not told."""

    code = "sign-in-refused"


class AccountLocked(KioskError):
    """Too many failed attempts; the account opens again by itself."""

    code = "account-locked"


class ProofRefused(KioskError):
    """The second proof (PIN or message code) is wrong or no longer valid."""

    code = "proof-refused"


class TooManyCodes(KioskError):
    """No further message code is sent in this session, or to this person for now."""

    code = "too-many-codes"


class IdentityUnconfirmed(KioskError):
    """The identity provider does not confirm this ticket."""

    code = "identity-unconfirmed"


class SecondFactorNeeded(KioskError):
    """The password is right; the one-time code of the account's device is missing or wrong."""

    code = "second-factor-needed"


class SecondFactorNotSetUp(KioskError):
    """The settings ask two factors of staff, and this account has only a password."""

    code = "second-factor-not-set-up"


class SessionIdle(KioskError):
    """Nobody used this session's pages for too long; the password opens it again."""

    code = "session-idle"


class AuthorisationUnknown(KioskError):
    """No authority of that number was given to this agent."""

    code = "authorisation-unknown"


class AuthorisationNotInForce(KioskError):
    """The authority has not begun, is over or was revoked."""

    code = "authorisation-expired"


class AuthorisationOutOfScope(KioskError):
    """The authority is for another act, another item or another principal."""

    code = "authorisation-out-of-scope"


class PrincipalUnproven(KioskError):
    """Whoever wants to give an authority is not known to be the principal or to represent it."""

    code = "principal-unproven"
