"""Every notice of the law: laid out before the act, numbered per organ and year, sealed by the right organ."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from kiosk import workers
from kiosk.casework.models import Case
from kiosk.casework.notices import Contents, Kind, enter_notice, rehearse_notice
from kiosk.casework.queries import get_case
from kiosk.licences.errors import SealStopped
from kiosk.licences.halls import hall_name
from kiosk.licences.models import Seal, SealedDocument
from kiosk.licences.queries import get_document, list_documents
from kiosk.uow import reading, unit_of_work
from printing.errors import FieldMissing, GlyphMissing
from tests.printing.drawing.papers import text_of
from tests.support.clocks import StandingClock
from tests.support.sample_cases import officer_of, received

DAY = date(2026, 3, 20)
DEFECT = ("营业场所使用证明", "缺少第二页", "提交完整复印件", "登记提交材料规范")
FULL = {
    Kind.RECEIPT: Contents(query_code="306182", rows=(("申请书", "纸质", "2"),)),
    Kind.ACCEPTANCE: Contents(),
    Kind.CORRECTION: Contents(until=DAY, rows=(DEFECT,)),
    Kind.CORRECTION_RECEIPT: Contents(
        until=DAY, reason="材料已齐全。", rows=(("申请书", "纸质", "已收到"),)
    ),
    Kind.NON_ACCEPTANCE: Contents(ground="不属于本机关职权范围", reason="场所不在本区"),
    Kind.SPECIAL_PROCEDURE: Contents(procedure="专家评审", starts_on=DAY, span="10个工作日"),
    Kind.EXTENSION: Contents(reason="情况复杂", span="10个工作日", until=DAY),
    Kind.HEARING: Contents(reason="涉及重大利益关系", span="5日"),
    Kind.GRANT: Contents(),
    Kind.REFUSAL: Contents(reason="场所证明无效"),
    Kind.CONCLUSION: Contents(outcome="已撤回申请，本机关终止办理", title="撤回申请确认书"),
    Kind.SERVICE_RETURN: Contents(rows=(("受理通知书", "第1号"),), service=(("送达方式", "直接"),)),
    Kind.PAYMENT: Contents(until=DAY, rows=(("工本费", "20.00", "50010626000000000124"),)),
}
TITLES = {
    "permit": ("准予行政许可决定书", "不予行政许可决定书"),
    "registration": ("登记通知书", "不予登记通知书"),
    "other": ("办结通知书", "不予办理告知书"),
}


def case_of(number: str, **terms: str) -> Case:
    """The case with some terms of its offering changed, for this test's eyes only."""
    with reading() as session:
        case = get_case(session, number)
        case.offering = case.offering | {"terms": case.offering["terms"] | terms}
        return case


def entered(number: str, kind: Kind, clock: StandingClock) -> SealedDocument:
    """The notice, entered by an officer and sealed by the worker."""
    actor = officer_of(number)
    with unit_of_work() as session:
        paper = enter_notice(
            session, get_case(session, number), kind, FULL[kind], actor, clock.now()
        ).number
    workers.drain()
    with reading() as session:
        return get_document(session, paper)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_sealed_by_its_organ_and_says_who_and_what(
    app: Flask, clock: StandingClock, kind: Kind
) -> None:
    with app.app_context():
        number = received(clock).number
        rehearse_notice(case_of(number), kind, FULL[kind], clock.now())
        paper = entered(number, kind, clock)
        said = text_of(app.extensions["files"].get(paper.file_digest or ""))
    assert (paper.state, paper.problem) == ("sealed", None)
    assert number in said.replace("\r\n", "")
    assert paper.title in said
    receiving = kind in (Kind.RECEIPT, Kind.CORRECTION_RECEIPT)
    owner = hall_name("重庆市沙坪坝区") if receiving else "成都市武侯区行政审批局"
    assert paper.content["seal"]["organ_name"] == owner
    assert (paper.content["seal"]["purpose"] == "收件专用章") is receiving
    assert "样章" in said


@pytest.mark.parametrize("regime", TITLES)
def test_words_follow_the_item(app: Flask, clock: StandingClock, regime: str) -> None:
    item_type = "公共服务" if regime == "other" else "行政许可"
    with app.app_context():
        case = case_of(received(clock).number, regime=regime, item_type=item_type)
        with unit_of_work() as session:
            titles = tuple(
                enter_notice(
                    session, case, kind, FULL[kind], officer_of(case.number), clock.now()
                ).title
                for kind in (Kind.GRANT, Kind.REFUSAL)
            )
    assert titles == TITLES[regime]


def test_numbers_run_per_organ_and_year(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = received(clock).number
        kinds = (Kind.ACCEPTANCE, Kind.CORRECTION_RECEIPT, Kind.HEARING)
        drawn = [
            entered(number, kind, clock).content["values"]["document_number"] for kind in kinds
        ]
        clock.set(clock.now().replace(year=2027))
        drawn.append(entered(number, Kind.GRANT, clock).content["values"]["document_number"])
    # The hall's first number went to the receipt of the case.
    assert drawn == [
        "〔2026〕第000001号", "〔2026〕第000002号", "〔2026〕第000002号", "〔2027〕第000001号",
    ]  # fmt: skip


def test_what_can_not_be_drawn_or_sealed_stops_the_act(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        number = received(clock).number
        case = case_of(number)
        with pytest.raises(FieldMissing) as missing:
            rehearse_notice(case, Kind.REFUSAL, Contents(), clock.now())
        assert missing.value.fields == ("reason",)
        with pytest.raises(GlyphMissing):
            rehearse_notice(case, Kind.REFUSAL, Contents(reason="\U0003134a"), clock.now())
        entered(number, Kind.ACCEPTANCE, clock)
        with unit_of_work() as session:
            session.query(Seal).filter_by(authority_code=case.deciding_authority).update(
                {"stopped_at": clock.now()}
            )
        with pytest.raises(SealStopped):
            rehearse_notice(case, Kind.ACCEPTANCE, Contents(), clock.now())
        with reading() as session:
            titles = [paper.title for paper in list_documents(session, number)]
        assert sorted(titles) == ["受理通知书", "收件凭证"]


def test_an_unknown_calendar_promises_no_date(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        case = case_of(received(clock).number)
        with unit_of_work() as session:
            paper = enter_notice(
                session, case, Kind.ACCEPTANCE, Contents(), officer_of(case.number), clock.now()
            )
            assert "节假日安排公布后确定" in paper.content["values"]["limits"]


def test_a_refusal_names_bodies_of_the_deciding_place(app: Flask, clock: StandingClock) -> None:
    with app.app_context():
        paper = entered(received(clock).number, Kind.REFUSAL, clock)
    remedy = paper.content["values"]["remedy"]
    assert "武侯区人民政府" in remedy
    assert "沙坪坝" not in remedy
