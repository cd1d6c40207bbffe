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


class IdentityUnconfirmed(KioskError):
    """The identity provider does not confirm this ticket."""

    code = "identity-unconfirmed"
