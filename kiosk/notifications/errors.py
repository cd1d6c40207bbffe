"""Refusals about notifications."""

from __future__ import annotations

from kiosk.errors import KioskError


class NotGivenUp(KioskError):
    """Only a message that was given up is tried again by hand."""

    code = "notification-not-given-up"
