"""Special procedures (行政许可法 art. 45): begun with a written notice and the days expected, ended with a result.

A visit of the place (现场核查) happens, and stops no limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.acts import require_possible, require_text, step
from kiosk.casework.errors import ExpertOpinionMissing, ProcedureRefused
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.procedure_kinds import SPECIAL_WORDS, SpecialKind
from kiosk.casework.procedure_models import Procedure
from kiosk.casework.procedure_queries import (
    list_open_procedures,
    list_procedures,
    list_reviews,
)
from kiosk.casework.states import Action
from kiosk.clock import office_date
from kiosk.errors import NotFound, StaleVersion
from kiosk.identity.actors import Actor
from kiosk.uow import reading

OTHERWISE_BEGUN = {
    SpecialKind.HEARING: "听证须在申请人要求后安排",
    SpecialKind.EXPERT_REVIEW: "专家评审须先从专家库指定专家",
}


@dataclass(frozen=True)
class Planned:
    """A special procedure to begin: its kind, why, and how many working days it should take."""

    kind: SpecialKind
    reason: str
    expected_days: int
    basis: str = ""


def start_procedure(
    number: str, planned: Planned, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Begin a special procedure; the limits stand still until it has ended.

    Raises ProcedureRefused for a kind that runs already or is begun otherwise, and what a notice may raise.
    """
    if planned.kind in OTHERWISE_BEGUN:
        raise ProcedureRefused(OTHERWISE_BEGUN[planned.kind])
    with starting(number, planned, actor=actor, now=now, version=version):
        pass


@contextmanager
def starting(
    number: str, planned: Planned, *, actor: Actor, now: datetime, version: int | None = None
) -> Iterator[tuple[Session, Case, Procedure]]:
    """Begin a special procedure; the caller adds what is particular to its kind."""
    require_text("reason", planned.reason)
    name = SPECIAL_WORDS[planned.kind]
    contents = Contents(
        procedure=name,
        starts_on=office_date(now),
        span=f"{planned.expected_days}个工作日",
        reason=planned.reason,
        basis=planned.basis,
    )
    with reading() as session:
        case = require_possible(session, number, Action.START_SPECIAL, actor, version)
        rehearse_notice(case, Kind.SPECIAL_PROCEDURE, contents, now)
    words = f"{{case.deciding_name}}开始{name}，所需时间不计入办理期限"
    act = Action.START_SPECIAL
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        if any(held.kind == planned.kind for held in list_open_procedures(session, case)):
            raise ProcedureRefused(f"{name}正在进行，不能重复开始")
        paper = enter_notice(session, case, Kind.SPECIAL_PROCEDURE, contents, actor, now)
        begun = _enter(session, case, planned, paper.number, actor, now)
        yield session, case, begun
        clocks.reckon(session, case)


def end_procedure(
    number: str,
    position: int,
    result: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """End a special procedure with its result; with the last one the limits go on.

    Raises ExpertOpinionMissing, ProcedureRefused for a hearing, which ends with its minutes.
    """
    require_text("result", result)
    with ending(number, position, result, actor=actor, now=now, version=version) as (
        session,
        _,
        held,
    ):
        if held.kind == SpecialKind.HEARING:
            raise ProcedureRefused("听证以听证笔录结束")
        if any(review.opinion is None for review, _ in list_reviews(session, held)):
            raise ExpertOpinionMissing("还有专家没有提交书面意见")


@contextmanager
def ending(
    number: str,
    position: int,
    result: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Iterator[tuple[Session, Case, Procedure]]:
    """End a special procedure; the caller looks whether it may."""
    with reading() as session:
        case = require_possible(session, number, Action.END_SPECIAL, actor, version)
        held, last = _find_open(session, case, position)
        name = SPECIAL_WORDS[SpecialKind(held.kind)]
    words = f"{name}已结束，办理期限{'继续计算' if last else '因其他程序仍暂停'}"
    act = Action.END_SPECIAL if last else Action.END_ONE
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        held, still_last = _find_open(session, case, position)
        if still_last != last:
            raise StaleVersion("该办件刚被他人处理过，请刷新后再操作")
        yield session, case, held
        held.ended_on, held.ended_by, held.result = office_date(now), actor.number, result
        clocks.reckon(session, case)


def visit_site(
    number: str, findings: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Record a visit of the place (现场核查); it is no procedure of art. 45, so every limit runs on."""
    require_text("findings", findings)
    words = "{case.deciding_name}进行了现场核查，办理期限照常计算"
    act = Action.VISIT_SITE
    with step(number, act, words, actor=actor, now=now, version=version, note=findings):
        pass


def _enter(
    session: Session, case: Case, planned: Planned, paper: str, actor: Actor, now: datetime
) -> Procedure:
    begun = Procedure(
        case_id=case.id,
        position=len(list_procedures(session, case)) + 1,
        kind=planned.kind,
        reason=planned.reason,
        expected_days=planned.expected_days,
        started_on=office_date(now),
        started_by=actor.number,
        paper_number=paper,
    )
    session.add(begun)
    session.flush()  # Experts and hearings name it by id; the reckoning reads it.
    return begun


def _find_open(session: Session, case: Case, position: int) -> tuple[Procedure, bool]:
    """The running procedure at that place on the list, and whether it is the only one. Raises NotFound."""
    running = list_open_procedures(session, case)
    for held in running:
        if held.position == position:
            return held, len(running) == 1
    raise NotFound("没有正在进行的这项程序")
