"""The first start: bring the public key to the server with the one-time code."""

from __future__ import annotations

import logging
import threading

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.agent.config import AgentConfig
from printing.agent.errors import ConfigInvalid, LineDown, ServerRefused
from printing.agent.journal import Journal
from printing.agent.line import Line
from printing.wire import Enrolled, Enrolment, pack_public_key

log = logging.getLogger(__name__)
NOTE = "enrolled"
PAUSE_S = 2.0


def ensure_enrolled(
    config: AgentConfig,
    key: Ed25519PrivateKey,
    line: Line,
    journal: Journal,
    version: str,
    stopping: threading.Event,
) -> bool:
    """Enrol unless done; waits for a server that is down. False if told to stop meanwhile.

    Raises ConfigInvalid without a code, or with one that the server refuses.
    """
    while journal.find_note(NOTE) != _mark(config.machine, key):
        if not config.enrolment_code:
            raise ConfigInvalid("this machine has not enrolled yet: enrolment_code is missing")
        message = Enrolment(config.enrolment_code, pack_public_key(key), version)
        try:
            answer = line.get("/enrolment", message, Enrolled)
        except LineDown as error:
            log.warning("waiting for the server: %s", error)
            if stopping.wait(PAUSE_S):
                return False
            continue
        except ServerRefused as refusal:
            raise ConfigInvalid(f"enrolment refused: {refusal}") from refusal
        line.follow_clock(answer.now)
        note_enrolled(journal, config.machine, key)
    return True


def note_enrolled(journal: Journal, machine: str, key: Ed25519PrivateKey) -> None:
    """The server knows the machine by this key."""
    journal.note(NOTE, _mark(machine, key))


def _mark(machine: str, key: Ed25519PrivateKey) -> str:
    return f"{machine} {pack_public_key(key)}"
