"""The desks: a clerk receives for a district elsewhere, an officer decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import workers
from kiosk.catalogue import catalogue
from kiosk.demo import PASSWORD
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.sample_forms import full_data
from tests.web.pages.walks import ZHANG, apply_for_branch, branch_inputs, case_number, decide

PersonFor = Callable[[str], Visitor]
CARD = {"applicant__name": ZHANG["name"], "applicant__document_number": ZHANG["document_number"]}
ALL_PAPERS = {f"paper__{place}": "yes" for place in range(5)} | {"pages__0": "2"}


def receive(clerk: Visitor) -> str:
    """Receive the branch of Wuhou for the person at the desk; the case number."""
    clerk.open("/window/items/37/apply").press("下一步", **CARD, applicant__phone=ZHANG["phone"])
    clerk.press("下一步", **branch_inputs(ZHANG)).press("下一步", **ALL_PAPERS).press("确认收件")
    return case_number(clerk)


def test_wrong_password_keeps_the_login(stranger: Visitor) -> None:
    stranger.open("/window").press("登录", login="officer.wuhou", password="wrong")
    assert stranger.status == 401
    assert "账号或密码不正确" in stranger.text
    assert stranger.value("login") == "officer.wuhou"
    assert stranger.value("password") == ""


def test_a_locked_account_says_so(stranger: Visitor) -> None:
    stranger.open("/window")
    for _ in range(5):
        stranger.press("登录", login="operator", password="wrong")
    stranger.press("登录", password=PASSWORD)
    assert stranger.status == 403
    assert "锁定" in stranger.text


def test_sign_in_leads_back_to_the_desk_only(stranger: Visitor) -> None:
    assert stranger.open("/window/items").status == 401
    stranger.follow("去登录").press("登录", login="clerk.liangjiang", password=PASSWORD, next="/my")
    assert stranger.path == "/window"
    assert "今天收件 0 件" in stranger.text


def test_the_clerk_receives_for_another_province(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang").follow("收一件").press("找一找", q="yyzz")
    clerk.follow("内资企业及分支机构设立登记")
    clerk.press("下一步", **CARD, applicant__phone=ZHANG["phone"])
    assert clerk.value("form.head_name") == "张样例"
    clerk.press("下一步", **branch_inputs(ZHANG)).press("下一步", **ALL_PAPERS)
    assert "由谁决定：成都市武侯区行政审批局" in clerk.text
    assert "表单和材料已齐全，可以收件" in clerk.text
    clerk.press("确认收件")
    for words in ("收件凭证", "查询码", "两江新区政务大厅川渝通办窗口", "不是受理通知"):
        assert words in clerk.text
    assert "公司登记(备案)申请书（纸质，2 页）" in clerk.text
    number = case_number(clerk)
    clerk.open("/window")
    assert "今天收件 1 件" in clerk.text
    assert "收件不等于受理" in clerk.text
    assert number in clerk.text


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        ({"applicant__document_number": ""}, "applicant.document_number"),
        ({"applicant__name": ""}, "applicant.name"),
        ({"applicant__phone": "123"}, "applicant.phone"),
    ],
)
def test_a_faulty_card_is_told_beside_its_input(
    staff: PersonFor, card: dict[str, str], fault: str
) -> None:
    clerk = staff("clerk.liangjiang").open("/window/items/37/apply").press("下一步", **CARD | card)
    assert (clerk.status, list(clerk.page.faults)) == (422, [fault])
    kept = "applicant.name" if fault != "applicant.name" else "applicant.document_number"
    assert clerk.value(kept) == CARD[kept.replace(".", "__")]


def test_faults_are_told_and_nothing_typed_is_lost(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang").open("/window/items/37/apply").press("下一步", **CARD)
    clerk.press("下一步", **branch_inputs(ZHANG, form__head_id="510104199003070016"))
    assert list(clerk.page.faults) == ["form.head_id"]
    assert clerk.value("form.head_id") == "510104199003070016"
    assert clerk.value("form.branch_name") == branch_inputs(ZHANG)["form__branch_name"]
    clerk.press("先不改").press("下一步", paper__0="yes", pages__0="两")
    assert (clerk.status, list(clerk.page.faults)) == (422, ["pages.0"])
    assert clerk.value("pages.0") == "两"
    clerk.press("下一步", pages__0="2")
    assert "负责人公民身份号码" in clerk.text
    clerk.press("确认收件")
    assert clerk.status == 422
    clerk.follow("去改正").press("下一步", form__head_id=ZHANG["document_number"])
    clerk.press("下一步", **ALL_PAPERS).press("确认收件")
    assert "收件凭证" in clerk.text


def test_forms_of_all_kinds_can_be_handed_in(app: Flask, staff: PersonFor) -> None:
    """Every kind of input there is; the window takes every item."""
    clerk = staff("clerk.shapingba")
    for seq in (43, 49, 87, 64, 10, 8, 18, 149, 200):
        inputs = inputs_of(app, seq)
        clerk.open(f"/window/items/{seq}/apply").press("下一步", **CARD)
        clerk.press("下一步", **inputs, delivery="window")
        assert "办理机关要的材料" in clerk.text, (seq, clerk.page.faults)
        clerk.press("回到申请表").press("下一步").press("下一步")
        assert "由谁决定" in clerk.text, (seq, clerk.page.faults)
        clerk.press("确认收件", insists="yes")
        assert "收件凭证" in clerk.text, (seq, clerk.text)


def inputs_of(app: Flask, seq: int) -> dict[str, Any]:
    """An answer to every question of the item's page."""
    with app.app_context():
        answers = full_data(catalogue().forms[seq], "510107" if seq % 2 else "500106")
    return {
        f"form__{key}": _typed(value)
        for key, value in answers.items()
        if key not in ("get_method", "delivery_address")
    }


def _typed(value: Any) -> str | list[str]:
    if not isinstance(value, list):
        return str(value)
    return "样例一行" if isinstance(value[0], dict) else value


def test_the_officer_decides_step_by_step(app: Flask, staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang")
    number = receive(clerk)
    officer = staff("officer.wuhou")
    assert number in officer.text
    assert "2026年3月9日前" in officer.text
    officer.open(f"/district/cases/{number}")
    assert {"受理", "看看通知书再决定"} <= set(officer.buttons())
    officer.press("受理")
    assert "已受理，办理期限从今天起算。" in officer.text
    assert "承诺办理期限 2026年3月3日前" in officer.text
    decide_rest(app, officer)
    assert "已打印" not in clerk.open(f"/window/cases/{number}").text
    clerk.press("登记送达", words="窗口当面交付，申请人已签收")
    assert "已登记送达。" in clerk.text
    officer.open(f"/district/cases/{number}").press("办结")
    assert "已办结。" in officer.text
    assert "待办理 0 件" in officer.open("/window").text


def decide_rest(app: Flask, officer: Visitor) -> None:
    officer.press("开始审核").press("同意")
    assert "已作出同意的决定" in officer.text
    assert "文书" in officer.text
    with app.app_context():
        workers.drain()  # Nothing is handed over before it bears its seal.


def test_a_refusal_needs_its_reasons(staff: PersonFor) -> None:
    number = receive(staff("clerk.liangjiang"))
    officer = staff("officer.wuhou").open(f"/district/cases/{number}")
    officer.press("看看通知书", words=" ")
    assert officer.status == 422
    assert "请填写不予受理的理由" in officer.text
    officer.press("看看通知书", words="营业场所不在本区", ground="out-of-scope")
    assert officer.status == 422
    assert "请写明应向哪个机关申请" in officer.text
    officer.press("看看通知书", words="营业场所不在本区", competent="成都市锦江区行政审批局")
    for words in ("不予受理通知书", "成都市锦江区行政审批局", "行政复议", "还没有作出决定"):
        assert words in officer.text
    officer.press("确认发出")
    assert "已登记不予受理。" in officer.text
    assert "营业场所不在本区" in officer.text


def test_a_refused_case_has_a_notice_with_remedies(
    app: Flask, staff: PersonFor, citizen: PersonFor
) -> None:
    person = citizen("ouyang")
    number = apply_for_branch(person)
    officer = staff("officer.wuhou").open(f"/district/cases/{number}").press("受理")
    officer.press("开始审核").press("看看决定书", words="营业场所证明与申请不符")
    for words in ("不予登记通知书", "营业场所证明与申请不符", "申请行政复议", "6个月"):
        assert words in officer.text
    assert "审核中" in staff("officer.wuhou").open(f"/district/cases/{number}").text
    officer.press("确认发出")
    assert "已作出不同意的决定" in officer.text
    person.open(f"/my/{number}")
    for words in ("不同意", "营业场所证明与申请不符", "申请行政复议"):
        assert words in person.text


def test_what_somebody_else_did_first_is_told(app: Flask, staff: PersonFor) -> None:
    number = receive(staff("clerk.liangjiang"))
    one, other = staff("officer.wuhou"), staff("officer.wuhou")
    one.open(f"/district/cases/{number}")
    other.open(f"/district/cases/{number}").press("受理")
    one.press("看看通知书", words="理由在此")
    assert one.status == 409
    assert "本页已换成最新的情况" in one.text
    assert "已受理（" in one.text
    assert "开始审核" in one.buttons()


def test_other_places_see_nothing(staff: PersonFor) -> None:
    number = receive(staff("clerk.liangjiang"))
    for login, room in (("clerk.shapingba", "window"), ("officer.jinjiang", "district")):
        desk = staff(login)
        assert number not in desk.text
        assert desk.open(f"/{room}/cases/{number}").status == 404


def test_an_act_by_the_wrong_desk_is_refused(staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang")
    number = receive(clerk)
    answer = clerk.client.post(f"/window/cases/{number}/accept", data={"version": "1"})
    assert answer.status_code == 404
    other = staff("officer.jinjiang").client
    assert other.post(f"/window/cases/{number}/accept").status_code == 403
    assert other.post(f"/district/cases/{number}/accept").status_code == 404
    clerk.open(f"/window/cases/{number}")
    assert "已收件" in clerk.text
    assert "受理" not in clerk.buttons()


def test_a_granted_case_shows_its_papers(app: Flask, staff: PersonFor) -> None:
    clerk = staff("clerk.liangjiang")
    number = receive(clerk)
    decide(app, staff("officer.wuhou"), number)
    clerk.open(f"/window/cases/{number}")
    assert "营业执照（1-1） 可以打印" in clerk.text
    assert "原件只在自助机打印一次，不提供下载" in clerk.text


def test_a_desk_left_alone_is_locked_until_the_password_comes(
    staff: PersonFor, clock: StandingClock
) -> None:
    desk = staff("officer.wuhou")
    clock.advance(minutes=9)
    assert desk.open("/window").status == 200
    clock.advance(minutes=9)
    assert desk.open("/window").status == 200
    clock.advance(minutes=10)
    assert desk.open("/district").status == 401
    assert "工作台已锁定" in desk.text
    assert desk.open("/").status == 200
    desk.open("/window").press("继续", password="wrong")
    assert desk.status == 401
    desk.press("继续", password=PASSWORD)
    assert "待办" in desk.text


def test_a_page_that_asks_again_by_itself_keeps_no_desk_open(
    staff: PersonFor, clock: StandingClock
) -> None:
    desk = staff("operator")
    for _ in range(5):
        clock.advance(minutes=2)
        answer = desk.client.get("/district/machines", headers={"X-Refresh": "yes"})
    assert answer.status_code == 401


def test_programs_with_a_token_are_not_locked(
    app: Flask, clock: StandingClock, client_for: Callable[[str], FlaskClient]
) -> None:
    clerk = client_for("clerk.liangjiang")
    clock.advance(minutes=60)
    assert clerk.get("/api/v1/sessions/current").status_code == 200


def test_nobody_unlocks_what_they_never_opened(stranger: Visitor) -> None:
    stranger.open("/window/locked").press("继续", password=PASSWORD)
    assert stranger.status == 401
