"""Lets a machine's signed request in, once, inside the transaction of the command it asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kiosk.machines.errors import MachineRevoked, MachineUnknown, RequestReplayed
from kiosk.machines.models import Machine, MachineNonce
from kiosk.machines.queries import find_machine
from printing.wire import SKEW, SignedCall


class Known(Protocol):
    """What must be known of a machine to let it in: the row, or some of its columns."""

    @property
    def id(self) -> int: ...
    @property
    def public_key(self) -> bytes | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...


def admit(session: Session, call: SignedCall, now: datetime) -> Machine:
    """The machine that signed the call, whose nonce is used up from now on.

    Raises MachineUnknown, MachineRevoked, SignatureInvalid, ClockSkewed, RequestReplayed.
    """
    machine = find_machine(session, call.machine)
    let_in(session, machine, call, now)
    assert machine is not None
    return machine


def let_in(session: Session, known: Known | None, call: SignedCall, now: datetime) -> None:
    """Use up the nonce of a call by the machine that is known under its number, if any. Raises as ``admit``."""
    if known is None or known.public_key is None:
        raise MachineUnknown("终端未登记")
    call.check(known.public_key, now)
    if known.revoked_at is not None:
        raise MachineRevoked("终端已停用")
    use_nonce(session, known.id, call, now)


def use_nonce(session: Session, machine_id: int, call: SignedCall, now: datetime) -> None:
    """Enter the nonce, in one statement. Raises RequestReplayed if it stands there already."""
    row = {"machine_id": machine_id, "nonce": call.nonce, "at": now}
    connection = session.connection()
    if connection.execute(FRESH[connection.dialect.name], row).first() is None:
        raise RequestReplayed("同一请求已经收到过")


def forget_nonces(session: Session, now: datetime) -> None:
    """Forget the nonces of requests whose time alone would refuse them by now."""
    session.execute(delete(MachineNonce).where(MachineNonce.at < now - 2 * SKEW))


def _fresh(insert: Any) -> Any:
    nonces = MachineNonce.__table__
    row: dict[str, Any] = {name: bindparam(name) for name in ("machine_id", "nonce", "at")}
    return insert(nonces).values(row).on_conflict_do_nothing().returning(nonces.c.nonce)


FRESH = {"sqlite": _fresh(sqlite.insert), "postgresql": _fresh(postgresql.insert)}
"""Enters a nonce that is new, built once: every message of every machine runs it."""
