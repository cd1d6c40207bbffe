"""Cases as lists and one by one. Lists are read by columns, because an ORM object costs more than the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from kiosk.casework.errors import QueryCodeWrong
from kiosk.casework.models import Case, CaseEvent, CaseMaterial
from kiosk.casework.receipt import Channel
from kiosk.casework.states import STATE_WORDS, State
from kiosk.catalogue import catalogue
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor
from kiosk.privacy import keyring
from services_catalog.routing import chain

OPEN_FOR_DECISION = (
    State.RECEIVED,
    State.ACCEPTED,
    State.UNDER_REVIEW,
    State.SPECIAL_PROCEDURE,
    State.GRANTED,
    State.REFUSED,
    State.DELIVERED,
)


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

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
    version: int


def get_case(session: Session, number: str) -> Case:
    """The case of that number. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound("没有这个办件")
    return case


def get_case_by_code(session: Session, number: str, query_code: str) -> Case:
    """The case whose receipt shows number and query code. Raises QueryCodeWrong, whichever of them is wrong."""
    case = session.scalar(select(Case).where(Case.number == number))
    digest = keyring().digest("query-code", f"{number}:{query_code}")
    if case is None or not compare_digest(case.query_code_digest, digest):
        raise QueryCodeWrong("办件编号或查询码不正确")
    return case


def list_events(session: Session, case: Case) -> list[CaseEvent]:
    """The steps of a case, oldest first."""
    steps = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.position)
    return list(session.scalars(steps))


def list_materials(session: Session, case: Case) -> list[CaseMaterial]:
    """The papers of a case as the receipt lists them."""
    papers = select(CaseMaterial).where(CaseMaterial.case_id == case.id)
    return list(session.scalars(papers.order_by(CaseMaterial.position)))


def list_queue(
    session: Session, authority_code: str, *, after: tuple[date, int] | None = None, limit: int = 50
) -> list[CaseLine]:
    """The open cases that an authority decides, its own or as a delegate, by due date;
    ``after`` is the (order date, id) the last page ended with."""
    queue = _lines().where(_decided_by(authority_code), Case.state.in_(OPEN_FOR_DECISION))
    if after is not None:
        queue = queue.where(tuple_(Case.order_on, Case.id) > after)
    return _read(session, queue.order_by(Case.order_on, Case.id).limit(limit))


def _decided_by(authority_code: str) -> ColumnElement[bool]:
    """The authority's own cases, and those that a delegation in force today lets it decide."""
    world = catalogue().world
    chosen: ColumnElement[bool] = Case.deciding_authority == authority_code
    for rule in world.rules.delegations:
        if rule.delegate_code == authority_code:
            area = [d.code for d in world.districts.values() if rule.area_code in chain(d, world)]
            place = Case.offering["facts"]["district_code"].as_string()
            chosen = chosen | (
                (Case.deciding_authority == rule.delegating_code)
                & (Case.item_seq == rule.item_seq)
                & func.coalesce(place, Case.deciding_division).in_(area)
            )
    return chosen


def list_received(session: Session, actor: Actor, *, limit: int = 50) -> list[CaseLine]:
    """What this clerk's place received, newest first; an online application was received by nobody's window."""
    received = _lines().where(
        Case.receiving_division == actor.division_code, Case.channel != Channel.ONLINE
    )
    return _read(session, received.order_by(Case.id.desc()).limit(limit))


def list_of_applicant(session: Session, person_id: int, *, limit: int = 50) -> list[CaseLine]:
    """A citizen's own cases, newest first."""
    mine = _lines().where(Case.applicant_id == person_id)
    return _read(session, mine.order_by(Case.id.desc()).limit(limit))


def _lines() -> Select[tuple[object, ...]]:
    return select(
        Case.number,
        Case.offering,
        Case.state,
        Case.subject_name,
        Case.receiving_place,
        Case.deciding_name,
        Case.received_at,
        Case.acceptance_due_on,
        Case.promised_due_on,
        Case.statutory_due_on,
        Case.version,
    )


def _read(session: Session, statement: Select[tuple[object, ...]]) -> list[CaseLine]:
    rows: Sequence[Row[tuple[object, ...]]] = session.execute(statement).all()
    return [_line(row) for row in rows]


def _line(row: Row[tuple[object, ...]]) -> CaseLine:
    return CaseLine(
        number=row.number,
        item_name=row.offering["terms"]["item_name"],
        state=row.state,
        state_words=STATE_WORDS[State(row.state)],
        subject_name=row.subject_name,
        receiving_place=row.receiving_place,
        deciding_name=row.deciding_name,
        received_at=row.received_at,
        acceptance_due_on=row.acceptance_due_on,
        promised_due_on=row.promised_due_on,
        statutory_due_on=row.statutory_due_on,
        version=row.version,
    )
