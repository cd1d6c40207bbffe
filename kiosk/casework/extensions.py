"""Extending the statutory limit once (行政许可法 art. 42): asked for by an officer, approved by a responsible other.

The promised limit stays: an authority that missed its own promise has missed it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.acts import require_possible, require_text, step
from kiosk.casework.errors import ExtensionRefused, SecondOfficerNeeded
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.offerings import terms_of
from kiosk.casework.procedure_models import Extension
from kiosk.casework.procedure_queries import find_extension
from kiosk.casework.receipt import Mode
from kiosk.casework.states import Action
from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor
from kiosk.uow import reading


def ask_extension(
    number: str,
    days: int,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Ask for ``days`` more working days of the statutory limit.

    Raises ExtensionRefused where the law knows none, for a second one and after the limit; InputInvalid for too many.
    """
    require_text("reason", reason)
    words = "{case.deciding_name}申请延长办理期限"
    act = Action.ASK_EXTENSION
    with step(number, act, words, actor=actor, now=now, version=version, note=reason) as (
        session,
        case,
    ):
        _require_extensible(session, case, days, office_date(now))
        session.add(
            Extension(
                case_id=case.id, days=days, reason=reason, asked_by=actor.number, asked_at=now
            )
        )


def approve_extension(
    number: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Approve what another officer asked for; the applicant is told the reason and the new date.

    Raises SecondOfficerNeeded, ExtensionRefused, and what a notice may raise.
    """
    with reading() as session:
        case = require_possible(session, number, Action.APPROVE_EXTENSION, actor, version)
        asked = _get_asked(session, case, actor, office_date(now))
        specimen = office_date(now) + timedelta(days=asked.days)
        rehearse_notice(case, Kind.EXTENSION, _contents(asked, specimen), now)
    words = "经本机关负责人批准，办理期限延长"
    act = Action.APPROVE_EXTENSION
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        asked = _get_asked(session, case, actor, office_date(now))
        asked.approved, asked.decided_by, asked.decided_at = True, actor.number, now
        session.flush()  # The reckoning reads it.
        clocks.reckon(session, case)
        contents = _contents(asked, case.statutory_due_on)
        paper = enter_notice(session, case, Kind.EXTENSION, contents, actor, now)
        asked.paper_number = paper.number


def decline_extension(
    number: str, reason: str, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Decline what another officer asked for; the limit stays as it is."""
    require_text("reason", reason)
    act = Action.DECLINE_EXTENSION
    words = "延长办理期限未获批准"
    with step(number, act, words, actor=actor, now=now, version=version, note=reason) as (
        session,
        case,
    ):
        asked = _get_asked(session, case, actor, office_date(now))
        asked.approved, asked.decided_by, asked.decided_at = False, actor.number, now


def most_days(case: Case) -> int:
    """How many working days an extension of this case may have; 0 where the law knows none."""
    if case.mode in (Mode.JOINT, Mode.JOINT_PART) and terms_of(case.offering).regime == "permit":
        return int(current_app.config["EXTENSION_DAYS_JOINT"])
    held: dict[str, int] = current_app.config["EXTENSION_DAYS"]
    return held.get(terms_of(case.offering).regime, 0)


def _require_extensible(session: Session, case: Case, days: int, today: date) -> None:
    most = most_days(case)
    if not most or terms_of(case.offering).legal_days is None:
        raise ExtensionRefused("该事项的期限依法不能延长")
    if not 1 <= days <= most:
        raise InputInvalid("有内容需要改正", fields={"days": [f"延长 1 至 {most} 个工作日"]})
    former = find_extension(session, case)
    if former is not None and former.approved is not False:
        raise ExtensionRefused(
            "办理期限只能延长一次" if former.approved else "延期申请正在等待批准"
        )
    _require_in_time(case, today)


def _require_in_time(case: Case, today: date) -> None:
    if case.statutory_due_on is not None and today > case.statutory_due_on:
        raise ExtensionRefused("法定办理期限已过，不能再延长")


def _get_asked(session: Session, case: Case, actor: Actor, today: date) -> Extension:
    asked = find_extension(session, case)
    if asked is None or asked.approved is not None:
        raise ExtensionRefused("没有等待批准的延期申请")
    if not actor.supervisor or actor.number == asked.asked_by:
        raise SecondOfficerNeeded("须由本机关负责人批准，申请人本人不能批准")
    _require_in_time(case, today)
    return asked


def _contents(asked: Extension, until: date | None) -> Contents:
    return Contents(reason=asked.reason, span=f"{asked.days}个工作日", until=until)
