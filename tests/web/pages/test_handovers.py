"""What passes from hand to hand at a window: papers on the road, results to hand over, callers who ask."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.casework.couriers import flag_overdue, flag_unsent
from kiosk.demo import PEOPLE
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.walks import ZHANG, apply_for_branch, branch_inputs, case_number, decide

PersonFor = Callable[[str], Visitor]
LI = PEOPLE[1]


@pytest.fixture
def clerk(staff: PersonFor) -> Visitor:
    """At the receipt of a branch in Wuhou with one paper of two pages."""
    desk = staff("clerk.shapingba").open("/window/items/37/apply")
    desk.press(
        "下一步",
        applicant__name=ZHANG["name"],
        applicant__document_number=ZHANG["document_number"],
    )
    desk.press("下一步", **branch_inputs(ZHANG, delivery="window"))
    return desk.press("下一步", paper__0="yes", pages__0="2").press("确认收件", insists="yes")


def test_papers_are_sent_signed_for_and_come_back(
    app: Flask, clerk: Visitor, staff: PersonFor, clock: StandingClock
) -> None:
    number = case_number(clerk)
    clerk.open("/window").follow("等待交接 1 件").follow("寄出")
    clerk.press("登记寄出", pages__0="零")
    assert (clerk.status, set(clerk.page.faults)) == (422, {"tracking", "pages.0"})
    clerk.press("登记寄出", tracking="EX000000001CN", pages__0="2")
    assert "材料在途，等待对方签收" in clerk.text
    assert "公司登记(备案)申请书 2 页" in clerk.text
    clock.advance(days=8)
    with app.app_context():
        assert flag_overdue(now=clock.now()) == 1
    clerk = staff("clerk.shapingba").open("/window/handovers")
    assert "1 批超过签收期限" in clerk.text
    assert "已超过 1 天" in clerk.text
    officer = staff("officer.wuhou").open(f"/district/cases/{number}").follow("材料寄送和签收")
    officer.press("签收")
    assert set(officer.page.faults) == {"complete"}
    officer.press("签收", complete="no")
    assert set(officer.page.faults) == {"remark"}
    officer.press("签收", complete="no", remark="缺一页")
    assert "缺一页" in officer.text
    officer.press("登记寄出", tracking="EX000000002CN")
    clerk.open("/window/handovers").follow("签收").press("签收", complete="yes")
    assert "签收，齐全" in clerk.text
    assert "等待交接 0 件" in clerk.open("/window/handovers").text


def test_papers_that_should_have_been_sent_stand_out(
    app: Flask, clerk: Visitor, staff: PersonFor, clock: StandingClock
) -> None:
    assert "已超过寄出期限" not in clerk.open("/window/handovers").text
    clock.advance(days=app.config["COURIER_SEND_DAYS"] + 1)
    with app.app_context():
        assert flag_unsent(now=clock.now()) == 1
    assert "已超过寄出期限" in staff("clerk.shapingba").open("/window/handovers").text


def test_a_result_waits_for_the_applicant_at_the_window(
    app: Flask, clerk: Visitor, staff: PersonFor
) -> None:
    number = case_number(clerk)
    decide(app, staff("officer.wuhou"), number)
    clerk.open("/window/handovers").follow("交付").press("登记送达", words="窗口当面交付")
    assert "已登记送达。" in clerk.text
    assert number not in clerk.open("/window/handovers").text


def test_callers_are_answered_by_receipt_or_card(clerk: Visitor, staff: PersonFor) -> None:
    number = case_number(clerk)
    code = re.search(r"查询码 (\d{6})", clerk.text)
    assert code
    clerk.open("/window/callers").press("查编号")
    assert set(clerk.page.faults) == {"number"}
    clerk.press("查编号", number=number)
    assert "找到 1 件" in clerk.text
    assert "成都市武侯区行政审批局，审批人员" in clerk.text
    clerk.press("查证件", document_number=ZHANG["document_number"])
    assert number in clerk.text
    clerk.press("查证件", document_number=LI["document_number"])
    assert "本窗口没有收过这样的办件" in clerk.text
    other = staff("clerk.liangjiang").open("/window/callers").press("查编号", number=number)
    assert "没有找到" in other.text
    other.press("查编号", query_code="000000" if code[1] != "000000" else "111111")
    assert other.status == 404
    other.press("查编号", query_code=code[1])
    assert "等待审批人员领取" in other.text
    assert ZHANG["name"] not in other.text


def test_what_was_not_received_on_paper_does_not_travel(
    staff: PersonFor, citizen: PersonFor
) -> None:
    number = apply_for_branch(citizen("ouyang"))
    clerk = staff("clerk.shapingba")
    assert clerk.open(f"/window/cases/{number}/legs").status == 404
    assert "等待交接 0 件" in clerk.open("/window/handovers").text
