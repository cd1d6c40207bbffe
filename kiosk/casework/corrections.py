"""Corrections before acceptance (补正, 行政许可法 art. 32(3) and (4)): told once and completely, answered, or lapsed.

No limit of the decision runs yet, so a correction stops none: the five days of an answer begin anew on the day the
last listed thing arrives, and so does everything that follows.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework import clocks
from kiosk.casework.acts import require_possible, step
from kiosk.casework.calendar import office_calendar
from kiosk.casework.correction_models import Correction, CorrectionDefect
from kiosk.casework.correction_queries import (
    files_by_defect,
    find_open_correction,
    list_defects,
    list_notices,
)
from kiosk.casework.deadlines import WORKING_DAY, due
from kiosk.casework.draft_models import Upload
from kiosk.casework.errors import AnswerTooLate, CorrectionAlreadyTold, CorrectionLapsed
from kiosk.casework.form_changes import apply_answers, field_label
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.papers import chinese_date
from kiosk.casework.precedents import FORM, MATERIAL, Reason, note_answer
from kiosk.casework.states import Action, State
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, KioskError
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.uow import reading

log = logging.getLogger(__name__)
FORM_WORDS = {"paper": "纸质", "electronic": "电子"}
SWEEP = 200


@dataclass(frozen=True)
class Defect:
    """What is wrong with one ``paper`` or one ``field`` of the form, and how to mend it."""

    reason: str
    mend: str
    paper: str | None = None
    field: str | None = None
    basis: str = ""
    arises_from: str | None = None


@dataclass(frozen=True)
class Answer:
    """What was handed in for a listed defect (``1.2``): a paper with its pages, the field's new value, or a file that
    was looked into and kept (``upload``), whose row is entered with the answer.
    """

    defect: str
    form: str = "electronic"
    pages: int | None = None
    value: Any = None
    upload: Upload | None = None


@dataclass(frozen=True)
class Fix:
    """One thing mended at the window: a further ``paper`` with its pages, or a ``field`` with its new value."""

    paper: str | None = None
    field: str | None = None
    form: str = "paper"
    pages: int | None = None
    value: Any = None


def request_correction(
    number: str,
    defects: Sequence[Defect],
    *,
    actor: Actor,
    now: datetime,
    days: int | None = None,
    version: int | None = None,
) -> None:
    """Tell the applicant once and completely what to correct; ``days`` are working days for the answer.

    Raises CorrectionAlreadyTold for a second notice that is not about newly supplied papers, AnswerTooLate where
    silence has become acceptance, InputInvalid, and what a notice and every act may raise.
    """
    granted = days or current_app.config["CORRECTION_DAYS"]
    with reading() as session:
        case = require_possible(session, number, Action.REQUEST_CORRECTION, actor, version)
        _require_tellable(session, case, defects, now)
        labels = _labels(session, case, defects)
        until = _until(case, office_date(now), granted)
        contents = _notice(defects, labels, until)
        rehearse_notice(case, Kind.CORRECTION, contents, now)
    words = f"{{case.deciding_name}}一次性告知需要补正{len(defects)}项"
    act = Action.REQUEST_CORRECTION
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        _require_tellable(session, case, defects, now)
        paper = enter_notice(session, case, Kind.CORRECTION, contents, actor, now)
        notice = _enter(session, case, granted, paper.number, actor, now)
        _list_defects(session, notice, defects, labels)
        note_answer(session, case, [_reason(defect) for defect in defects])
        clocks.reckon(session, case)


def supply(
    number: str,
    answers: Sequence[Answer],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Take in what the applicant brings for listed defects, all or some; the receipt for it names each.

    The day the last one arrives the case counts as received with complete papers. Raises CorrectionLapsed,
    InputInvalid for what is not on the list or does not fit the form, and what every act may raise.
    """
    with reading() as session:
        case = require_possible(session, number, Action.SUPPLY_CORRECTION, actor, version)
        complete = _completes(session, case, answers)
    act = Action.SUPPLY_CORRECTION if complete else Action.SUPPLY_PART
    words = "申请人已补齐材料" if complete else "申请人已补交部分材料"
    with step(number, act, words, actor=actor, now=now, version=version) as (session, case):
        _require_in_time(case, now)
        notice = _open_notice(session, case)
        defects = list_defects(session, notice)
        faults = _faults(notice, defects, answers)
        if faults:
            raise InputInvalid("有内容需要改正", fields=faults)
        _take_in(session, case, notice, answers, now)
        if complete:
            notice.completed_at = now
            case.complete_on = office_date(now)
        clocks.reckon(session, case)
        _enter_receipt(session, case, notice, actor, now)


def fix_on_spot(
    number: str,
    fixes: Sequence[Fix],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Let the applicant at the window mend what can be mended there and then, without a notice (art. 32(3)).

    Raises InputInvalid besides the refusals of every act.
    """
    words = "申请人当场更正"
    with step(number, Action.FIX_ON_SPOT, words, actor=actor, now=now, version=version) as (
        session,
        case,
    ):
        if not fixes or any((fix.paper is None) == (fix.field is None) for fix in fixes):
            raise InputInvalid("有内容需要改正", fields={"fixes": ["每项指明一份材料或一栏"]})
        fields = {fix.field: fix.value for fix in fixes if fix.field is not None}
        papers = [(fix.paper, fix.form, fix.pages, None) for fix in fixes if fix.paper is not None]
        apply_answers(session, case, fields, papers)


def lapse_overdue(*, now: datetime) -> int:
    """End the cases whose correction never came; how many. Safe to run twice and beside itself."""
    lapsed, after = 0, 0
    late = select(Case.id, Case.number).where(
        Case.state == State.CORRECTION_REQUESTED, Case.correction_due_on < office_date(now)
    )
    while True:
        with reading() as session:
            rows = session.execute(late.where(Case.id > after).order_by(Case.id).limit(SWEEP)).all()
        if not rows:
            return lapsed
        after = rows[-1].id
        lapsed += sum(_lapse(row.number, now) for row in rows)


def _lapse(number: str, now: datetime) -> bool:
    words = "逾期未补正，视为放弃本次申请"
    try:
        with step(number, Action.LAPSE, words, actor=SYSTEM, now=now) as (session, case):
            contents = Contents(outcome=f"{words}，可以重新申请", title="退件通知书")
            enter_notice(session, case, Kind.CONCLUSION, contents, SYSTEM, now)
    except KioskError:
        log.warning("a correction could not lapse", exc_info=True)
        return False
    return True


def _require_tellable(
    session: Session, case: Case, defects: Sequence[Defect], now: datetime
) -> None:
    """Within the five days, and once: a later notice is about papers that an earlier one brought in."""
    if not defects:
        raise InputInvalid("请列出需要补正的内容", fields={"defects": ["至少列出一项"]})
    if clocks.is_deemed_accepted(case, now):
        raise AnswerTooLate("五个工作日内未答复，依法已视为受理，不能再要求补正")
    supplied = {
        f"{notice.position}.{defect.position}"
        for notice in list_notices(session, case)
        for defect in list_defects(session, notice)
        if defect.supplied_at is not None
    }
    if supplied and any(defect.arises_from is None for defect in defects):
        raise CorrectionAlreadyTold(
            "同一收件只能一次性告知补正；因新补材料产生的问题，请逐项注明来源"
        )
    strange = [d.arises_from for d in defects if d.arises_from and d.arises_from not in supplied]
    if strange:
        said = f"没有补交过编号为 {'、'.join(strange)} 的内容"
        raise InputInvalid("有内容需要改正", fields={"defects": [said]})


def _labels(session: Session, case: Case, defects: Sequence[Defect]) -> list[str]:
    """What each defect is about, in words. Raises InputInvalid unless each names a paper or a field to be changed."""
    labels, faults = [], []
    for place, defect in enumerate(defects, start=1):
        known = field_label(session, case, defect.field) if defect.field else defect.paper
        if known is None or (defect.field and defect.paper):
            faults.append(f"第{place}项须指明一份材料，或者表中可以改正的一栏")
        labels.append(known or "")
    if faults:
        raise InputInvalid("有内容需要改正", fields={"defects": faults})
    return labels


def _until(case: Case, notified_on: date, days: int) -> date | None:
    return due(notified_on, days, WORKING_DAY, office_calendar(case.deciding_division)).on


def _notice(defects: Sequence[Defect], labels: Sequence[str], until: date | None) -> Contents:
    rows = tuple(
        (label, _reason_words(defect), defect.mend, defect.basis)
        for label, defect in zip(labels, defects, strict=True)
    )
    return Contents(rows=rows, until=until)


def _reason_words(defect: Defect) -> str:
    if defect.arises_from is None:
        return defect.reason
    return f"{defect.reason}（因补交的第{defect.arises_from}项产生）"


def _enter(
    session: Session, case: Case, days: int, paper: str, actor: Actor, now: datetime
) -> Correction:
    notice = Correction(
        case_id=case.id,
        position=len(list_notices(session, case)) + 1,
        notified_on=office_date(now),
        notified_at=now,
        notified_by=actor.number,
        days=days,
        paper_number=paper,
    )
    session.add(notice)
    session.flush()  # The list names its notice by id.
    return notice


def _reason(defect: Defect) -> Reason:
    """The defect as it is counted for later applicants; no person stands in it."""
    kind, subject = (MATERIAL, defect.paper) if defect.paper else (FORM, defect.field)
    return Reason(kind, subject or "", defect.reason)


def _list_defects(
    session: Session, notice: Correction, defects: Sequence[Defect], labels: Sequence[str]
) -> None:
    session.add_all(
        CorrectionDefect(correction_id=notice.id, position=place, label=label, **defect.__dict__)
        for place, (defect, label) in enumerate(zip(defects, labels, strict=True), start=1)
    )
    session.flush()  # The reckoning reads the open notice.


def _open_notice(session: Session, case: Case) -> Correction:
    notice = find_open_correction(session, case)
    if notice is None:
        raise CorrectionLapsed("没有等待补正的告知书")
    return notice


def _completes(session: Session, case: Case, answers: Sequence[Answer]) -> bool:
    """Whether nothing on the list stays open after these answers."""
    notice = _open_notice(session, case)
    given = {answer.defect for answer in answers}
    return all(
        defect.supplied_at is not None or f"{notice.position}.{defect.position}" in given
        for defect in list_defects(session, notice)
    )


def _require_in_time(case: Case, now: datetime) -> None:
    limit = case.correction_due_on
    if limit is not None and office_date(now) > limit:
        raise CorrectionLapsed(f"补正期限已于{chinese_date(limit)}届满，可以重新申请")


def _faults(
    notice: Correction, defects: Sequence[CorrectionDefect], answers: Sequence[Answer]
) -> dict[str, list[str]]:
    open_ones = {f"{notice.position}.{d.position}": d for d in defects if d.supplied_at is None}
    given = [answer.defect for answer in answers]
    faults = [f"第{code}项不在待补正的清单里" for code in given if code not in open_ones]
    faults += [f"第{code}项填写了两次" for code in dict.fromkeys(given) if given.count(code) > 1]
    faults += [
        f"第{answer.defect}项请填写新的内容"
        for answer in answers
        if answer.defect in open_ones
        and open_ones[answer.defect].field
        and answer.value in (None, "")
    ]
    if not answers:
        faults.append("请至少补正一项")
    return {"answers": faults} if faults else {}


def _take_in(
    session: Session, case: Case, notice: Correction, answers: Sequence[Answer], now: datetime
) -> None:
    listed = {f"{notice.position}.{d.position}": d for d in list_defects(session, notice)}
    brought = [(listed[answer.defect], answer) for answer in answers]
    for defect, answer in brought:
        defect.supplied_at, defect.supplied_form = now, answer.form
    fields = {d.field: a.value for d, a in brought if d.field is not None}
    papers = [
        (d.paper, a.form, a.pages, a.upload.digest if a.upload else None)
        for d, a in brought
        if d.paper is not None
    ]
    apply_answers(session, case, fields, papers)
    for _, answer in brought:
        if answer.upload is not None:
            answer.upload.case_id = case.id
            session.add(answer.upload)


def _form_words(defect: CorrectionDefect, file: Upload | None) -> str:
    words = FORM_WORDS.get(defect.supplied_form or "", "")
    return words if file is None else f"{words}，{file.pages}页，校验码{file.digest[:8]}"


def _enter_receipt(
    session: Session, case: Case, notice: Correction, actor: Actor, now: datetime
) -> None:
    """补正材料接收单: the same list as the notice's, item by item; a file is named by the beginning of its digest."""
    files, defects = files_by_defect(session, case), list_defects(session, notice)
    rows = tuple(
        (
            d.label,
            _form_words(d, files.get(f"{notice.position}.{d.position}")),
            "已收到" if d.supplied_at else "未收到",
        )
        for d in defects
    )
    missing = sum(d.supplied_at is None for d in defects)
    said = f"尚缺{missing}项。" if missing else "清单所列内容已全部收到。"
    contents = Contents(rows=rows, reason=said, until=case.correction_due_on or office_date(now))
    enter_notice(session, case, Kind.CORRECTION_RECEIPT, contents, actor, now)
