"""The refusals every part of the application shares. They carry facts and never speak HTTP."""

from __future__ import annotations


class KioskError(Exception):
    """Root of the refusals of the application.

    ``code`` is stable and kebab-case; ``fields`` names the faulty inputs, each with its reasons in Chinese.
    """

    code = "kiosk-error"

    def __init__(self, detail: str = "", *, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}


class SettingsInvalid(KioskError):
    """A setting is missing or unsafe; the service must not start with it."""

    code = "settings-invalid"


class NotFound(KioskError):
    """Nothing of that kind bears that number, or the asker may not know of it."""

    code = "not-found"


class Forbidden(KioskError):
    """The asker is known, and this act is not theirs."""

    code = "forbidden"


class NotSignedIn(KioskError):
    """The act needs a signed-in person, clerk, officer or machine."""

    code = "not-signed-in"


class StaleVersion(KioskError):
    """Somebody else changed the same record first; nothing was written."""

    code = "stale-version"


class InputInvalid(KioskError):
    """The input has faults; ``fields`` lists every one of them."""

    code = "input-invalid"
