"""Fees, enquiries, complaints and bad ratings at the officer's desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.casework import commands
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.identity.actors import Actor, Role
from kiosk.quotas.consultations import Question, enter_question
from kiosk.uow import reading, unit_of_work
from kiosk.voices import ratings
from kiosk.voices.models import Rating
from kiosk.voices.ratings import Given
from kiosk.voices.threads import Opening, ThreadKind, open_thread
from tests.support import desks
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.test_queue import under_review

PersonFor = Callable[[str], Visitor]


@pytest.fixture
def number(app: Flask, clock: StandingClock) -> str:
    """A case under review of an item that costs something."""
    (held,) = under_review(app, clock)
    with app.app_context(), unit_of_work() as session:
        case = get_case(session, held)
        case.offering = case.offering | {"fee": "per_item"}
    return held


def applicant(number: str) -> Actor:
    with reading() as session:
        case: Case = get_case(session, number)
        return Actor(Role.CITIZEN, "applicant", "申请人", person_id=case.applicant_id)


def test_a_fee_is_asked_for_and_waived(staff: PersonFor, number: str) -> None:
    officer = staff("officer.wuhou").open(f"/district/cases/{number}").follow("缴款通知")
    officer.press("发缴款通知", charge="工本费", amount="二十", basis="收费目录第12项")
    assert (officer.status, officer.page.faults.keys()) == (422, {"amount"})
    assert officer.value("charge") == "工本费"
    officer.press("发缴款通知", amount="20.5")
    assert "缴款通知书正在盖章" in officer.text
    assert "工本费 20.50 元 待缴费" in officer.text
    officer.press("减免", reason=" ")
    assert officer.status == 422
    officer.press("减免", reason="低保对象")
    assert "已减免" in officer.text
    assert "低保对象" in officer.text
    elsewhere = staff("officer.jinjiang")
    assert elsewhere.open(f"/district/cases/{number}/fees").status == 404


def test_a_complaint_is_answered_by_somebody_it_is_not_about(
    app: Flask, clock: StandingClock, staff: PersonFor, number: str
) -> None:
    opening = Opening(ThreadKind.COMPLAINT, "态度不好", "没有说明理由", case_number=number)
    with app.app_context():
        commands.grant(number, "同意", actor=desks.staff("officer.wuhou"), now=clock.now())
        open_thread(opening, actor=applicant(number), now=clock.now())
    own, other = staff("officer.wuhou"), staff("second.wuhou")
    own.follow("咨询投诉").follow("态度不好").press("答复", text="没有的事")
    assert own.status == 403
    assert "须由其他工作人员处理" in own.text
    other.follow("咨询投诉").follow("态度不好").press("答复", text=" ")
    assert other.page.faults.keys() == {"text"}
    other.press("答复", text="已当面说明，向您致歉。")
    assert "已答复，提出人会收到通知" in other.text
    assert "等待答复 0 件" in other.open("/district/voices").text
    assert staff("officer.jinjiang").open("/district/voices/threads/V0").status == 404


def test_a_bad_rating_is_taken_up_and_mended(
    app: Flask, clock: StandingClock, staff: PersonFor, number: str
) -> None:
    with app.app_context():
        officer_actor = desks.staff("officer.wuhou")
        commands.grant(number, "同意", actor=officer_actor, now=clock.now())
        given = Given("handling", 1, (108, 115), "跑了几趟")
        ratings.rate(number, given, actor=applicant(number), now=clock.now())
        with unit_of_work() as session:
            session.query(Rating).update({"rated_staff": "officer.other"})
    officer = staff("officer.wuhou").open("/district/voices").follow("非常不满意")
    assert "跑了几趟" in officer.text
    officer.press("受理这一件").press("已经回访").press("答复处理结果", measures="已改进")
    assert officer.page.faults.keys() == {"verdict"}
    officer.press("答复处理结果", verdict="fixed", measures="已补充样本")
    assert "已答复处理结果" in officer.text
    assert officer.client.post("/district/voices/matters/X/burn").status_code == 404


def test_a_white_list_shows_what_is_left_and_is_withdrawn_with_a_reason(staff: PersonFor) -> None:
    officer = staff("officer.sichuan").follow("白名单")
    assert "已生效" in officer.text
    assert "废铅蓄电池" in officer.text
    before = officer.text.count("已生效")
    officer.press("撤回这一条", words=" ")
    assert officer.status == 422
    officer.press("撤回这一条", words="单位停产")
    assert "今后逐件征求对方意见" in officer.text
    assert officer.text.count("已生效") == before - 1
    assert "没有约定的名单" in staff("officer.wuhou").follow("白名单").text


def test_a_letter_is_answered_once(app: Flask, clock: StandingClock, staff: PersonFor) -> None:
    with app.app_context():
        asker, asked = desks.staff("officer.sichuan"), desks.staff("officer.chongqing")
        question = Question(
            case_number="C-1",
            item_seq=87,
            asking_code=asker.authority_code or "",
            asked_code=asked.authority_code or "",
            holder_code="91500000MAKQ2026XN",
            holder_name="样例处置公司",
            year=2026,
            amounts={"废荧光灯管": 1500},
            unit="吨",
            letter="川环函〔2026〕12号",
            words="拟移入你市处置，请予研究并函复",
        )
        with unit_of_work() as session:
            enter_question(session, question, actor=asker, now=clock.now())
    officer = staff("officer.chongqing").follow("白名单")
    assert "废荧光灯管 1.5 吨" in officer.text
    officer.press("答复对方", letter="渝环函〔2026〕34号", words="同意移入")
    assert officer.page.faults.keys() == {"agreed"}
    officer.press("答复对方", agreed="yes")
    assert "已答复，不能再改" in officer.text
    assert "答复对方" not in officer.buttons()
    assert officer.client.post("/district/quotas/C-1-1/burn").status_code == 404
