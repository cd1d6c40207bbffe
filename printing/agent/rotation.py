"""The machine's key grows old: draw another, have it put in place, and only then forget the old one.

The next key lies on the disk before the server hears of it, so a power cut at any point ends with a key that counts.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.agent.enrolment import note_enrolled
from printing.agent.errors import ServerRefused
from printing.agent.journal import Journal
from printing.agent.keys import load_or_create_key
from printing.agent.line import Line
from printing.wire import KeyRotated, KeyRotation, pack_public_key, rotation_proof

log = logging.getLogger(__name__)
DAY_S = 86400
OLD_KEY = "machine-signature-invalid"


class KeyKeeper:
    """Renews the key in ``path`` once it is older than ``days``."""

    def __init__(
        self,
        path: Path,
        machine: str,
        line: Line,
        journal: Journal,
        *,
        days: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._machine, self._line, self._journal = path, machine, line, journal
        self._next = path.with_suffix(".next")
        self._days, self._clock = days, clock

    def finish(self) -> None:
        """Carry a rotation to its end that was cut off. Raises LineDown, ServerRefused."""
        if self._next.exists():
            self._rotate()

    def renew_if_old(self) -> None:
        """Raises LineDown, ServerRefused."""
        if self._next.exists() or self._clock() - self._path.stat().st_mtime > self._days * DAY_S:
            self._rotate()

    def _rotate(self) -> None:
        old, new = load_or_create_key(self._path), load_or_create_key(self._next)
        message = KeyRotation(pack_public_key(new), rotation_proof(new, self._machine))
        try:
            self._line.get("/key", message, KeyRotated)
        except ServerRefused as refusal:
            if refusal.code != OLD_KEY:
                raise
            self._say_under(new, old, message)  # The server may have it already.
        note_enrolled(self._journal, self._machine, new)
        os.replace(self._next, self._path)
        self._line.use_key(new)
        log.info("the machine's key was renewed")

    def _say_under(
        self, new: Ed25519PrivateKey, old: Ed25519PrivateKey, message: KeyRotation
    ) -> None:
        self._line.use_key(new)
        try:
            self._line.get("/key", message, KeyRotated)
        except BaseException:
            self._line.use_key(old)
            raise
