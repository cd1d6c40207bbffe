"""Refusals about drafts and the materials in them."""

from __future__ import annotations

from kiosk.errors import KioskError


class DraftCodeWrong(KioskError):
    """Card and code do not open any draft; which of them is wrong is not told."""

    code = "draft-code-wrong"


class DraftSubmitted(KioskError):
    """The draft was handed in and is a case now."""

    code = "draft-submitted"


class DraftTooLarge(KioskError):
    """More was typed than any form holds."""

    code = "draft-too-large"


class TooManyDrafts(KioskError):
    """One person keeps too many half-finished applications."""

    code = "too-many-drafts"


class TooManyMaterials(KioskError):
    """The draft holds as many files, or as many bytes, as it may."""

    code = "too-many-materials"


class MaterialsMissing(KioskError):
    """Papers that the deciding authority requires are not there; ``fields`` names every one of them."""

    code = "materials-missing"


class MaterialInfected(KioskError):
    """The virus scanner found something in the file."""

    code = "material-infected"


class ScannerUnavailable(KioskError):
    """The configured virus scanner does not answer; nothing is taken unseen."""

    code = "scanner-unavailable"


class ConsentMissing(KioskError):
    """The person a paper belongs to has not consented to its being used again."""

    code = "consent-missing"


class ReuseRefused(KioskError):
    """The paper may not be used again in this way."""

    code = "reuse-refused"
