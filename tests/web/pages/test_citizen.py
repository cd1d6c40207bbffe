"""A citizen at home: sign in, apply, follow, withdraw."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.browsing import Visitor
from tests.web.pages.walks import apply_for_branch, decide

CitizenFor = Callable[[str], Visitor]


def test_sign_in_says_that_it_is_a_stand_in_and_leads_on(stranger: Visitor) -> None:
    stranger.open("/my")
    assert (stranger.status, "请先登录" in stranger.text) == (401, True)
    stranger.follow("去登录")
    assert "这是演示用的替身" in stranger.text
    stranger.press("登录", person="li")
    assert stranger.path == "/my"
    assert "您还没有申请过" in stranger.text


def test_sign_in_of_nobody_is_refused_on_the_page(stranger: Visitor) -> None:
    stranger.open("/sign-in").press("登录", person="nobody")
    assert stranger.status == 401
    assert "身份认证没有通过" in stranger.text


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "x"]
)
def test_sign_in_leads_nowhere_else(stranger: Visitor, wanted: str) -> None:
    stranger.open("/sign-in").press("登录", person="li", next=wanted)
    assert stranger.path == "/my"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"person": "li"})
    cookie = answer.headers["Set-Cookie"]
    for part in ("kiosk_session=", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie


def test_the_receipt_shows_the_query_code_once_and_is_no_acceptance(citizen: CitizenFor) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page)
    assert "本凭证只说明材料已经收到，不是受理通知" in page.text
    assert "只显示这一次" in page.text
    other = citizen("ouyang").open(f"/my/{number}/receipt")
    assert "查询码只在收件时显示一次" in other.text


def test_a_case_tells_who_has_it_why_and_until_when(
    app: Flask, citizen: CitizenFor, staff: Callable[[str], Visitor]
) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page)
    page.follow("看办理进度")
    for words in (
        "现在在谁手里 成都市武侯区行政审批局",
        "答复是否受理 2026年3月9日前",
        "为什么由成都市武侯区行政审批局决定",
        "请等待答复",
    ):
        assert words in page.text
    decide(app, staff("officer.wuhou"), number)
    page.open(f"/my/{number}")
    for words in (
        "已准予登记",
        "等待申请人到自助机打印",
        "请带身份证到自助机打印",
        "可以打印",
        "样章",
        "演示号段",
    ):
        assert words in page.text
    assert number in page.open("/my").text


def test_nobody_sees_the_case_of_another(citizen: CitizenFor) -> None:
    number = apply_for_branch(citizen("ouyang"))
    page = citizen("li").open(f"/my/{number}")
    assert page.status == 404
    assert "欧阳" not in page.text


def test_a_case_is_withdrawn_until_it_is_decided(
    app: Flask, citizen: CitizenFor, staff: Callable[[str], Visitor]
) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page)
    page.open(f"/my/{number}").press("撤回申请")
    assert "申请已撤回。" in page.text
    assert "撤回申请" not in page.buttons()
    number = apply_for_branch(page)
    page.open(f"/my/{number}")
    decide(app, staff("officer.wuhou"), number)
    page.press("撤回申请")
    assert page.status == 409
    assert "记录已被他人修改" in page.text
    assert "已准予登记" in page.text


def test_status_is_told_by_number_and_code_without_names(
    citizen: CitizenFor, stranger: Visitor
) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page)
    code = page.text.partition("查询码 ")[2][:6]
    stranger.open("/status").press("查询", number=number, query_code=code)
    assert "内资企业及分支机构设立登记" in stranger.text
    assert "样例科技" not in stranger.text
    stranger.press("查询", query_code="000000" if code != "000000" else "111111")
    assert stranger.status == 404
    assert "办件编号或查询码不正确" in stranger.text
    assert stranger.value("number") == number
    stranger.press("查询", number="", query_code="")
    assert (stranger.status, set(stranger.page.faults)) == (422, {"number", "query_code"})


def test_signing_out_leaves_nothing(citizen: CitizenFor) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page)
    page.open("/my").press("退出")
    assert page.open(f"/my/{number}").status == 401
    assert page.answer.headers["Cache-Control"] == "no-store"


def test_forms_of_other_sites_are_refused(citizen: CitizenFor) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert page.client.post(f"/my/{number}/withdraw", headers=headers).status_code == 403
