"""Special procedures, experts, extension and hearing at the officer's desk."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from kiosk.casework import experts
from kiosk.casework.experts import NewExpert
from kiosk.casework.hearings import ask_hearing
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.uow import reading
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.test_queue import under_review

PersonFor = Callable[[str], Visitor]


def at_procedures(officer: Visitor, number: str) -> Visitor:
    return officer.open(f"/district/cases/{number}").follow("开始特别程序")


def test_an_inspection_stops_the_limits_until_its_result_comes(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    officer = at_procedures(staff("officer.wuhou"), number)
    officer.press("告知申请人并开始", kind="inspection", reason="须检验", days="十")
    assert officer.status == 422
    assert officer.page.faults.keys() == {"start-days"}
    assert officer.value("reason") == "须检验"
    officer.press("告知申请人并开始", days="10")
    assert "办理期限暂停计算" in officer.text
    assert "检验 正在进行，期限暂停" in officer.text
    assert "暂停计算" in staff("officer.wuhou").text
    officer.press("结束检验", result="合格")
    assert "特别程序已结束" in officer.text
    officer.press("记录现场核查", findings="场所属实")
    assert "办理期限照常计算" in officer.text
    assert officer.client.post(f"/district/cases/{number}/procedures/burn").status_code == 404


def test_an_extension_is_asked_by_one_and_approved_by_a_responsible_other(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    officer, head = at_procedures(staff("officer.wuhou"), number), staff("supervisor.wuhou")
    officer.press("申请延期", days="99", reason="案情复杂")
    assert (officer.status, officer.page.faults.keys()) == (422, {"ask-days"})
    officer.press("申请延期", days="3", reason="案情复杂")
    assert "等待负责人批准" in officer.text
    officer.press("批准延期")
    assert officer.status == 403
    head.open(f"/district/cases/{number}/procedures")
    assert "武侯审批(演示)申请延长 3 个工作日" in head.text
    head.press("批准延期")
    assert "延期已批准" in head.text
    assert "经批准延长3个工作日" in head.open(f"/district/cases/{number}").text


def test_experts_with_a_conflict_can_not_be_chosen(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    with app.app_context(), reading() as session:
        company = get_case(session, number).subject_name
    new = NewExpert("王样例", "510104199003070031", "重庆", "登记注册", "样例研究院")
    own = NewExpert("周样例", "500101199003070015", "四川", "登记注册", company)
    with app.app_context():
        chosen = experts.enter_expert(new, actor=SYSTEM, now=clock.now())
        experts.enter_expert(own, actor=SYSTEM, now=clock.now())
    officer = at_procedures(staff("officer.wuhou"), number)
    assert "要回避：与申请人同一单位" in officer.text
    officer.press("请这些专家评审", reason="技术评审", days="5")
    assert officer.status == 422
    officer.press("请这些专家评审", expert=chosen)
    assert "专家评审已开始" in officer.text
    officer.press("结束专家评审", result="通过")
    assert "还有专家没有提交书面意见" in officer.text
    officer.press("存入专家意见", words="符合要求")
    officer.press("结束专家评审", result="通过")
    assert "特别程序已结束" in officer.text


def test_a_hearing_is_told_asked_for_arranged_and_minuted(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    officer = at_procedures(staff("officer.wuhou"), number)
    officer.press("告知听证权利", reason="涉及重大利益")
    assert "听证告知书正在盖章" in officer.text
    case = staff("officer.wuhou").open(f"/district/cases/{number}")
    assert "不通过 听证事宜已了结" in case.text
    with app.app_context():
        ask_hearing(number, actor=_applicant(number), now=clock.now())
    officer.open(f"/district/cases/{number}/procedures")
    officer.press("安排听证", place="三楼听证室", day="", hour="09:30")
    assert officer.page.faults.keys() == {"held_at"}
    officer.press("安排听证", day="2026-03-16")
    assert "听证已安排" in officer.text
    clock.advance(days=14, hours=9)
    officer = staff("officer.wuhou").open(f"/district/cases/{number}/procedures")
    officer.press("存入听证笔录", presider="supervisor.wuhou", minutes="双方陈述，听证结束。")
    assert "听证笔录已存档" in officer.text


def _applicant(number: str) -> Actor:
    with reading() as session:
        case: Case = get_case(session, number)
        return Actor(Role.CITIZEN, "applicant", "申请人", person_id=case.applicant_id)


def test_procedures_are_for_the_deciding_place(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    (number,) = under_review(app, clock)
    path = f"/district/cases/{number}/procedures"
    assert staff("officer.jinjiang").open(path).status == 404
    assert staff("clerk.shapingba").open(path).status == 403
