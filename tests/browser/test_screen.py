"""What only a real browser shows of the machine's screen: it follows the card, it warns, it wipes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from kiosk.demo import PASSWORD
from tests.browser.clicks import (
    LI,
    become_the_screen,
    button,
    lay_card_and_prove,
    link,
    sign_in_at_the_desk,
)

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


@pytest.fixture
def proven(page_of: PageOf, service: Place) -> Page:
    """The screen with a person who has proven who they are."""
    screen = page_of("screen")
    screen.clock.install()
    become_the_screen(screen)
    link(screen, "打印我的证照")
    expect(screen.get_by_text("把身份证平放在读卡区")).to_be_visible()
    lay_card_and_prove(screen, LI["name"])
    expect(screen.get_by_text("没有可以在这里打印的证照")).to_be_visible()
    screen.wait_for_load_state("load")  # Its script runs from now on.
    return screen


def test_taking_the_card_away_ends_it_at_once(proven: Page) -> None:
    expect(proven.locator("header").get_by_text(LI["name"])).to_be_visible()
    button(proven, "取走身份证")
    expect(proven.locator("header").get_by_text(LI["name"])).to_have_count(0)
    proven.goto("/touch/licences")
    expect(proven.get_by_text("请先登录")).to_be_visible()


def test_whoever_walks_away_is_warned_then_signed_out(proven: Page) -> None:
    warning = proven.get_by_text("您还在吗？")
    expect(warning).to_be_hidden()
    proven.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    button(proven, "我还在，继续办")
    expect(warning).to_be_hidden()
    proven.clock.fast_forward(61_000)
    expect(warning).to_be_visible()
    proven.clock.fast_forward(31_000)
    expect(proven.get_by_text("屏幕上没有留下您的资料")).to_be_visible()


def test_a_cut_line_is_said_plainly_and_nothing_more_is_taken(proven: Page) -> None:
    said, work = proven.get_by_text("网络中断，本机暂时不能办理"), proven.locator("main")
    proven.context.set_offline(True)
    proven.clock.run_for(6_000)
    expect(said).to_be_visible()
    expect(work).to_have_attribute("inert", "")
    proven.context.set_offline(False)
    proven.clock.run_for(2_000)
    expect(said).to_be_hidden()
    expect(work).not_to_have_attribute("inert", "")


def test_who_walks_away_from_a_cut_line_leaves_nothing_on_the_screen(proven: Page) -> None:
    said = proven.get_by_text("网络中断，本机暂时不能办理")
    proven.context.set_offline(True)
    proven.clock.run_for(6_000)
    expect(said).to_be_visible()
    proven.clock.fast_forward(95_000)
    expect(proven.locator("header")).to_be_hidden()
    expect(said).to_be_visible()
    proven.context.set_offline(False)
    proven.clock.run_for(2_000)
    expect(proven.get_by_text("屏幕上没有留下您的资料")).to_be_visible()


def test_everything_is_large_enough_to_read_and_to_hit(proven: Page) -> None:
    for address in (
        "/touch",
        "/touch/items",
        "/touch/items/37",
        "/touch/items/37/apply",
        "/touch/card",
    ):
        proven.goto(address)
        small = proven.evaluate(
            """() => [...document.querySelectorAll("body *")].filter(
                (e) => e.checkVisibility() && [...e.childNodes].some(
                    (n) => n.nodeType === 3 && n.textContent.trim())
                    && parseFloat(getComputedStyle(e).fontSize) < 24).map((e) => e.outerHTML)"""
        )
        assert small == [], address
        narrow = proven.evaluate(
            """() => [...document.querySelectorAll("a.button, button, .choice, .option, select, .tile, .line-link")]
                .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 60)
                .map((e) => e.outerHTML)"""
        )
        assert narrow == [], address
        assert proven.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_search_is_typed_with_the_keys_on_the_screen(page_of: PageOf) -> None:
    screen = page_of("screen")
    screen.goto("/touch/items")
    screen.get_by_label("要办的事").click()
    keyboard = screen.get_by_label("屏幕键盘")
    for letter in "kaifengongsi":
        keyboard.get_by_role("button", name=letter, exact=True).click()
    keyboard.get_by_role("button", name="开分公司", exact=True).click()
    expect(screen.get_by_label("要办的事")).to_have_value("开分公司")
    keyboard.get_by_role("button", name="删去一个字").click()
    expect(screen.get_by_label("要办的事")).to_have_value("开分公")
    for letter in "si":
        keyboard.get_by_role("button", name=letter, exact=True).click()
    keyboard.get_by_role("button", name="后一组候选字").click()
    keyboard.get_by_role("button", name="前一组候选字").click()
    keyboard.get_by_role("button", name="完成").click()
    expect(keyboard).to_be_hidden()
    expect(screen.get_by_label("要办的事")).to_have_value("开分公si")


def test_a_phone_keeps_its_own_keyboard(page_of: PageOf) -> None:
    phone = page_of("phone")
    phone.goto("/touch/items")
    phone.get_by_label("要办的事").click()
    expect(phone.get_by_label("屏幕键盘")).to_be_hidden()


def test_larger_letters_come_at_once_and_keep_what_was_typed(page_of: PageOf) -> None:
    screen = page_of("screen")
    screen.goto("/touch/items")
    screen.get_by_label("要办的事").fill("社保")
    before = screen.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    button(screen, "长辈模式")
    expect(screen.get_by_role("button", name="长辈模式", pressed=True)).to_be_visible()
    assert screen.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before
    expect(screen.get_by_label("要办的事")).to_have_value("社保")
    button(screen, "找一找")
    expect(screen.locator("html.elder")).to_have_count(1)
    button(screen, "退出")
    expect(screen.locator("html.elder")).to_have_count(0)


def test_an_idle_desk_is_covered_and_keeps_what_was_typed(page_of: PageOf) -> None:
    desk = page_of("desk")
    desk.clock.install()
    sign_in_at_the_desk(desk, "clerk.shapingba")
    desk.goto("/window/items/37/apply")
    desk.get_by_label("姓名").fill("张样例")
    desk.clock.fast_forward(601_000)
    expect(desk.get_by_role("heading", name="工作台已锁定")).to_be_visible()
    expect(desk.get_by_label("姓名")).to_be_hidden()
    desk.get_by_label("密码").fill("wrong")
    button(desk, "继续")
    expect(desk.get_by_text("密码不正确")).to_be_visible()
    desk.get_by_label("密码").fill(PASSWORD)
    button(desk, "继续")
    expect(desk.get_by_label("姓名")).to_have_value("张样例")
