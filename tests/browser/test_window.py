"""A clerk receives a case without touching the mouse, and always sees where the keyboard stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.demo import branch_form
from kiosk.demo import PASSWORD, PEOPLE
from tests.browser.clicks import type_where_the_cursor_stands

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
ZHANG = PEOPLE[0]
MOST_TABS = 80
SEALED_MS = 30_000  # A worker seals the receipt; the page asks again until it is there.
SEEN = """() => {
    const e = document.activeElement;
    const seen = e.closest(".option") ?? e;
    return e.matches(":focus-visible") && getComputedStyle(seen).outlineStyle !== "none";
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the input of that name has the focus, which is seen at every stop."""
    for _ in range(MOST_TABS):
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


def fill_by_keyboard(page: Page) -> None:
    """The branch form, question after question, in the order they stand in."""
    form = branch_form(ZHANG, "510107", "玉林路")
    names = page.evaluate(
        "[...new Set([...document.forms].flatMap(f => [...f.elements]).map(e => e.name))]"
    )
    for name in [name for name in names if name.removeprefix("form.") in form]:
        tab_to(page, f"find.{name}" if name.endswith("_division") else name)
        value = str(form[name.removeprefix("form.")])
        kind = page.evaluate("document.activeElement.type")
        if kind == "radio":
            choose(page, value)
        elif kind == "search":
            page.keyboard.type("武侯区")
            expect(page.locator(f'[name="{name}"]')).to_have_value(value)
        else:
            page.keyboard.press("Control+A")
            page.keyboard.type(value)


def choose(page: Page, value: str) -> None:
    """Arrow keys through the options until the wanted one is ticked."""
    page.keyboard.press("Space")
    for _ in range(10):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no option {value}")


def test_a_case_is_received_with_the_keyboard_alone(page_of: PageOf) -> None:
    desk = page_of("desk")
    desk.goto("/window")
    type_where_the_cursor_stands(desk, "login", "clerk.shapingba")
    desk.keyboard.press("Tab")
    desk.keyboard.type(PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="今天收件")).to_be_visible()

    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="跳到主要内容")).to_be_focused()
    expect(desk.get_by_role("link", name="跳到主要内容")).to_be_in_viewport()

    desk.keyboard.press("Alt+s")
    expect(desk.locator("#q")).to_be_focused()
    desk.keyboard.type("yyzz")
    expect(desk.locator('#found[data-words="yyzz"]')).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("[data-choice]").nth(1)).to_be_focused()
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("#q")).to_be_focused()
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("heading", name="内资企业及分支机构设立登记")).to_be_visible()
    type_where_the_cursor_stands(desk, "applicant.name", ZHANG["name"])
    tab_to(desk, "applicant.document_number")
    desk.keyboard.type(ZHANG["document_number"])
    desk.keyboard.press("Control+Enter")

    expect(desk.get_by_text("续办码").first).to_be_visible()
    desk.keyboard.press("Tab")
    fill_by_keyboard(desk)
    expect(desk.locator("[data-saved]")).to_contain_text("已保存")
    desk.keyboard.press("Control+Enter")

    expect(desk.get_by_role("heading", name="办理机关要的材料")).to_be_visible()
    desk.keyboard.press("Tab")
    for place in range(5):
        tab_to(desk, f"paper.{place}")
        desk.keyboard.press("Space")
    desk.keyboard.press("Control+Enter")

    expect(desk.get_by_text("表单和材料已齐全，可以收件")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("不是受理通知")).to_be_visible()
    expect(desk.get_by_role("link", name="打印收件凭证")).to_be_visible(timeout=SEALED_MS)
    desk.keyboard.press("Alt+q")
    expect(desk.get_by_role("heading", name="今天收件")).to_be_visible()


def test_the_second_screen_follows_and_ends(page_of: PageOf) -> None:
    desk = page_of("desk")
    desk.goto("/window")
    type_where_the_cursor_stands(desk, "login", "clerk.liangjiang")
    desk.keyboard.press("Tab")
    desk.keyboard.type(PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="今天收件")).to_be_visible()
    desk.goto("/window/items/37/apply")
    type_where_the_cursor_stands(desk, "applicant.name", ZHANG["name"])
    tab_to(desk, "applicant.document_number")
    desk.keyboard.type(ZHANG["document_number"])
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("续办码").first).to_be_visible()
    with desk.expect_popup() as opened:
        desk.keyboard.press("Alt+k")
    screen = opened.value
    expect(screen.get_by_text(ZHANG["document_number"]).first).to_be_visible()
    desk.keyboard.press("Tab")
    tab_to(desk, "form.branch_name")
    desk.keyboard.type("玉林分公司")
    expect(screen.get_by_text("玉林分公司")).to_be_visible()
    desk.get_by_text("不办了，或者换一个续办码").click()
    desk.get_by_role("button", name="删除草稿和文件").click()
    expect(screen.get_by_text("屏幕上没有留下任何资料")).to_be_visible()
