"""Papers that travel (异地代收代办): out to the authority that decides and back, each leg acknowledged on arrival.

A leg that is not acknowledged in time raises a flag once, and so do papers that nobody sent out; it stops no clock of
the case.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from kiosk.casework.courier_models import CourierLeg
from kiosk.casework.deeds import Deed, deed
from kiosk.casework.errors import LegNotUnderWay, LegUnderWay, NotByCourier, WrongPlace
from kiosk.casework.models import Case, CaseEvent, CaseMaterial
from kiosk.casework.numbers import draw
from kiosk.casework.permissions import require_deciding
from kiosk.casework.receipt import PAPERS_TRAVEL
from kiosk.casework.states import Action, State
from kiosk.clock import OFFICE_ZONE, office_date
from kiosk.errors import Forbidden, KioskError, NotFound
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.uow import reading
from services_catalog.material_rules import PAPER

log = logging.getLogger(__name__)
SWEEP = 200
BRINGING = (Action.RECEIVE, Action.FIX_ON_SPOT, Action.SUPPLY_PART, Action.SUPPLY_CORRECTION)
UNDECIDED = (
    State.RECEIVED,
    State.CORRECTION_REQUESTED,
    State.ACCEPTED,
    State.UNDER_REVIEW,
    State.SPECIAL_PROCEDURE,
)


class Direction(StrEnum):
    """Which way the papers go."""

    OUT = "to-decider"
    BACK = "to-receiver"


@dataclass(frozen=True)
class Paper:
    """One paper on the list of a consignment, and its pages if they were counted."""

    name: str
    pages: int | None = None


@dataclass(frozen=True)
class Consignment:
    """What is sent, and by whom it is carried under which tracking number."""

    direction: Direction
    carrier: str
    tracking: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Arrival:
    """What the other side found: everything on the list, or what was missing or damaged."""

    complete: bool
    remark: str | None = None


def send(number: str, consignment: Consignment, *, actor: Actor, now: datetime) -> str:
    """Hand papers to a carrier; the number of the slip that goes with them.

    Raises NotByCourier, LegUnderWay, WrongPlace, Forbidden.
    """
    way = "{case.receiving_place}寄往{case.handler_name}"
    if consignment.direction is Direction.BACK:
        way = "{case.handler_name}寄往{case.receiving_place}"
    words = f"材料已由{way}"
    with deed(number, Deed.SEND, words, actor=actor, now=now) as (session, case):
        if case.mode not in PAPERS_TRAVEL:
            raise NotByCourier("该办件不是异地代收代办，材料不需要寄送")
        _require_end(case, actor, consignment.direction is Direction.OUT)
        if find_under_way(session, case) is not None:
            raise LegUnderWay("上一批材料还没有签收，请先确认签收")
        leg = _new_leg(session, case, consignment, actor, now)
        session.add(leg)
    return leg.number


def acknowledge(slip: str, arrival: Arrival, *, actor: Actor, now: datetime) -> CourierLeg:
    """Sign for a consignment; the leg with its receipt. Raises NotFound, LegNotUnderWay, WrongPlace, Forbidden."""
    number = _case_of(slip)
    words = "材料已签收" if arrival.complete else "材料已签收，与清单不符"
    with deed(number, Deed.ACKNOWLEDGE, words, actor=actor, now=now) as (session, case):
        leg = session.scalars(select(CourierLeg).where(CourierLeg.number == slip)).one()
        _require_end(case, actor, leg.direction == Direction.BACK)
        if leg.received_at is not None:
            raise LegNotUnderWay("这批材料已经签收")
        leg.received_at, leg.received_by = now, actor.number
        leg.complete, leg.remark = arrival.complete, arrival.remark
    return leg


def flag_overdue(*, now: datetime) -> int:
    """Raise a flag, once, for every leg that was not acknowledged in time; how many."""
    overdue = (
        select(CourierLeg.number, Case.number.label("case"))
        .join(Case, Case.id == CourierLeg.case_id)
        .where(
            CourierLeg.received_at.is_(None),
            CourierLeg.flagged_at.is_(None),
            CourierLeg.due_on < office_date(now),
        )
    )
    with reading() as session:
        rows = session.execute(overdue.order_by(CourierLeg.id).limit(SWEEP)).all()
    return sum(_flag(row.case, row.number, now) for row in rows)


def to_be_sent() -> list[ColumnElement[bool]]:
    """The conditions that a case which nobody has decided has papers at its window that were never sent out."""
    out = exists().where(CourierLeg.case_id == Case.id, CourierLeg.direction == Direction.OUT)
    on_paper = exists().where(CaseMaterial.case_id == Case.id, CaseMaterial.form == PAPER)
    return [Case.mode.in_(PAPERS_TRAVEL), Case.state.in_(UNDECIDED), on_paper, ~out]


def flagged_unsent() -> ColumnElement[bool]:
    """The condition that somebody was reminded of a case's unsent papers."""
    return exists().where(CaseEvent.case_id == Case.id, CaseEvent.action == Deed.FLAG_UNSENT)


def flag_unsent(*, now: datetime) -> int:
    """Raise a flag, once a case, where a window sent nothing in time after papers were last brought; how many."""
    late = select(Case.number).where(*_late_to_send(now)).order_by(Case.id).limit(SWEEP)
    with reading() as session:
        numbers = session.scalars(late).all()
    return sum(_flag_unsent(number, now) for number in numbers)


def list_legs(session: Session, case: Case) -> Sequence[CourierLeg]:
    """The legs of a case, oldest first."""
    legs = select(CourierLeg).where(CourierLeg.case_id == case.id)
    return session.scalars(legs.order_by(CourierLeg.id)).all()


def find_under_way(session: Session, case: Case) -> CourierLeg | None:
    """The leg that nobody has acknowledged yet, or None."""
    return session.scalar(
        select(CourierLeg).where(CourierLeg.case_id == case.id, CourierLeg.received_at.is_(None))
    )


def _new_leg(
    session: Session, case: Case, consignment: Consignment, actor: Actor, now: datetime
) -> CourierLeg:
    today = office_date(now)
    serial = draw(session, f"courier:{today:%Y%m%d}", most=999_999)
    ends = [case.receiving_place, case.handler_name]
    if consignment.direction is Direction.BACK:
        ends.reverse()
    said = json.dumps([case.number, asdict(consignment)], ensure_ascii=False)
    return CourierLeg(
        number=f"JJ{today:%Y%m%d}{serial:06d}",
        case_id=case.id,
        direction=consignment.direction,
        carrier=consignment.carrier,
        tracking=consignment.tracking,
        papers=[asdict(paper) for paper in consignment.papers],
        digest=hashlib.sha256(said.encode()).hexdigest(),
        sent_from=ends[0],
        sent_to=ends[1],
        sent_by=actor.number,
        sent_at=now,
        due_on=today + timedelta(days=current_app.config["COURIER_DAYS"]),
    )


def _require_end(case: Case, actor: Actor, at_receiving_place: bool) -> None:
    """Let pass who stands at that end of the road. Raises WrongPlace, Forbidden."""
    if not at_receiving_place:
        require_deciding(case, actor)
    elif actor.role is not Role.CLERK:
        raise Forbidden("您的身份不能进行这项操作")
    elif actor.division_code != case.receiving_division:
        raise WrongPlace(f"材料由{case.receiving_place}收发")


def _case_of(slip: str) -> str:
    with reading() as session:
        chosen = select(Case.number).join(CourierLeg, CourierLeg.case_id == Case.id)
        number = session.scalar(chosen.where(CourierLeg.number == slip))
    if number is None:
        raise NotFound("没有这份交接单")
    return number


def _flag(number: str, slip: str, now: datetime) -> bool:
    words = "寄送的材料超过期限未签收，已提醒双方核查"
    try:
        with deed(number, Deed.FLAG_LEG, words, actor=SYSTEM, now=now) as (session, _):
            leg = session.scalars(select(CourierLeg).where(CourierLeg.number == slip)).one()
            if leg.received_at is not None or leg.flagged_at is not None:
                raise LegNotUnderWay("这批材料已经签收或提醒过")
            leg.flagged_at = now
    except KioskError:
        log.warning("a leg could not be flagged", exc_info=True)
        return False
    return True


def _late_to_send(now: datetime) -> list[ColumnElement[bool]]:
    days = timedelta(days=current_app.config["COURIER_SEND_DAYS"])
    since = datetime.combine(office_date(now) - days, time.min, OFFICE_ZONE)
    brought = exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.action.in_(BRINGING), CaseEvent.at >= since
    )
    # While a correction is waited for, the window sends everything together.
    waiting = Case.state == State.CORRECTION_REQUESTED
    return [Case.received_at < since, *to_be_sent(), ~waiting, ~brought, ~flagged_unsent()]


def _flag_unsent(number: str, now: datetime) -> bool:
    words = "纸质材料超过期限未寄出，已提醒收件窗口核查"
    try:
        with deed(number, Deed.FLAG_UNSENT, words, actor=SYSTEM, now=now) as (session, case):
            still = select(Case.id).where(Case.id == case.id, *_late_to_send(now))
            if session.scalar(still) is None:
                raise LegUnderWay("材料已经寄出或提醒过")
    except KioskError:
        log.warning("papers that were not sent could not be flagged", exc_info=True)
        return False
    return True
