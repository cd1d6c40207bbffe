"""Numbered blanks: received, loaded, used, spoiled, destroyed, each by its serial number; the balance of a shift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from printing.blank_models import Blank, BlankEvent
from printing.errors import PrintingError
from printing.job_states import Event

MOST_AT_ONCE = 5000
SHOWN = 20


class BlankState(StrEnum):
    """Where a blank stands. ``unknown``: it was in the printer when contact was lost, or it jammed."""

    RECEIVED = "received"
    LOADED = "loaded"
    FEEDING = "feeding"
    USED = "used"
    UNKNOWN = "unknown"
    SPOILED = "spoiled"
    DESTROYED = "destroyed"


class Handling(StrEnum):
    """What persons do with blanks."""

    RECEIVE = "receive"
    LOAD = "load"
    UNLOAD = "unload"
    SPOIL = "spoil"
    DESTROY = "destroy"


HANDLING_TABLE: dict[tuple[BlankState, Handling], BlankState] = {
    (BlankState.RECEIVED, Handling.LOAD): BlankState.LOADED,
    (BlankState.LOADED, Handling.UNLOAD): BlankState.RECEIVED,
    (BlankState.RECEIVED, Handling.SPOIL): BlankState.SPOILED,
    (BlankState.LOADED, Handling.SPOIL): BlankState.SPOILED,
    (BlankState.SPOILED, Handling.DESTROY): BlankState.DESTROYED,
}
ACCOUNTED_FOR = frozenset({BlankState.USED, BlankState.DESTROYED})
IN_THE_MACHINE = frozenset({BlankState.LOADED, BlankState.FEEDING})
PRINT_TABLE: dict[tuple[BlankState, Event], BlankState] = {
    (BlankState.LOADED, Event.PERMIT): BlankState.FEEDING,
    (BlankState.FEEDING, Event.PRINT): BlankState.USED,
    (BlankState.FEEDING, Event.NOT_FED): BlankState.LOADED,
    (BlankState.FEEDING, Event.JAM): BlankState.UNKNOWN,
    (BlankState.FEEDING, Event.LOSE): BlankState.UNKNOWN,
    (BlankState.UNKNOWN, Event.PRINT): BlankState.USED,
    (BlankState.UNKNOWN, Event.NOT_FED): BlankState.LOADED,
    (BlankState.UNKNOWN, Event.FOUND_PRINTED): BlankState.USED,
    (BlankState.UNKNOWN, Event.FOUND_SPOILED): BlankState.SPOILED,
    (BlankState.UNKNOWN, Event.FOUND_UNFED): BlankState.LOADED,
    (BlankState.USED, Event.FOUND_SPOILED): BlankState.SPOILED,
}
"""Events of a job that move its blanks; all others leave them where they are."""


class BlanksRefused(PrintingError):
    """The range holds blanks that are missing, already on record, or not in a state that allows the act."""

    code = "blanks-refused"

    def __init__(self, kind: str, serials: Sequence[int]) -> None:
        shown = "、".join(map(str, serials[:SHOWN])) + ("等" if len(serials) > SHOWN else "")
        super().__init__(f"空白证照 {kind} 的编号 {shown} 不能这样处理")
        self.kind, self.serials = kind, tuple(serials)


class NoBlanksLoaded(PrintingError):
    """The machine holds too few blanks of the kind that the licence is printed on."""

    code = "no-blanks-loaded"


@dataclass(frozen=True)
class Range:
    """Serial numbers of one kind, both ends included."""

    kind: str
    first: int
    last: int

    def serials(self) -> range:
        """Raises BlanksRefused for an empty, negative or too long range."""
        if not 0 < self.first <= self.last < self.first + MOST_AT_ONCE:
            raise BlanksRefused(self.kind, (self.first, self.last))
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Act:
    """Who does something with blanks, where and why."""

    actor: str
    reason: str | None = None
    machine_number: str | None = None


@dataclass(frozen=True)
class Balance:
    """Blanks of one kind at one machine over one shift, by its history. ``closing`` must lie in the machine.

    ``used`` and ``in_doubt`` are net: what was found spoiled later is counted there and no longer here.
    """

    opening: int
    loaded: int
    unloaded: int
    used: int
    spoiled: int
    in_doubt: int
    closing: int

    def missing(self, counted: int) -> int:
        """How many blanks a person who counted finds too few; negative for too many."""
        return self.closing - counted


@dataclass(frozen=True)
class Stretch:
    """Blanks numbered in a row that stand in one state at one place; ``machine`` is None for the store."""

    kind: str
    state: BlankState
    machine: str | None
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def receive(session: Session, blanks: Range, act: Act, now: datetime) -> None:
    """Enter new blanks. Raises BlanksRefused for numbers that are on record already."""
    known = select(Blank.serial).where(
        Blank.kind == blanks.kind, Blank.serial.between(blanks.first, blanks.last)
    )
    serials = blanks.serials()
    if doubles := session.scalars(known.order_by(Blank.serial)).all():
        raise BlanksRefused(blanks.kind, doubles)
    new = [
        Blank(kind=blanks.kind, serial=serial, state=BlankState.RECEIVED, updated_at=now)
        for serial in serials
    ]
    try:
        with session.begin_nested():
            session.add_all(new)
    except IntegrityError as error:  # Somebody else enters the same box at this moment.
        raise BlanksRefused(blanks.kind, serials) from error
    session.add_all(_event(blank, Handling.RECEIVE, None, act, now) for blank in new)


def handle(session: Session, blanks: Range, handling: Handling, act: Act, now: datetime) -> None:
    """Load, unload, spoil or destroy a whole range, or none of it. Raises BlanksRefused with every faulty number."""
    rows = select(Blank).where(
        Blank.kind == blanks.kind, Blank.serial.between(blanks.first, blanks.last)
    )
    found = {blank.serial: blank for blank in session.scalars(rows.with_for_update())}
    faulty = [s for s in blanks.serials() if s not in found or not _may(found[s], handling, act)]
    if faulty:
        raise BlanksRefused(blanks.kind, faulty)
    for blank in found.values():
        before = BlankState(blank.state)
        blank.state, blank.updated_at = HANDLING_TABLE[(before, handling)], now
        if handling is Handling.LOAD:
            blank.machine_number = act.machine_number
        session.add(_event(blank, handling, before, act, now))
        if handling is Handling.UNLOAD:
            blank.machine_number = None


def bind(
    session: Session, kind: str, machine: str, job: str, *, sheets: int, now: datetime
) -> None:
    """Bind the machine's next blanks to a job that got leave to feed. Raises NoBlanksLoaded."""
    blanks = session.scalars(_loaded(kind, machine).limit(sheets).with_for_update()).all()
    if len(blanks) < sheets:
        raise NoBlanksLoaded(f"{machine} 的 {kind} 空白证照不足")
    for blank in blanks:
        blank.job_number = job
        _follow(session, blank, Event.PERMIT, now)


def follow(session: Session, job: str, event: Event, now: datetime) -> None:
    """Move the blanks of a job as its paper moved; those that never left are free for the next job."""
    bound = select(Blank).where(Blank.job_number == job).order_by(Blank.serial)
    for blank in session.scalars(bound.with_for_update()):
        _follow(session, blank, event, now)


def has_enough(session: Session, kind: str, machine: str, sheets: int) -> bool:
    """Whether the machine holds that many blanks."""
    serials = _loaded(kind, machine).with_only_columns(Blank.serial).limit(sheets)
    return len(session.scalars(serials).all()) == sheets


def balance(session: Session, machine: str, kind: str, since: datetime, until: datetime) -> Balance:
    """The shift from ``since`` to before ``until``, counted from the history alone."""
    history = session.scalars(
        select(BlankEvent)
        .where(BlankEvent.machine_number == machine, BlankEvent.kind == kind, BlankEvent.at < until)
        .order_by(BlankEvent.id)
    ).all()
    shift = [row for row in history if row.at >= since]
    came, went = Counter(row.to_state for row in shift), Counter(row.from_state for row in shift)
    acts = Counter(row.event for row in shift)
    return Balance(
        opening=_held(row for row in history if row.at < since),
        loaded=acts[Handling.LOAD],
        unloaded=acts[Handling.UNLOAD],
        used=came[BlankState.USED] - went[BlankState.USED],
        spoiled=came[BlankState.SPOILED],
        in_doubt=came[BlankState.UNKNOWN] - went[BlankState.UNKNOWN],
        closing=_held(history),
    )


def count_by_kind(session: Session) -> dict[str, dict[BlankState, int]]:
    """How many blanks of each kind stand in each state, by name of the kind."""
    rows = select(Blank.kind, Blank.state, func.count()).group_by(Blank.kind, Blank.state)
    counts: dict[str, dict[BlankState, int]] = {}
    for kind, state, count in session.execute(rows.order_by(Blank.kind)):
        counts.setdefault(kind, {})[BlankState(state)] = count
    return counts


def list_stretches(session: Session, most: int) -> list[Stretch]:
    """Where the blanks are that somebody must still account for, by kind, place and number; at most that many."""
    place = Blank.kind, Blank.state, Blank.machine_number
    in_turn = func.row_number().over(partition_by=place, order_by=Blank.serial)
    numbered = (
        select(*place, Blank.serial, (Blank.serial - in_turn).label("stretch"))
        .where(Blank.state.not_in(ACCOUNTED_FOR))
        .subquery()
        .columns
    )
    where = numbered.kind, numbered.state, numbered.machine_number
    rows = (
        select(*where, func.min(numbered.serial), func.max(numbered.serial))
        .group_by(*where, numbered.stretch)
        .order_by(
            numbered.kind, func.coalesce(numbered.machine_number, ""), func.min(numbered.serial)
        )
    )
    return [
        Stretch(kind, BlankState(state), machine, first, last)
        for kind, state, machine, first, last in session.execute(rows.limit(most))
    ]


def list_kinds(session: Session, machine: str) -> Sequence[str]:
    """The kinds of blanks that ever lay in a machine, by name."""
    kinds = select(BlankEvent.kind).where(BlankEvent.machine_number == machine).distinct()
    return session.scalars(kinds.order_by(BlankEvent.kind)).all()


def _held(history: Iterable[BlankEvent]) -> int:
    """How many blanks lay in the machine at the end of this history."""
    last = {row.serial: row.to_state for row in history}
    return sum(1 for state in last.values() if state in IN_THE_MACHINE)


def _loaded(kind: str, machine: str) -> Select[Blank]:
    """The blanks the machine may feed, in the order in which they lie in it."""
    return (
        select(Blank)
        .where(
            Blank.machine_number == machine, Blank.kind == kind, Blank.state == BlankState.LOADED
        )
        .order_by(Blank.serial)
    )


def _may(blank: Blank, handling: Handling, act: Act) -> bool:
    """Blanks are loaded into some machine, and come out of the one they lie in."""
    lies_elsewhere = blank.machine_number not in (None, act.machine_number)
    if act.machine_number is None if handling is Handling.LOAD else lies_elsewhere:
        return False
    return (BlankState(blank.state), handling) in HANDLING_TABLE


def _follow(session: Session, blank: Blank, event: Event, now: datetime) -> None:
    before = BlankState(blank.state)
    after = PRINT_TABLE.get((before, event))
    if after is None:
        return
    act = Act("system", None, blank.machine_number)
    blank.state, blank.updated_at = after, now
    session.add(_event(blank, event, before, act, now))
    if after is BlankState.LOADED:
        blank.job_number = None


def _event(
    blank: Blank, event: Handling | Event, before: BlankState | None, act: Act, now: datetime
) -> BlankEvent:
    return BlankEvent(
        kind=blank.kind,
        serial=blank.serial,
        event=event,
        from_state=before,
        to_state=blank.state,
        machine_number=blank.machine_number,
        job_number=blank.job_number,
        actor=act.actor,
        reason=act.reason,
        at=now,
    )
