"""What is known of machines, and whose session a token opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.models import Person
from kiosk.identity.tokens import token_digest
from kiosk.machines.errors import MachineInMaintenance, MachineRevoked, MachineSessionOver
from kiosk.machines.models import CardReading, Machine, MachineSession


def find_machine(session: Session, number: str) -> Machine | None:
    """The machine of that number, or None."""
    return session.scalar(select(Machine).where(Machine.number == number))


def get_machine(session: Session, number: str) -> Machine:
    """The machine of that number. Raises NotFound."""
    machine = find_machine(session, number)
    if machine is None:
        raise NotFound("没有这台自助终端")
    return machine


def require_in_service(machine: Machine) -> None:
    """Raises MachineRevoked, MachineInMaintenance."""
    if machine.revoked_at is not None:
        raise MachineRevoked("终端已停用，请到其他终端办理")
    if machine.maintenance_since is not None:
        raise MachineInMaintenance("终端正在维护，请到其他终端办理")


def list_machines(session: Session) -> Sequence[Machine]:
    """Every machine that was not taken out of service, by number."""
    standing = select(Machine).where(Machine.revoked_at.is_(None))
    return session.scalars(standing.order_by(Machine.number)).all()


def machine_actor(machine: Machine) -> Actor:
    """A machine as one who acts."""
    return Actor(
        Role.MACHINE,
        machine.number,
        machine.name,
        division_code=machine.division_code,
        place=machine.place,
        machine_number=machine.number,
    )


def find_visit(session: Session, token: str, now: datetime) -> MachineSession | None:
    """The running session that a page's token opens, or None."""
    found = session.scalar(_by_token(token))
    return found if found is not None and is_running(found, now) else None


def lock_visit(session: Session, token: str, now: datetime) -> MachineSession:
    """The running session of this token, locked for change. Raises MachineSessionOver."""
    found = session.scalar(_by_token(token).with_for_update(of=MachineSession))
    if found is None or not is_running(found, now):
        raise MachineSessionOver("本次会话已结束，请重新刷卡")
    return found


def is_running(visit: MachineSession, now: datetime) -> bool:
    """Whether the session still counts: not ended, not too old, and its machine in service."""
    return visit.ended_at is None and visit.expires_at > now and visit.machine.revoked_at is None


def find_session_actor(session: Session, token: str, now: datetime) -> Actor | None:
    """The person who proved who they are at a machine and still stands there, or None."""
    visit = find_visit(session, token, now)
    if visit is None or visit.proven_at is None:
        return None
    return _person_actor(session, visit)


def list_readings(session: Session, visit: MachineSession) -> Sequence[CardReading]:
    """The cards read in this session, oldest first."""
    readings = select(CardReading).where(CardReading.session_id == visit.id)
    return session.scalars(readings.order_by(CardReading.id)).all()


def _by_token(token: str) -> Select[MachineSession]:
    return select(MachineSession).where(MachineSession.token_digest == token_digest(token))


def _person_actor(session: Session, visit: MachineSession) -> Actor:
    person = session.get_one(Person, visit.person_id)
    return Actor(
        Role.CITIZEN,
        person.number,
        person.name,
        division_code=visit.machine.division_code,
        place=visit.machine.place,
        person_id=person.id,
        machine_number=visit.machine.number,
    )
