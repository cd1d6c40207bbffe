"""What only a real browser shows of the machine's screen: it follows the card, it warns, it wipes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from tests.browser.clicks import LI, become_the_screen, button, lay_card_and_prove, link

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
