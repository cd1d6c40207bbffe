"""Lists of cases: an authority's queue by due date, a desk's receipts, a citizen's own, and the search over them.

They are read page by page, each page from where the last one ended, and by columns, because an ORM object costs more
than the database. Nothing here counts a whole table. What time alone has moved on is shown as the case itself is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from kiosk.casework.deadlines import PERMIT
from kiosk.casework.deeds import Deed
from kiosk.casework.models import Case, CaseOpinion
from kiosk.casework.notice_words import words_of
from kiosk.casework.receipt import Channel, Mode
from kiosk.casework.standing import REGIME, as_they_stand, in_state, may_have_moved
from kiosk.casework.state_words import state_words
from kiosk.casework.states import ENDED, State
from kiosk.casework.stopped import STOPPED_WORDS, list_stopped
from kiosk.catalogue import catalogue
from kiosk.clock import midnight, office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor, Role
from kiosk.identity.queries import document_digest, find_person

MOST = 200
CITIZEN_CARD, CREDIT_CODE = "111", "001"
CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})~([0-9A-Z]{1,50})")

NOT_A_PART = Case.mode != Mode.JOINT_PART
"""Desk and applicant have one case; its parts are shown within."""


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. ``held_by`` is the login of the officer who has it in hand."""

    number: str
    item_name: str
    state: str
    state_words: str
    subject_name: str
    receiving_place: str
    deciding_name: str
    received_at: datetime
    acceptance_due_on: date | None
    promised_due_on: date | None
    statutory_due_on: date | None
    held_by: str | None
    version: int


ROW_FIELDS = {field.name for field in fields(CaseLine)} - {"item_name", "state_words"}


@dataclass(frozen=True)
class Page:
    """Some cases in order; ``next`` asks for those that follow, None behind the last."""

    cases: list[CaseLine]
    next: str | None


class Whose(StrEnum):
    """Which part of a queue: all of it, what the officer holds, what nobody holds, what waits for a second
    signature, what is past its limit."""

    ALL = "all"
    MINE = "mine"
    FREE = "free"
    UNSIGNED = "unsigned"
    LATE = "late"


WITHDRAWN_PART = (Mode.JOINT_PART, State.WITHDRAWN)
TO_DECIDE = (State.RECEIVED, State.ACCEPTED, State.UNDER_REVIEW, State.SPECIAL_PROCEDURE)
DECIDED = (State.GRANTED, State.REFUSED, State.DELIVERED)
LIMITED = (State.RECEIVED, State.ACCEPTED, State.UNDER_REVIEW)
"""States in which a limit of the authority runs; nothing else can be late."""


STATES_OF = {Whose.LATE: LIMITED, Whose.UNSIGNED: (State.UNDER_REVIEW,)}


@dataclass(frozen=True)
class QueueView:
    """Which part of a queue to show: in one state or some, all open ones if none is named.

    ``today`` is what limits are compared with; without it nothing is late.
    """

    whose: Whose = Whose.ALL
    state: State | None = None
    states: tuple[State, ...] = ()
    today: date | None = None


@dataclass(frozen=True)
class Sought:
    """What a case is looked for by; what is None does not matter. Dates are those of receipt, both included."""

    number: str | None = None
    document_type: str | None = None
    document_number: str | None = None
    item_seq: int | None = None
    state: State | None = None
    received_from: date | None = None
    received_to: date | None = None


def list_queue(
    session: Session,
    officer: Actor,
    view: QueueView | None = None,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """The open cases that an officer's authority handles, its own or as a delegate, the earliest due first.

    What it delegated stands in the delegate's queue; its own officers find that by the search. Of a joint case it is
    the parts that are decided.
    What waits for the applicant's corrections is left out unless ``view`` asks for that state.
    Raises InputInvalid for a cursor that no page ended with.
    """
    view = view or QueueView()
    wanted = [Case.mode != Mode.JOINT_LEAD, *_in_view(view, officer)]
    if after is not None:
        on, last = _read_cursor(session, after)
        wanted.append(tuple_(Case.order_on, Case.id) > (on, last.id))
    parts = [
        (scope, stand, *wanted)
        for scope in _to_handle(officer.authority_code or "")
        for stand in _standing(view)
    ]
    rows = _first(session, parts, (Case.order_on, Case.id), limit + 1)
    return _page(session, rows, limit, [f"{row.order_on}~{row.number}" for row in rows])


def list_numbered(session: Session, officer: Actor, numbers: Sequence[str]) -> list[CaseLine]:
    """Those of the named cases that an officer's authority decides, in the order they were named."""
    chosen = [
        _lines().where(scope, Case.number.in_(numbers))
        for scope in _decided_by(officer.authority_code or "")
    ]
    rows = [row for part in chosen for row in session.execute(part)]
    found = {line.number: line for line in _as_lines(session, rows)}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def list_received(
    session: Session,
    actor: Actor,
    sought: Sought | None = None,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """What this clerk's place received, newest first; an online application was received by nobody's window."""
    fits = list(_fits(session, sought)) if sought else []
    return _newest_first(session, [received_by(actor)], [NOT_A_PART, *fits], after, limit)


def list_of_applicant(
    session: Session, person_id: int, *, after: str | None = None, limit: int = 50
) -> Page:
    """A citizen's own cases, newest first."""
    return _newest_first(session, [Case.applicant_id == person_id], [NOT_A_PART], after, limit)


def search_cases(
    session: Session, actor: Actor, sought: Sought, *, after: str | None = None, limit: int = 50
) -> Page:
    """Those of the cases an officer's authority decides, or a clerk's place received, that fit; newest first.

    People and organisations are found by the keyed digest of their number. Raises InputInvalid for a wrong cursor.
    """
    scopes = [received_by(actor)]
    if actor.role is Role.OFFICER:
        scopes = list(_decided_by(actor.authority_code or ""))
    if sought.state is not None:
        alternatives = in_state(sought.state, catalogue().on)
        scopes = [scope & one for scope in scopes for one in alternatives]
    return _newest_first(session, scopes, list(_fits(session, sought)), after, limit)


def _standing(view: QueueView) -> list[ColumnElement[bool]]:
    """The states of a view. Each is read by itself, in the order of its index, however many cases there are."""
    states = (view.state,) if view.state is not None else STATES_OF.get(view.whose, view.states)
    if states:
        return [stand for state in states for stand in in_state(state, catalogue().on)]
    # The partial index is used only by a query that repeats its condition, values and all.
    ended: BindParameter[Any] = bindparam("ended", ENDED, expanding=True, literal_execute=True)
    return [Case.state.not_in(ended) & (Case.state != State.CORRECTION_REQUESTED)]


def _in_view(view: QueueView, officer: Actor) -> Iterator[ColumnElement[bool]]:
    if view.whose is Whose.MINE:
        yield Case.held_by == officer.number
    elif view.whose is Whose.FREE:
        yield Case.held_by.is_(None)
    elif view.whose is Whose.UNSIGNED:
        yield Case.offering["offering"]["terms"]["second_signature"].as_boolean()
        signed = select(CaseOpinion.id).where(
            CaseOpinion.case_id == Case.id, CaseOpinion.kind == Deed.SIGN
        )
        yield ~signed.exists()
    elif view.whose is Whose.LATE:
        yield from _is_late(view.today)


def _is_late(today: date | None) -> Iterator[ColumnElement[bool]]:
    """Past the limit that the queue is ordered by; an item without limits is never late.

    A permit that nobody answered in time is not late but accepted.
    """
    if today is None:
        yield false()
        return
    yield Case.order_on < today
    yield or_(Case.state != State.RECEIVED, REGIME != PERMIT)
    decision = func.coalesce(Case.promised_due_on, Case.statutory_due_on)
    yield case((Case.state == State.RECEIVED, Case.acceptance_due_on), else_=decision) < today


def _to_handle(authority_code: str) -> Iterator[ColumnElement[bool]]:
    """The authority's own cases that it delegated to nobody, then those it handles as a delegate."""
    yield (Case.deciding_authority == authority_code) & Case.delegate_authority.is_(None)
    yield Case.delegate_authority == authority_code


def _decided_by(authority_code: str) -> Iterator[ColumnElement[bool]]:
    """The cases decided in the authority's name, then those it handles as a delegate."""
    yield Case.deciding_authority == authority_code
    yield Case.delegate_authority == authority_code


def received_by(actor: Actor) -> ColumnElement[bool]:
    """The cases that came in over the counter or at a machine of this actor's division."""
    return (Case.receiving_division == actor.division_code) & (Case.channel != Channel.ONLINE)


def _fits(session: Session, sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.number is not None:
        yield Case.number == sought.number
    if sought.document_number is not None:
        yield _of_applicant(session, sought.document_type or CITIZEN_CARD, sought.document_number)
    if sought.item_seq is not None:
        yield Case.item_seq == sought.item_seq
    if sought.received_from is not None:
        yield Case.received_at >= midnight(sought.received_from)
    if sought.received_to is not None:
        yield Case.received_at < midnight(sought.received_to + timedelta(days=1))


def _of_applicant(session: Session, document_type: str, number: str) -> ColumnElement[bool]:
    """Cases of the person of that document, or for the organisation of that credit code."""
    if document_type == CREDIT_CODE:
        return Case.subject_digest == document_digest(CREDIT_CODE, number)
    person = find_person(session, document_type, number)
    return false() if person is None else Case.applicant_id == person.id


def _newest_first(
    session: Session,
    scopes: Sequence[ColumnElement[bool]],
    fits: list[ColumnElement[bool]],
    after: str | None,
    limit: int,
) -> Page:
    if after is not None:
        _, last = _read_cursor(session, after)
        fits = [*fits, tuple_(Case.received_at, Case.id) < (last.received_at, last.id)]
    newest = (Case.received_at.desc(), Case.id.desc())
    rows = _first(session, [(scope, *fits) for scope in scopes], newest, limit + 1)
    cursors = [f"{office_date(row.received_at)}~{row.number}" for row in rows]
    return _page(session, rows, limit, cursors)


def _first(
    session: Session,
    parts: Sequence[tuple[ColumnElement[bool], ...]],
    order: tuple[Any, ...],
    limit: int,
) -> list[Row[Any]]:
    """The first cases that any of the parts has; each part is read by itself, in the order of its index."""
    chosen = [select(Case.id).where(*part).order_by(*order).limit(limit) for part in parts]
    if len(chosen) > 1:
        found = union_all(*(select(part.subquery()) for part in chosen))
        statement = _lines().where(Case.id.in_(found))
    else:
        statement = _lines().where(*parts[0])
    return list(session.execute(statement.order_by(*order).limit(limit)))


def _read_cursor(session: Session, cursor: str) -> tuple[date, Row[int, datetime]]:
    """The date a page ended with, and its last case. Raises InputInvalid."""
    if (said := CURSOR.fullmatch(cursor)) is not None:
        chosen = select(Case.id, Case.received_at).where(Case.number == said[2])
        last = session.execute(chosen).first()
        with suppress(ValueError):
            if last is not None:
                return date.fromisoformat(said[1]), last
    raise InputInvalid("页码标记有误，请从第一页重新开始", fields={"after": ["没有这一页"]})


def _page(session: Session, rows: list[Row[Any]], limit: int, cursors: list[str]) -> Page:
    return Page(_as_lines(session, rows[:limit]), cursors[limit - 1] if len(rows) > limit else None)


def _as_lines(session: Session, rows: Sequence[Row[Any]]) -> list[CaseLine]:
    """The rows; the few that time alone may have moved on are read again, as each of them is shown by itself."""
    today = catalogue().on
    moved = [
        row.id
        for row in rows
        if may_have_moved(row.state, row.acceptance_due_on, row.correction_due_on, today)
    ]
    standing = as_they_stand(session, moved, today)
    withdrawn = [row.id for row in rows if (row.mode, row.state) == WITHDRAWN_PART]
    stopped = list_stopped(session, withdrawn)
    return [_line(row, standing.get(row.id, row), row.id in stopped) for row in rows]


def _lines() -> Select[Any]:
    return select(
        Case.id,
        Case.order_on,
        Case.number,
        Case.offering["terms"]["item_name"].as_string().label("item_name"),
        Case.offering["terms"]["regime"].as_string().label("regime"),
        Case.offering["terms"]["item_type"].as_string().label("item_type"),
        Case.state,
        Case.mode,
        Case.subject_name,
        Case.receiving_place,
        Case.deciding_name,
        Case.received_at,
        Case.acceptance_due_on,
        Case.correction_due_on,
        Case.promised_due_on,
        Case.statutory_due_on,
        Case.held_by,
        Case.version,
    )


def _line(row: Row[Any], standing: Any, stopped: bool) -> CaseLine:
    shown = {name: getattr(standing, name) for name in ROW_FIELDS}
    regime = words_of(row.regime, row.item_type)
    words = STOPPED_WORDS if stopped else state_words(standing.state, regime)
    return CaseLine(**shown, item_name=row.item_name, state_words=words)
