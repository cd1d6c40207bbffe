"""Alarms: opened and ended as the troubles come and go, answered by a person in time or passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.errors import NotFound
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.machines.alarm_models import MachineAlarm
from kiosk.machines.errors import AlarmAnswered
from kiosk.machines.models import Machine
from kiosk.machines.receivers import PASSED_ON
from kiosk.machines.troubles import NEXT, Limits, duty_of, find_troubles
from kiosk.uow import unit_of_work
from printing.job_models import PrintJob, PrintSheet
from printing.job_states import SheetState
from printing.wire import JobState

UNKNOWN, LEFT, DISPUTED = "paper-unknown", "paper-left", "paper-disputed"


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong now; ``subject`` is the print job it is about, or empty."""

    machine_id: int
    kind: str
    subject: str = ""

    @property
    def key(self) -> str:
        """Names the trouble while it lasts."""
        return f"{self.machine_id}/{self.kind}/{self.subject}"


def watch_alarms(session: Session, now: datetime, limits: Limits) -> list[MachineAlarm]:
    """Open an alarm for each new trouble, end those that are gone, pass on what nobody answered; the new ones."""
    lasting = {alarm.open_key: alarm for alarm in session.scalars(_lasting())}
    found = {trouble.key: trouble for trouble in _troubles(session, now, limits)}
    for key, alarm in lasting.items():
        if key not in found:
            alarm.ended_at, alarm.open_key = now, None
        elif alarm.answered_at is None and alarm.due_at <= now:
            _pass_on(session, alarm, now, limits)
    new = [_open(found[key], now, limits) for key in found.keys() - lasting.keys()]
    session.add_all(new)
    return new


def list_alarms(session: Session) -> Sequence[MachineAlarm]:
    """Alarms whose trouble lasts: unanswered ones first, the longest first."""
    waiting = MachineAlarm.answered_at.is_not(None), MachineAlarm.due_at, MachineAlarm.id
    return session.scalars(_lasting().order_by(*waiting)).all()


def find_alarm(session: Session, kind: str, subject: str) -> MachineAlarm | None:
    """The lasting alarm of that kind about a print, or None."""
    about = MachineAlarm.kind == kind, MachineAlarm.subject == subject
    return session.scalar(_lasting().where(*about).limit(1))


def was_raised(session: Session, kind: str, subject: str) -> bool:
    """Whether there ever was an alarm of that kind about a print."""
    about = MachineAlarm.kind == kind, MachineAlarm.subject == subject
    return session.scalar(select(MachineAlarm.id).where(*about).limit(1)) is not None


def raise_dispute(
    session: Session, machine_id: int, job: str, now: datetime, limits: Limits
) -> None:
    """A machine tells of a print's paper what the ledger rules out: an alarm until a person has answered it."""
    trouble = Trouble(machine_id, DISPUTED, job[:32])
    if session.scalar(_lasting().where(MachineAlarm.open_key == trouble.key)) is None:
        session.add(_open(trouble, now, limits))


def answer_alarm(number: int, words: str, *, actor: Actor, now: datetime) -> None:
    """The actor sees to it. Raises NotFound for an alarm that is over, AlarmAnswered if somebody else sees to it."""
    with unit_of_work() as session:
        alarm = session.scalar(_lasting().where(MachineAlarm.id == number).with_for_update())
        if alarm is None:
            raise NotFound("没有这条告警，或告警已解除")
        if alarm.answered_by not in (None, actor.number):
            raise AlarmAnswered("这条告警已有人处理")
        alarm.answered_by, alarm.answered_at, alarm.answer = actor.number, now, words
        subject = f"machine:{alarm.machine.number}"
        trail.record(session, actor, "alarm-answered", subject, now, kind=alarm.kind, words=words)


def _lasting() -> Select[MachineAlarm]:
    return select(MachineAlarm).where(MachineAlarm.ended_at.is_(None))


def _troubles(session: Session, now: datetime, limits: Limits) -> Iterator[Trouble]:
    """Machines that were taken out of service or are being worked on raise no alarm; their paper still does."""
    standing = select(Machine).where(
        Machine.revoked_at.is_(None),
        Machine.maintenance_since.is_(None),
        Machine.public_key.is_not(None),
    )
    for machine in session.scalars(standing.execution_options(yield_per=1000)):
        for kind in find_troubles(machine, now, limits):
            yield Trouble(machine.id, kind[:64])
    here = Machine.number == PrintJob.machine_number
    unknown = select(Machine.id, PrintJob.number).join(PrintJob, here)
    for machine_id, number in session.execute(unknown.where(PrintJob.state == JobState.UNKNOWN)):
        yield Trouble(machine_id, UNKNOWN, number)
    left = unknown.join(PrintSheet, PrintSheet.job_id == PrintJob.id)
    for machine_id, number in session.execute(left.where(PrintSheet.state == SheetState.LEFT)):
        yield Trouble(machine_id, LEFT, number)
    open_disputes = MachineAlarm.kind == DISPUTED, MachineAlarm.answered_at.is_(None)
    for alarm in session.scalars(_lasting().where(*open_disputes)):
        yield Trouble(alarm.machine_id, DISPUTED, alarm.subject)


def answers(alarm: MachineAlarm) -> str:
    """The duty that has to answer now."""
    return alarm.passed_to or duty_of(alarm.kind)


def _patience(kind: str, limits: Limits) -> timedelta:
    return limits.answer_unknown if kind in (UNKNOWN, DISPUTED) else limits.answer


def _open(trouble: Trouble, now: datetime, limits: Limits) -> MachineAlarm:
    return MachineAlarm(
        machine_id=trouble.machine_id,
        kind=trouble.kind,
        subject=trouble.subject,
        open_key=trouble.key,
        since=now,
        due_at=now + _patience(trouble.kind, limits),
    )


def _pass_on(session: Session, alarm: MachineAlarm, now: datetime, limits: Limits) -> None:
    """Nobody answered in time: the next one is told and has as long. Behind the last one it stays where it is."""
    late = answers(alarm)
    if late not in NEXT:
        return
    alarm.passed_to, alarm.passed_on_at = NEXT[late], now
    alarm.due_at = now + _patience(alarm.kind, limits)
    facts = {"kind": alarm.kind, "duty": late, "to": alarm.passed_to, "print": alarm.subject}
    machine = alarm.machine.number
    trail.record(session, SYSTEM, "alarm-passed-on", f"machine:{machine}", now, **facts)
    outbox.enqueue(session, PASSED_ON, facts | {"machine": machine}, now)
