"""What was corrected before is counted by place, item and time; the demonstration's own cases say that they are."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.casework import demo_precedents
from kiosk.casework.commands import accept
from kiosk.casework.corrections import Defect, request_correction
from kiosk.casework.models import Case
from kiosk.casework.precedent_models import Precedent, PrecedentReason
from kiosk.casework.precedents import MATERIAL, Reason, note_answer, past_record
from kiosk.uow import reading, unit_of_work
from tests.support.clocks import StandingClock
from tests.support.sample_cases import officer_of, received

UNSIGNED = Reason(MATERIAL, "申请表", "没有签字")
BLURRED = Reason(MATERIAL, "身份证", "不清晰")


def test_the_checked_in_file_is_what_the_generator_makes() -> None:
    written = io.StringIO()
    demo_precedents.write(written)
    assert demo_precedents.FILE.read_text(encoding="utf-8") == written.getvalue()


def test_the_demonstration_holds_three_hundred_marked_cases_once(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        with reading() as session:
            numbers = session.scalars(select(Precedent.case_number).where(Precedent.demo)).all()
        assert len(numbers) == 300
        assert all(number.startswith("示例-") for number in numbers)
        with unit_of_work() as session:
            assert demo_precedents.enter_precedents(session, now=clock.now()) == 0


@pytest.mark.both_databases
def test_answers_are_counted_by_place_item_and_time(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        numbers = [received(clock).number for _ in range(4)]
        answers: list[list[Reason]] = [[UNSIGNED, BLURRED], [UNSIGNED], [UNSIGNED], []]
        with unit_of_work() as session:
            cases = [
                session.scalars(select(Case).where(Case.number == number)).one()
                for number in numbers
            ]
            before = past_record(session, *_place(cases[0]), *_days(clock))
            for case, reasons in zip(cases, answers, strict=True):
                note_answer(session, case, reasons)
            note_answer(session, cases[3], [BLURRED])  # The first answer stays.
        with reading() as session:
            after = past_record(session, *_place(cases[0]), *_days(clock))
            later = clock.now().date() + timedelta(days=400)
            none = past_record(session, *_place(cases[0]), later, later)
            noted = session.scalars(select(func.count()).where(~Precedent.demo)).one()
    assert noted == 4
    assert (after.received - before.received, after.corrected - before.corrected) == (4, 3)
    counts = {past.reason: past.count for past in after.reasons}
    assert (counts[UNSIGNED], counts.get(BLURRED, 1)) == (3, 1)
    assert all(past.share == past.count / after.corrected for past in after.reasons)
    assert (none.received, none.corrected, none.reasons) == (0, 0, ())


def test_what_an_officer_asks_for_is_counted_for_later_applicants(
    app: Flask, clock: StandingClock
) -> None:
    with app.app_context():
        corrected, complete = received(clock).number, received(clock).number
        officer = officer_of(corrected)
        unsigned = Defect("没有签字", "请签字后交回", paper="公司章程")
        unclear = Defect("没有用规范表述", "请按目录填写", field="business_scope")
        request_correction(corrected, [unsigned, unclear], actor=officer, now=clock.now())
        accept(complete, actor=officer, now=clock.now())
        with reading() as session:
            rows = session.execute(
                select(Precedent.case_number, Precedent.corrected).where(~Precedent.demo)
            )
            noted = {row.case_number: row.corrected for row in rows}
            reasons = session.execute(
                select(PrecedentReason.kind, PrecedentReason.subject)
                .join(Precedent, Precedent.id == PrecedentReason.precedent_id)
                .where(~Precedent.demo)
            )
            subjects = {(row.kind, row.subject) for row in reasons}
    assert noted == {corrected: True, complete: False}
    assert subjects == {("material", "公司章程"), ("form", "business_scope")}


def _place(case: Case) -> tuple[str, int]:
    return case.deciding_authority, case.item_seq


def _days(clock: StandingClock) -> tuple[object, ...]:
    today = clock.now().date()
    return today - timedelta(days=365), today
