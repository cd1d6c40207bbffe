"""The fleet: entering, enrolling and retiring machines, and new work for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.identity.models import Person
from kiosk.identity.tokens import draw_number, token_digest
from kiosk.machines.admission import use_nonce
from kiosk.machines.errors import EnrolmentRefused, HolderLeft, MachineExists, MachineRevoked
from kiosk.machines.heartbeat import POLL_BUSY_S
from kiosk.machines.models import Machine, MachineEnrolment
from kiosk.machines.queries import (
    find_machine,
    get_machine,
    machine_actor,
    require_in_service,
)
from kiosk.machines.visits import end_visit, find_open_visit, keep_for_print
from kiosk.uow import unit_of_work
from printing import jobs
from printing.jobs import JobSpec
from printing.wire import Enrolled, Enrolment, SignedCall, unpack_public_key

ENROLMENT_LIFE = timedelta(hours=24)


def create_machine(
    session: Session, *, number: str, name: str, division_code: str, place: str, now: datetime
) -> Machine:
    """Enter a machine; it speaks once it has enrolled. Raises MachineExists."""
    if find_machine(session, number) is not None:
        raise MachineExists(f"终端 {number} 已登记")
    machine = Machine(
        number=number, name=name, division_code=division_code, place=place, created_at=now
    )
    session.add(machine)
    session.flush()  # Its enrolment codes name it by id.
    trail.record(session, SYSTEM, "machine-entered", f"machine:{number}", now)
    return machine


def issue_enrolment_code(session: Session, number: str, *, actor: Actor, now: datetime) -> str:
    """A one-time code for the machine, good for a day; earlier unused codes end. Raises NotFound."""
    machine = get_machine(session, number)
    earlier = select(MachineEnrolment).where(
        MachineEnrolment.machine_id == machine.id, MachineEnrolment.used_at.is_(None)
    )
    for entry in session.scalars(earlier):
        session.delete(entry)
    code = draw_number("")
    session.add(
        MachineEnrolment(
            machine_id=machine.id, code_digest=token_digest(code), expires_at=now + ENROLMENT_LIFE
        )
    )
    trail.record(session, actor, "machine-code-issued", f"machine:{number}", now)
    return code


def enrol(call: SignedCall, enrolment: Enrolment, *, now: datetime) -> Enrolled:
    """Take the public key of a machine that holds the code and signs with the key; a repeated call changes nothing.

    Raises EnrolmentRefused, MachineRevoked, SignatureInvalid, ClockSkewed, MessageInvalid.
    """
    key = unpack_public_key(enrolment.public_key)
    call.check(key, now)
    with unit_of_work() as session:
        machine = find_machine(session, call.machine)
        entry = _find_enrolment(session, machine, enrolment.code)
        if machine is None or entry is None:
            raise EnrolmentRefused("登记码不正确、已用过或已过期")
        use_nonce(session, machine.id, call, now)
        _bring_key(session, machine, entry, key, now)
        machine.software_version = enrolment.software_version[:32]
        return Enrolled(machine.number, machine.name, now, POLL_BUSY_S)


def revoke_machine(number: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Take a machine out of service at once: its key counts no more and its session ends. Raises NotFound."""
    with unit_of_work() as session:
        machine = get_machine(session, number)
        machine.revoked_at = machine.revoked_at or now
        visit = find_open_visit(session, machine, now)
        if visit is not None:
            end_visit(session, visit, "machine-revoked", now)
        trail.record(session, actor, "machine-revoked", f"machine:{number}", now, reason=reason)


def request_print(
    session: Session,
    *,
    machine_number: str,
    licence_identifier: str,
    copy_label: str,
    document_digest: str,
    person_id: int,
    now: datetime,
    pages: int = 1,
    blank_kind: str | None = None,
    replaces: str | None = None,
) -> str:
    """Queue one original for the person who stands at the machine; answers the job's number.

    The caller has checked that this person may have this paper. Raises CopyInPrint, CopyAlreadyPrinted,
    MachineRevoked, MachineInMaintenance, HolderLeft, NotFound.
    """
    machine = get_machine(session, machine_number)
    require_in_service(machine)
    spec = JobSpec(
        machine_number=machine.number,
        licence_identifier=licence_identifier,
        copy_label=copy_label,
        document_sha256=document_digest,
        requested_by=session.get_one(Person, person_id).number,
        pages=pages,
        blank_kind=blank_kind,
        replaces=replaces,
        session_number=_visit_number(session, machine, person_id, now),
    )
    return jobs.create_job(session, spec, now).number


@dataclass(frozen=True)
class PlainPaper:
    """A paper that is no original, by the number and title of its document and the digest of its file."""

    number: str
    title: str
    digest: str
    pages: int


def request_plain_print(
    session: Session, machine_number: str, paper: PlainPaper, person_id: int, now: datetime
) -> str:
    """Queue such a paper for the person whose session is open at the machine; the job's number.

    The card opened the session, and no second proof is asked. Raises HolderLeft, MachineRevoked,
    MachineInMaintenance, NotFound.
    """
    machine = get_machine(session, machine_number)
    require_in_service(machine)
    visit = find_open_visit(session, machine, now)
    if visit is None or visit.person_id != person_id:
        raise HolderLeft("请在自助机前刷卡后再打印")
    keep_for_print(visit, now)
    spec = JobSpec(
        machine_number=machine.number,
        licence_identifier=paper.number,
        copy_label=paper.title,
        document_sha256=paper.digest,
        requested_by=session.get_one(Person, person_id).number,
        pages=paper.pages,
        session_number=visit.number,
        original=False,
    )
    return jobs.create_job(session, spec, now).number


def _find_enrolment(
    session: Session, machine: Machine | None, code: str
) -> MachineEnrolment | None:
    if machine is None:
        return None
    return session.scalar(
        select(MachineEnrolment)
        .where(
            MachineEnrolment.machine_id == machine.id,
            MachineEnrolment.code_digest == token_digest(code.strip().upper()),
        )
        .with_for_update()
    )


def _bring_key(
    session: Session, machine: Machine, entry: MachineEnrolment, key: bytes, now: datetime
) -> None:
    if machine.revoked_at is not None:
        raise MachineRevoked("终端已停用")
    if entry.used_at is not None and machine.public_key == key:
        return
    if entry.used_at is not None or entry.expires_at <= now:
        raise EnrolmentRefused("登记码不正确、已用过或已过期")
    entry.used_at, machine.public_key = now, key
    machine.enrolled_at = machine.key_since = now
    trail.record(
        session, machine_actor(machine), "machine-enrolled", f"machine:{machine.number}", now
    )


def _visit_number(session: Session, machine: Machine, person_id: int, now: datetime) -> str:
    """The session in which this person stands at the machine; it lasts long enough for the paper to come out."""
    visit = find_open_visit(session, machine, now)
    if visit is None or visit.person_id != person_id or visit.proven_at is None:
        raise HolderLeft("请在自助机前刷卡验证后再打印")
    keep_for_print(visit, now)
    return visit.number
