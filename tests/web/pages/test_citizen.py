"""A citizen at home: sign in, apply, follow, withdraw."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from kiosk.casework.models import Case
from kiosk.uow import reading
from tests.support.browsing import Visitor
from tests.web.pages.walks import apply_for_branch, branch_inputs, case_number, decide

CitizenFor = Callable[[str], Visitor]


def cases(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


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


def test_what_is_known_is_filled_in(citizen: CitizenFor) -> None:
    page = citizen("ouyang").open("/items/37/apply")
    assert page.value("form.head_name") == "欧阳·娜孜𬱖䶮"
    assert page.value("form.head_id") == "51010419900307004X"
    assert page.value("form.agent_name") == ""


def test_applying_shows_who_decides_before_it_is_handed_in(app: Flask, citizen: CitizenFor) -> None:
    page = citizen("ouyang").open("/items/37/apply").press("下一步", **branch_inputs())
    assert "由谁决定：成都市武侯区行政审批局" in page.text
    assert "2026年3月9日" in page.text
    assert "重庆西站川渝通办自助终端" in page.text
    assert "510***********004X" in page.text
    assert cases(app) == 0


def test_the_receipt_shows_the_query_code_once_and_is_no_acceptance(citizen: CitizenFor) -> None:
    page = citizen("ouyang")
    number = apply_for_branch(page, material__0="electronic")
    assert "本凭证只说明材料已经收到，不是受理通知" in page.text
    assert "公司登记(备案)申请书（电子）" in page.text
    assert "只显示这一次" in page.text
    other = citizen("ouyang").open(f"/my/{number}/receipt")
    assert "查询码只在收件时显示一次" in other.text


def test_a_second_click_gives_the_first_receipt(app: Flask, citizen: CitizenFor) -> None:
    page = citizen("ouyang").open("/items/37/apply").press("下一步", **branch_inputs())
    form = next(form for form in page.page.forms if form.method == "post" and form.buttons[0][1])
    sent = MultiDict([*form.controls, ("step", "confirm")])
    first = page.client.post("/items/37/apply", data=sent)
    second = page.client.post("/items/37/apply", data=sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert cases(app) == 1


def test_every_fault_stands_beside_its_input_and_nothing_typed_is_lost(
    app: Flask, citizen: CitizenFor
) -> None:
    wrong = branch_inputs(
        form__parent_uscc="91500000MAKQ2026XX", form__head_phone="12", form__duplicate_count="0",
        form__branch_name="样例分店", delivery="post",
    )  # fmt: skip
    page = citizen("ouyang").open("/items/37/apply").press("下一步", **wrong)
    assert page.status == 422
    assert set(page.page.faults) == {
        "form.parent_uscc", "form.head_phone", "form.duplicate_count", "form.branch_name",
        "postal.address",
    }  # fmt: skip
    assert page.value("form.branch_name") == "样例分店"
    assert page.value("form.business_scope") == wrong["form__business_scope"]
    assert page.value("form.premises_division") == "510107"
    assert page.value("delivery") == "post"
    assert cases(app) == 0


def test_no_authority_is_told_beside_the_place(citizen: CitizenFor) -> None:
    page = citizen("ouyang").open("/items/37/apply")
    page.press("下一步", **branch_inputs(form__premises_division="510173"))
    assert page.status == 422
    assert list(page.page.faults) == ["form.premises_division"]
    assert page.value("form.parent_name") == "重庆样例科技有限公司"


def test_going_back_keeps_everything(citizen: CitizenFor) -> None:
    page = citizen("ouyang").open("/items/37/apply").press("下一步", **branch_inputs())
    page.press("回去修改")
    assert page.value("form.branch_name") == branch_inputs()["form__branch_name"]
    page.press("下一步", form__branch_name="重庆样例科技有限公司第二分公司").press("确认提交")
    assert case_number(page)


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
