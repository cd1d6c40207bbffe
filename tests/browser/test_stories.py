"""Both stories in a real browser, by clicking and typing only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from tests.browser.clicks import (
    ITEM,
    OUYANG,
    ZHANG,
    apply_on_pages,
    become_the_screen,
    button,
    fill_branch_form,
    lay_card_and_prove,
    link,
    open_case,
    sign_in_at_the_desk,
    type_where_the_cursor_stands,
)

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


def decide(page: Page, number: str) -> None:
    """The officer accepts, reviews and grants."""
    open_case(page, number)
    button(page, "受理", exact=True)
    button(page, "开始审核")
    button(page, "同意", exact=True)
    expect(page.get_by_text("已作出同意的决定")).to_be_visible()


def print_at_the_machine(page: Page, service: Place, name: str, branch: str) -> None:
    """The holder prints the newest licence; exactly one sheet lies in the tray."""
    tray = service.instance / "machine" / "tray"
    before = set(tray.glob("*.pdf"))
    become_the_screen(page)
    link(page, "打印我的证照")
    lay_card_and_prove(page, name)
    licence = page.get_by_role("listitem").filter(has_text=branch)
    licence.get_by_role("button", name="打印这一份").click()
    expect(page.get_by_text("打印完成")).to_be_visible()
    link(page, "回到我的证照")
    expect(licence.get_by_text("已打印")).to_be_visible()
    expect(licence.get_by_role("button")).to_have_count(0)
    assert len(set(tray.glob("*.pdf")) - before) == 1


def test_an_entrepreneur_applies_on_the_phone_and_prints_across_the_border(
    page_of: PageOf, service: Place, scan: str
) -> None:
    phone = page_of("phone")
    phone.get_by_label("您要办的事").fill("开分公司")
    button(phone, "找一找")
    link(phone, ITEM)
    link(phone, "现在申请")
    phone.get_by_label(OUYANG["name"]).check()
    button(phone, "登录")
    number = apply_on_pages(phone, OUYANG, "武侯大道", "在自助机打印", scan)
    link(phone, "看办理进度")
    expect(phone.get_by_text("请等待答复")).to_be_visible()

    officer = page_of("desk")
    sign_in_at_the_desk(officer, "officer.wuhou")
    decide(officer, number)

    screen = page_of("screen")
    print_at_the_machine(screen, service, OUYANG["name"], "武侯分公司")
    link(screen, "回首页")
    link(screen, "我的办件到哪了")
    expect(screen.get_by_text("已送达").first).to_be_visible()
    button(screen, "退出")
    expect(screen.get_by_text("屏幕上没有留下您的资料")).to_be_visible()
    screen.go_back()
    expect(
        screen.get_by_text(OUYANG["name"], exact=True).and_(screen.locator("header *"))
    ).to_have_count(0)
    screen.goto("/touch")
    button(screen, "取走身份证")

    link(officer, "待办清单")
    link(officer, "待送达、待办结")
    open_case(officer, number)
    button(officer, "办结")
    expect(officer.get_by_text("已办结。")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("已经办结")).to_be_visible()


def test_a_clerk_takes_the_papers_for_another_province(page_of: PageOf, service: Place) -> None:
    clerk = page_of("desk")
    sign_in_at_the_desk(clerk, "clerk.liangjiang")
    link(clerk, "收一件")
    type_where_the_cursor_stands(clerk, "q", "开分公司")
    link(clerk, ITEM)
    type_where_the_cursor_stands(clerk, "applicant.name", ZHANG["name"])
    clerk.get_by_label("证件号码").fill(ZHANG["document_number"])
    clerk.get_by_label("手机号码").fill(ZHANG["phone"])
    button(clerk, "下一步")
    fill_branch_form(clerk, ZHANG, "锦里路")
    button(clerk, "下一步：材料")
    expect(clerk.get_by_text("办理机关要的材料")).to_be_visible()
    for tick in clerk.get_by_label("收到纸质").all():
        tick.check()
    clerk.get_by_label("公司登记(备案)申请书的页数").fill("2")
    button(clerk, "下一步：预查和核对")
    expect(clerk.get_by_text("表单和材料已齐全，可以收件")).to_be_visible()
    button(clerk, "确认收件")
    expect(clerk.get_by_text("不是受理通知")).to_be_visible()
    number = clerk.locator(".big-number").inner_text()

    officer = page_of("desk")
    sign_in_at_the_desk(officer, "officer.wuhou")
    decide(officer, number)

    print_at_the_machine(page_of("screen"), service, ZHANG["name"], "锦里分公司")
    link(clerk, "收件清单")
    expect(clerk.get_by_role("row").filter(has_text=number).get_by_text("已送达")).to_be_visible()
