"""Refusals about the content of a file."""

from __future__ import annotations

from kiosk.errors import KioskError


class MaterialTypeRefused(KioskError):
    """The content is none of the kinds that are taken, whatever the file is called."""

    code = "material-type-refused"


class MaterialExecutable(KioskError):
    """The content is a program or contains one."""

    code = "material-executable"


class MaterialActive(KioskError):
    """The document acts by itself: scripts, launch actions, macros, attachments or media."""

    code = "material-active-content"


class MaterialDisguised(KioskError):
    """The file is two things at once, or carries something behind its end."""

    code = "material-disguised"


class MaterialDamaged(KioskError):
    """The file is empty, cut short or can not be read."""

    code = "material-damaged"


class MaterialLocked(KioskError):
    """The file opens with a password only."""

    code = "material-locked"


class MaterialTooLarge(KioskError):
    """The file has more bytes than are taken."""

    code = "material-too-large"


class MaterialTooLong(KioskError):
    """The file has more pages than are taken."""

    code = "material-too-many-pages"


class MaterialSwells(KioskError):
    """Unpacked, the content would be far larger than any document: too many pixels, objects or bytes."""

    code = "material-swells"
