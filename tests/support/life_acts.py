"""Everything that people may try on a case, who may really do it, and what must have happened before.

Tests of whole lives draw from this table. Needs an application context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import select

from kiosk.casework import (
    charging,
    commands,
    corrections,
    couriers,
    experts,
    extensions,
    hearings,
    holding,
    opinions,
    procedures,
)
from kiosk.casework.correction_models import CorrectionDefect
from kiosk.casework.correction_queries import list_notices
from kiosk.casework.models import Case
from kiosk.casework.non_acceptance import not_accept
from kiosk.casework.opinions import Outcome
from kiosk.casework.procedure_kinds import SpecialKind
from kiosk.casework.procedure_queries import list_open_procedures
from kiosk.casework.procedures import Planned
from kiosk.casework.queries import get_case
from kiosk.errors import NotFound
from kiosk.fees.payments import list_payments, settle
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.uow import reading

WORDS = "意见"
EXPERT = experts.NewExpert("王样例", "510104199003070031", "重庆", "建筑施工", "样例研究院")
FLAWS = tuple(
    corrections.Defect(reason="不清晰", mend="重新提交", paper=paper)
    for paper in ("申请书", "身份证明")
)
PARCEL = (couriers.Paper("申请书", 1),)
FEE = charging.Charge("工本费", 2000, "收费目录第12项")
PERMIT, REGISTRATION = 208, 37
"""An item with every clock, a permit of 20 working days whose papers travel; and one that 武侯's demo staff decide."""
WAIT, WORK = "wait", "work"
"""In what goes before: time passes, and the worker works."""

Attempt = Callable[[str, Actor, datetime], object]


class Who(StrEnum):
    """Who may do it."""

    DECIDER = "decider"
    COLLEAGUE = "colleague"
    BOSS = "boss"
    CLERK = "clerk"
    APPLICANT = "applicant"
    PLATFORM = "platform"
    TIME = "time"


@dataclass(frozen=True)
class Act:
    """One thing to try. ``after`` is what leads a case of ``item``, just received, to where it is possible."""

    who: Who
    attempt: Attempt | None
    after: tuple[str, ...] = ()
    item: int = PERMIT


def plain(command: Callable[..., object], *told: Any) -> Attempt:
    """A command that wants nothing but these."""
    return lambda number, actor, now: command(number, *told, actor=actor, now=now)


def supply_some(number: str, actor: Actor, now: datetime) -> None:
    """Bring the first thing that was to be corrected."""
    answers = [corrections.Answer(code, pages=1) for code in open_defects(number)[:1]]
    corrections.supply(number, answers, actor=actor, now=now)


def supply_all(number: str, actor: Actor, now: datetime) -> None:
    """Bring all that was to be corrected."""
    answers = [corrections.Answer(code, pages=1) for code in open_defects(number)]
    corrections.supply(number, answers, actor=actor, now=now)


def end_procedure(number: str, actor: Actor, now: datetime) -> None:
    """End the procedure that began first of those that run, or the first there ever was."""
    with reading() as session:
        running = list_open_procedures(session, get_case(session, number))
    position = running[0].position if running else 1
    procedures.end_procedure(number, position, "合格", actor=actor, now=now)


def arrange_hearing(number: str, actor: Actor, now: datetime) -> None:
    """Fix a hearing eleven days ahead."""
    held_at = now + timedelta(days=11)
    hearings.arrange_hearing(number, "一号会议室", held_at, actor=actor, now=now)


def start_review(number: str, actor: Actor, now: datetime) -> None:
    """Ask the expert whom the office holds."""
    planned = Planned(SpecialKind.EXPERT_REVIEW, "须评审", 4)
    experts.start_review(number, planned, [expert_number()], actor=actor, now=now)


def give_opinion(number: str, actor: Actor, now: datetime) -> None:
    """Enter that expert's opinion."""
    experts.give_opinion(number, expert_number(), "可行", actor=actor, now=now)


def expert_number() -> str:
    """The number of the one expert in the pool. Raises NotFound."""
    with reading() as session:
        pool = experts.list_experts(session, EXPERT.field)
    if not pool:
        raise NotFound("专家库里没有专家")
    return pool[0].number


def payment_of(number: str) -> str:
    """The number of the payment last asked for in a case. Raises NotFound."""
    with reading() as session:
        asked = list_payments(session, number)
    if not asked:
        raise NotFound("没有缴款码")
    return asked[-1].number


def pay(number: str, actor: Actor, now: datetime) -> None:
    """The platform tells that somebody paid; nobody else has its signature."""
    raw, signature = current_app.extensions["payments"].pay(payment_of(number), FEE.amount_fen)
    settle(raw, signature if actor == SYSTEM else "forged", now=now)


def waive(number: str, actor: Actor, now: datetime) -> None:
    """Waive the payment."""
    charging.waive(payment_of(number), WORDS, actor=actor, now=now)


def refund(number: str, actor: Actor, now: datetime) -> None:
    """Give the payment back."""
    charging.refund(payment_of(number), WORDS, actor=actor, now=now)


def sending(way: couriers.Direction) -> Attempt:
    """Hand the papers to a carrier, in that direction."""
    return plain(couriers.send, couriers.Consignment(way, "邮政速递", "EX1", PARCEL))


def acknowledge(number: str, actor: Actor, now: datetime) -> None:
    """Sign for what was sent last. Raises NotFound."""
    with reading() as session:
        legs = couriers.list_legs(session, get_case(session, number))
    if not legs:
        raise NotFound("没有交接单")
    couriers.acknowledge(legs[-1].number, couriers.Arrival(True), actor=actor, now=now)


def open_defects(number: str) -> list[str]:
    """Codes of what is still to be corrected, ``1.1`` for the first notice's first."""
    with reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        notices = list_notices(session, case)
        if not notices:
            return []
        found = select(CorrectionDefect.position).where(
            CorrectionDefect.correction_id == notices[-1].id,
            CorrectionDefect.supplied_at.is_(None),
        )
        return [f"{notices[-1].position}.{place}" for place in session.scalars(found)]


ACCEPTED = ("accept",)
REVIEWED = ("accept", "review")
GRANTED = (*REVIEWED, "grant")
DELIVERED = (*GRANTED, WORK, "deliver")
INSPECTED = (*REVIEWED, "start-inspection")
TOLD = ("request-correction",)
HEARD = (*REVIEWED, "tell-hearing", "ask-hearing")
CHARGED = (*ACCEPTED, "charge")

ACTS: dict[str, Act] = {
    "accept": Act(Who.DECIDER, plain(commands.accept)),
    "not-accept": Act(Who.DECIDER, plain(not_accept, WORDS)),
    "request-correction": Act(Who.DECIDER, plain(corrections.request_correction, FLAWS)),
    "supply-part": Act(Who.APPLICANT, supply_some, TOLD),
    "supply-correction": Act(Who.APPLICANT, supply_all, (*TOLD, "supply-part")),
    "fix-on-spot": Act(
        Who.CLERK, plain(corrections.fix_on_spot, [corrections.Fix(paper="申请书", pages=1)])
    ),
    "review": Act(Who.DECIDER, plain(commands.review), ACCEPTED),
    "grant": Act(Who.DECIDER, plain(commands.grant, WORDS), REVIEWED),
    "grant-unheard": Act(
        Who.DECIDER, plain(commands.grant, WORDS), (*REVIEWED, "tell-hearing", WAIT, WAIT)
    ),
    "refuse": Act(Who.DECIDER, plain(commands.refuse, WORDS), REVIEWED),
    "deliver": Act(Who.CLERK, plain(commands.deliver, WORDS), (*GRANTED, WORK)),
    "close": Act(Who.DECIDER, plain(commands.close), DELIVERED),
    "withdraw": Act(Who.APPLICANT, plain(commands.withdraw)),
    "take": Act(Who.DECIDER, plain(holding.take)),
    "give-back": Act(Who.DECIDER, plain(holding.give_back), ("take",)),
    "reassign": Act(Who.BOSS, plain(holding.reassign, "second.wuhou"), item=REGISTRATION),
    "opine": Act(Who.DECIDER, plain(opinions.opine, Outcome.GRANT, WORDS), REVIEWED),
    "sign": Act(Who.COLLEAGUE, plain(opinions.sign, Outcome.GRANT, WORDS), REVIEWED),
    "start-inspection": Act(
        Who.DECIDER,
        plain(procedures.start_procedure, Planned(SpecialKind.INSPECTION, "须检验", 3)),
        REVIEWED,
    ),
    "start-testing": Act(
        Who.DECIDER,
        plain(procedures.start_procedure, Planned(SpecialKind.TESTING, "须检测", 5)),
        INSPECTED,
    ),
    "end-procedure": Act(Who.DECIDER, end_procedure, (*INSPECTED, "start-testing")),
    "end-last-procedure": Act(Who.DECIDER, end_procedure, INSPECTED),
    "visit-site": Act(Who.DECIDER, plain(procedures.visit_site, WORDS), REVIEWED),
    "tell-hearing": Act(Who.DECIDER, plain(hearings.tell_hearing, WORDS), REVIEWED),
    "ask-hearing": Act(Who.APPLICANT, plain(hearings.ask_hearing), (*REVIEWED, "tell-hearing")),
    "arrange-hearing": Act(Who.DECIDER, arrange_hearing, HEARD),
    "hold-hearing": Act(
        Who.DECIDER,
        plain(hearings.hold_hearing, "chair", "笔录"),
        (*HEARD, "arrange-hearing", WAIT, WAIT),
    ),
    "ask-extension": Act(Who.DECIDER, plain(extensions.ask_extension, 2, WORDS), REVIEWED),
    "approve-extension": Act(
        Who.BOSS, plain(extensions.approve_extension), (*REVIEWED, "ask-extension")
    ),
    "decline-extension": Act(
        Who.BOSS, plain(extensions.decline_extension, WORDS), (*REVIEWED, "ask-extension")
    ),
    "start-expert-review": Act(Who.DECIDER, start_review, REVIEWED),
    "give-opinion": Act(Who.DECIDER, give_opinion, (*REVIEWED, "start-expert-review")),
    "charge": Act(Who.DECIDER, plain(charging.charge, FEE), ACCEPTED),
    "pay": Act(Who.PLATFORM, pay, CHARGED),
    "waive-fee": Act(Who.DECIDER, waive, CHARGED),
    "refund": Act(Who.DECIDER, refund, (*CHARGED, "pay")),
    "send-out": Act(Who.CLERK, sending(couriers.Direction.OUT)),
    "send-back": Act(Who.DECIDER, sending(couriers.Direction.BACK)),
    "acknowledge": Act(Who.DECIDER, acknowledge, ("send-out",)),
    # What the law or the platform does by itself, once time has passed and the worker has worked.
    "deem-accepted": Act(Who.TIME, None, (WAIT, WAIT, WORK)),
    "lapse": Act(Who.TIME, None, (*TOLD, WAIT, WAIT, WORK)),
    "flag-leg": Act(Who.TIME, None, ("send-out", WAIT, WORK)),
    "flag-unsent": Act(Who.TIME, None, ("fix-on-spot", WAIT, WORK)),
    "refunded": Act(Who.TIME, None, (*CHARGED, "pay", "refund", WORK)),
}
