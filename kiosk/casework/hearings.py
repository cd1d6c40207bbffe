"""The right to a hearing (行政许可法 art. 46 to 48): told, asked for, arranged in time, held, and minuted.

The days are recalled, not verified, and stand in the settings. Until the right is settled nothing is decided.
"""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.acts import require_possible, require_text, step
from kiosk.casework.calendar import office_calendar
from kiosk.casework.deadlines import WORKING_DAY, Due, due
from kiosk.casework.errors import HearingOpen, HearingRefused
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.papers import chinese_date
from kiosk.casework.procedure_kinds import SpecialKind
from kiosk.casework.procedure_models import Hearing
from kiosk.casework.procedure_queries import find_hearing, list_open_procedures
from kiosk.casework.procedures import Planned, ending, starting
from kiosk.casework.queries import get_case
from kiosk.casework.states import Action
from kiosk.clock import OFFICE_ZONE, office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor
from kiosk.uow import reading


def tell_hearing(
    number: str, reason: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Tell the applicant of the right to a hearing (art. 46, 47). Raises HearingRefused for a second time."""
    require_text("reason", reason)
    contents = Contents(reason=reason, span=f"{current_app.config['HEARING_ASK_DAYS']}个工作日")
    with reading() as session:
        case = require_possible(session, number, Action.TELL_HEARING, actor, version)
        rehearse_notice(case, Kind.HEARING, contents, now)
    words = "{case.deciding_name}告知申请人有要求听证的权利"
    act = Action.TELL_HEARING
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        if find_hearing(session, case) is not None:
            raise HearingRefused("已经告知过听证权利")
        enter_notice(session, case, Kind.HEARING, contents, actor, now)
        session.add(
            Hearing(case_id=case.id, reason=reason, told_on=office_date(now), told_by=actor.number)
        )


def ask_hearing(number: str, *, actor: Actor, now: datetime, version: int | None = None) -> None:
    """The applicant asks for the hearing they were told of. Raises HearingRefused when it is too late."""
    act, words = Action.ASK_HEARING, "申请人要求听证"
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        told = _get_told(session, case)
        if told.asked_on is not None:
            raise HearingRefused("已经要求过听证")
        limit = ask_limit(case, told).on
        if limit is not None and office_date(now) > limit:
            raise HearingRefused(f"要求听证的期限已于{chinese_date(limit)}届满")
        told.asked_on = office_date(now)


def arrange_hearing(
    number: str,
    place: str,
    held_at: datetime,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Fix place and time, told in advance (art. 48); the limits stand still from now on.

    Raises HearingRefused if nobody asked, InputInvalid for a time that is too early or too late.
    """
    require_text("place", place)
    with reading() as session:
        case = get_case(session, number)
        told = find_hearing(session, case)
        if told is not None and told.asked_on is not None:
            _require_fit(case, told.asked_on, held_at, office_date(now))
    local = held_at.astimezone(OFFICE_ZONE)
    reason = f"听证定于{chinese_date(local.date())}{local:%H时%M分}在{place}举行。"
    days = current_app.config["HEARING_HELD_DAYS"]
    planned = Planned(SpecialKind.HEARING, reason, days)
    with starting(number, planned, actor=actor, now=now, version=version) as (
        session,
        case,
        begun,
    ):
        told = _get_told(session, case)
        if told.asked_on is None:
            raise HearingRefused("申请人没有要求听证")
        told.place, told.held_at, told.procedure_id = place, held_at, begun.id


def hold_hearing(
    number: str,
    presider: str,
    minutes: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Enter the minutes of the hearing, which the decision is to rest on (art. 48); the limits go on.

    ``presider`` is the login of the officer who presided: never one who reviews the case. Raises HearingRefused.
    """
    require_text("minutes", minutes)
    with reading() as session:
        case = get_case(session, number)
        position = _position(session, case)
        _require_uninvolved(session, case, presider)
    with ending(number, position, "听证笔录已存档", actor=actor, now=now, version=version) as (
        session,
        case,
        _,
    ):
        told = _get_told(session, case)
        if told.held_at is not None and now < told.held_at:
            raise HearingRefused("听证还没有举行")
        told.presider, told.minutes = presider, minutes


def require_settled(session: Session, case: Case, now: datetime) -> None:
    """Let pass a case in which nobody may still be heard. Raises HearingOpen."""
    told = find_hearing(session, case)
    if told is None or told.minutes is not None:
        return
    if told.asked_on is not None:
        raise HearingOpen("申请人已要求听证，须先举行听证")
    limit = ask_limit(case, told).on
    if limit is None or office_date(now) <= limit:
        raise HearingOpen("申请人要求听证的期限未满，暂不能作出决定")


def ask_limit(case: Case, told: Hearing) -> Due:
    """Until when the applicant may ask for the hearing (art. 47)."""
    days = current_app.config["HEARING_ASK_DAYS"]
    return due(told.told_on, days, WORKING_DAY, office_calendar(case.deciding_division))


def _get_told(session: Session, case: Case) -> Hearing:
    told = find_hearing(session, case)
    if told is None:
        raise HearingRefused("没有告知过听证权利")
    return told


def _require_fit(case: Case, asked_on: date, held_at: datetime, today: date) -> None:
    """Told so many working days before, held within so many of the request."""
    config, calendar = current_app.config, office_calendar(case.deciding_division)
    first = due(today, config["HEARING_NOTICE_DAYS"], WORKING_DAY, calendar).earliest
    last = due(asked_on, config["HEARING_HELD_DAYS"], WORKING_DAY, calendar).on
    held_on = office_date(held_at)
    if held_on < first or (last is not None and held_on > last):
        until = chinese_date(last) if last else "期限届满前"
        words = f"听证应在{chinese_date(first)}至{until}之间举行"
        raise InputInvalid("有内容需要改正", fields={"held_at": [words]})


def _require_uninvolved(session: Session, case: Case, presider: str) -> None:
    """Who reviews the case does not preside (art. 48(3))."""
    reviewed = select(CaseEvent.actor_number).where(
        CaseEvent.case_id == case.id, CaseEvent.action == Action.REVIEW
    )
    if presider in session.scalars(reviewed).all():
        raise HearingRefused("听证主持人不能是审查该申请的工作人员")


def _position(session: Session, case: Case) -> int:
    for held in list_open_procedures(session, case):
        if held.kind == SpecialKind.HEARING:
            return held.position
    raise HearingRefused("没有正在进行的听证")
