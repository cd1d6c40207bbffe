"""A machine changes its key: the old one signs for the new one, and is worth nothing from that moment on."""

from __future__ import annotations

from datetime import datetime

from kiosk.audit import trail
from kiosk.machines.admission import admit
from kiosk.machines.queries import machine_actor
from kiosk.uow import unit_of_work
from printing.wire import KeyRotated, KeyRotation, SignedCall, check_rotation


def rotate_key(call: SignedCall, rotation: KeyRotation, *, now: datetime) -> KeyRotated:
    """Put the new key in place; said again under the new key itself, because the answer was lost, it changes nothing.

    Raises as ``admit``, MessageInvalid, and SignatureInvalid if the machine does not hold the new key.
    """
    key = check_rotation(call.machine, rotation.public_key, rotation.proof)
    with unit_of_work() as session:
        machine = admit(session, call, now)
        if machine.public_key != key:
            machine.public_key, machine.key_since = key, now
            subject = f"machine:{machine.number}"
            trail.record(session, machine_actor(machine), "machine-key-rotated", subject, now)
        return KeyRotated(machine.number, now)
