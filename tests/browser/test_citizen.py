"""What a citizen goes through besides the two stories, by clicking only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from tests.browser.clicks import (
    LI,
    OUYANG,
    apply_on_pages,
    become_the_screen,
    button,
    lay_card_and_prove,
    link,
    sign_in_at_the_desk,
)
from tests.browser.filing import cases_of

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
ITEM = "内资企业及分支机构设立登记"
SLOW_LINE = {
    "offline": False,
    "latency": 400,  # Milliseconds to the first byte of each answer.
    "downloadThroughput": 50_000,  # Bytes a second.
    "uploadThroughput": 50_000,
}


def begin_at_home(page: Page, name: str) -> None:
    """Find the item, sign in, and stand before the first page of the application."""
    page.get_by_label("您要办的事").fill("开分公司")
    button(page, "找一找")
    link(page, ITEM)
    link(page, "现在申请")
    page.get_by_label(name).check()
    button(page, "登录")
    expect(page.get_by_text("一共 7 步")).to_be_visible()


def test_what_was_sent_back_is_mended_on_the_phone_and_the_service_rated(
    page_of: PageOf, scan: str
) -> None:
    phone = page_of("phone")
    begin_at_home(phone, OUYANG["name"])
    number = apply_on_pages(phone, OUYANG, "科华路", "窗口领取", scan)
    link(phone, "基本满意")
    button(phone, "提交评价")
    expect(phone.get_by_text("谢谢您的评价")).to_be_visible()

    officer = page_of("desk")
    sign_in_at_the_desk(officer, "officer.wuhou")
    officer.goto(f"/district/cases/{number}")
    link(officer, "需要补正")
    officer.locator('[name="tick.1"]').check()
    officer.locator('[name="reason.1"]').fill("没有签字")
    officer.locator('[name="mend.1"]').fill("请全体股东签字后重新提交")
    button(officer, "告知申请人")
    expect(officer.get_by_text("已一次性告知申请人")).to_be_visible()

    link(phone, "我的办件")
    phone.locator(f'a[href="/my/{number}"]').click()
    link(phone, "去补正")
    expect(phone.get_by_text("请全体股东签字后重新提交")).to_be_visible()
    phone.get_by_label("照片或文件").set_input_files(scan)
    button(phone, "交上")
    expect(phone.get_by_text("已收到补交的内容")).to_be_visible()


def test_what_was_typed_outlives_the_visit_and_goes_on_at_home(
    page_of: PageOf, service: Place
) -> None:
    screen = page_of("screen")
    become_the_screen(screen)
    button(screen, "长辈模式")
    expect(screen.locator("html.elder")).to_have_count(1)
    link(screen, "找事项、申请")
    screen.get_by_label("要办的事").fill("开分公司")
    button(screen, "找一找")
    link(screen, ITEM)
    link(screen, "现在申请")
    lay_card_and_prove(screen, LI["name"])
    begin = screen.get_by_role("button", name="开始填写")
    anew = screen.get_by_role(
        "button", name="重新填一份"
    )  # Where another test left a draft behind.
    begin.or_(anew).click()
    with screen.expect_response(lambda answer: "/questions/" in answer.url):
        screen.get_by_label("分公司名称", exact=True).fill("打到一半")
    button(screen, "完成")
    button(screen, "取走身份证")
    expect(screen.get_by_text("屏幕上没有留下您的资料")).to_be_visible()

    phone = page_of("phone")
    link(phone, "登录")
    phone.get_by_label(LI["name"]).check()
    phone.locator("main button").click()
    link(phone, "接着填")
    expect(phone.get_by_label("分公司名称", exact=True)).to_have_value("打到一半")


def test_on_a_slow_line_an_application_arrives_and_arrives_once(
    page_of: PageOf, service: Place, scan: str
) -> None:
    before = cases_of(service.url, "ouyang")
    phone = page_of("phone")
    network = phone.context.new_cdp_session(phone)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_LINE)
    begin_at_home(phone, OUYANG["name"])
    number = apply_on_pages(phone, OUYANG, "缓行路", "窗口领取", scan, presses=2)
    expect(phone.get_by_text("已提交")).to_be_visible()
    assert cases_of(service.url, "ouyang") - before == {number}
