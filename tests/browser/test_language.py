"""A visitor asks for English at the machine by clicking, and the next person finds Chinese."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kiosk.demo import PIN
from tests.browser.clicks import LI, become_the_screen, button, link
from tests.browser.test_accessibility import judge

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
ANYONE = ("/touch", "/touch/items", "/touch/items/37", "/touch/items/185", "/touch/status")
PROVEN = ("/touch/cases", "/touch/licences", "/touch/items/37/apply")


def speaks(page: Page, lang: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", lang)


def test_a_visit_in_english_leaves_no_english_behind(page_of: PageOf) -> None:
    page = page_of("screen", scripts_may_be_added=True)
    become_the_screen(page)
    page.goto("/touch")
    button(page, "English", exact=True)
    speaks(page, "en")
    assert judge(page, ANYONE) == []
    page.goto("/touch")
    link(page, "Print my licence")
    button(page, LI["name"])
    expect(page.get_by_text("Please prove that it is you")).to_be_visible()
    for digit in PIN:
        page.locator(f'[data-key="{digit}"]').click()
    button(page, "OK", exact=True)
    page.wait_for_url("**/touch/licences")
    assert judge(page, PROVEN) == []
    button(page, "Start")
    speaks(page, "en")
    page.locator("main input:not([type=hidden])").first.click()
    expect(page.locator("[data-language]")).to_have_text("Pinyin")
    page.locator('[data-do="done"]').click()
    button(page, "Save and finish later")
    expect(page.get_by_text("You can continue until")).to_be_visible()
    button(page, "Delete this draft")
    button(page, "Exit", exact=True)
    expect(page.get_by_text("已退出")).to_be_visible()
    speaks(page, "zh-CN")


def test_a_visitor_who_walks_away_leaves_no_english_behind(page_of: PageOf) -> None:
    page = page_of("screen")
    become_the_screen(page)
    page.clock.install()
    page.goto("/touch")
    button(page, "English", exact=True)
    speaks(page, "en")
    page.clock.run_for(100_000)
    speaks(page, "zh-CN")
    page.goto("/touch")
    speaks(page, "zh-CN")
