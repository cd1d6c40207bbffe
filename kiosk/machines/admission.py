"""Lets a machine's signed request in, once, inside the transaction of the command it asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kiosk.machines.errors import MachineRevoked, MachineUnknown, RequestReplayed
from kiosk.machines.models import Machine, MachineNonce
from kiosk.machines.queries import find_machine
from printing.wire import SKEW, SignedCall

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def admit(session: Session, call: SignedCall, now: datetime) -> Machine:
    """The machine that signed the call, whose nonce is used up from now on.

    Raises MachineUnknown, MachineRevoked, SignatureInvalid, ClockSkewed, RequestReplayed.
    """
    machine = find_machine(session, call.machine)
    if machine is None or machine.public_key is None:
        raise MachineUnknown("终端未登记")
    call.check(machine.public_key, now)
    if machine.revoked_at is not None:
        raise MachineRevoked("终端已停用")
    use_nonce(session, machine, call, now)
    return machine


def use_nonce(session: Session, machine: Machine, call: SignedCall, now: datetime) -> None:
    """Enter the nonce, in one statement. Raises RequestReplayed if it stands there already."""
    insert = INSERTS[session.get_bind().dialect.name]
    row = {"machine_id": machine.id, "nonce": call.nonce, "at": now}
    fresh = insert(MachineNonce).values(row).on_conflict_do_nothing()
    if session.scalar(fresh.returning(MachineNonce.nonce)) is None:
        raise RequestReplayed("同一请求已经收到过")


def forget_nonces(session: Session, now: datetime) -> None:
    """Forget the nonces of requests whose time alone would refuse them by now."""
    session.execute(delete(MachineNonce).where(MachineNonce.at < now - 2 * SKEW))
