"""Refusing acceptance (不予受理): for a reason in writing, and never without naming the organ to turn to instead."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from kiosk.casework import clocks
from kiosk.casework.acts import require_possible, require_text, step
from kiosk.casework.errors import AnswerTooLate, CompetentOrganMissing
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.states import Action
from kiosk.identity.actors import Actor
from kiosk.uow import reading


class Ground(StrEnum):
    """Why an application is not accepted (行政许可法 art. 32(1) and (2); other: what the item's own law says)."""

    NOT_NEEDED = "not-needed"
    OUT_OF_SCOPE = "out-of-scope"
    OTHER = "other"


GROUND_WORDS = {
    Ground.NOT_NEEDED: "申请事项依法不需要办理",
    Ground.OUT_OF_SCOPE: "申请事项依法不属于本机关职权范围",
    Ground.OTHER: "不符合受理条件",
}


def not_accept(
    number: str,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    ground: Ground = Ground.OTHER,
    competent: str = "",
) -> None:
    """Refuse acceptance in writing (art. 32); ``competent`` is the organ to apply to where the matter is not ours.

    Raises CompetentOrganMissing, AnswerTooLate where silence has become acceptance, and what a notice may raise.
    """
    contents = contents_of(reason, ground, competent)
    rehearse(number, contents, actor=actor, now=now, version=version)
    act, words = Action.NOT_ACCEPT, "{case.deciding_name}不予受理"
    with step(number, act, words, actor=actor, now=now, version=version, note=reason) as (
        session,
        case,
    ):
        _require_in_time(case, now)
        case.reasons = f"{reason}（请向{competent}申请）" if competent else reason
        enter_notice(session, case, Kind.NON_ACCEPTANCE, contents, actor, now)


def contents_of(reason: str, ground: Ground, competent: str) -> Contents:
    """What the notice says. Raises InputInvalid, CompetentOrganMissing."""
    require_text("reason", reason)
    _require_competent(ground, competent)
    return Contents(reason=reason, ground=GROUND_WORDS[ground], competent=competent)


def rehearse(
    number: str, contents: Contents, *, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Look at the act before it is made; answers the case it is about. Raises as the act does."""
    with reading() as session:
        case = require_possible(session, number, Action.NOT_ACCEPT, actor, version)
        _require_in_time(case, now)
        rehearse_notice(case, Kind.NON_ACCEPTANCE, contents, now)
        return case


def _require_competent(ground: Ground, competent: str) -> None:
    if ground is Ground.OUT_OF_SCOPE and not competent.strip():
        words = ["不属于本机关职权范围的，须告知申请人向哪个机关申请"]
        raise CompetentOrganMissing("请写明应向哪个机关申请", fields={"competent": words})


def _require_in_time(case: Case, now: datetime) -> None:
    if clocks.is_deemed_accepted(case, now):
        raise AnswerTooLate("五个工作日内未答复，依法已视为受理，不能再不予受理")
