"""Refusals about enquiries, complaints and ratings."""

from __future__ import annotations

from kiosk.errors import KioskError


class RatedAlready(KioskError):
    """One service occasion is rated once (一次一评, 一事一评)."""

    code = "rated-already"


class NotRatableYet(KioskError):
    """The service has not been given yet, so it can not be rated."""

    code = "not-ratable-yet"


class OptionUnfit(KioskError):
    """A ticked option does not belong to the level, or is no longer offered."""

    code = "rating-option-unfit"


class PrivateDataInText(KioskError):
    """A text about to be published still holds numbers of people."""

    code = "private-data-in-text"


class ModerationDone(KioskError):
    """The text was published or withheld before, or there is none."""

    code = "moderation-done"


class OwnMatter(KioskError):
    """Nobody answers a complaint or a bad rating about themselves."""

    code = "own-matter"


class VoiceStepRefused(KioskError):
    """The thread or the rectification is not in a state for this step."""

    code = "voice-step-refused"
