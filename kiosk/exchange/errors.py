"""Refusals of the exchange."""

from __future__ import annotations

from kiosk.errors import KioskError


class KeyReused(KioskError):
    """The idempotency key came before, with another request."""

    code = "idempotency-key-reused"
