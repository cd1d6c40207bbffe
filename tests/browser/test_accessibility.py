"""axe finds nothing serious on any page, nothing sticks out sideways at any size, and no page is heavy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from deploy.services import Place
from tests.browser import tour
from tests.browser.clicks import LI, button

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
SIZES = {
    tour.pages_for_anyone: ("phone", "desk"),
    tour.pages_of_a_citizen: ("phone", "desk"),
    tour.pages_at_the_machine: ("screen",),
    tour.pages_of_an_officer: ("phone", "desk"),
    tour.pages_of_an_editor: ("phone", "desk"),
    tour.pages_of_an_operator: ("phone", "desk"),
    tour.pages_of_other_desks: ("phone", "desk"),
}


def violations(page: Page) -> list[str]:
    """Serious and critical violations of WCAG 2.1 AA."""
    return [
        f"{page.url}: {violation['id']} {violation['nodes'][0]['html']}"
        for violation in Axe().run(page, options=RULES).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def judge_here(page: Page) -> list[str]:
    """The same, and whether the page that is open is wider than its window."""
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return violations(page) + ([f"{page.url}: wider than its window"] if is_wide else [])


def judge(page: Page, addresses: tuple[str, ...]) -> list[str]:
    """The same for each of the addresses."""
    found = []
    for address in addresses:
        page.goto(address)
        found += judge_here(page)
    return found


class Judge(tour.Tour):
    """Lets axe look at every page."""

    def look(self, page: Page, size: str, name: str) -> None:
        self.faults += violations(page)


@pytest.mark.parametrize("part", tour.PARTS)
def test_every_page(browser: Browser, service: Place, part: Callable[[tour.Tour], None]) -> None:
    judge = Judge(browser, service, SIZES.get(part, ("desk",)))
    part(judge)
    assert judge.faults == []
    assert judge.paths


def test_pages_with_faults_on_them(page_of: PageOf) -> None:
    page = page_of("phone", scripts_may_be_added=True)
    page.goto("/sign-in")
    page.get_by_label(LI["name"]).check()
    page.locator("main button").click()
    page.wait_for_url("**/my")
    page.goto("/items/37/apply")
    page.locator("main form button").click()
    page.wait_for_url("**/questions/1")
    draft = page.url.partition("/questions/")[0]
    for place in ("questions/1", "delivery"):
        page.goto(f"{draft}/{place}")
        button(page, "下一步")
        page.get_by_role("alert").wait_for()
        assert violations(page) == []


@pytest.mark.parametrize("mode", ["长辈模式", "高对比"])
def test_pages_of_the_screen_in_other_clothes(page_of: PageOf, mode: str) -> None:
    page = page_of("screen", scripts_may_be_added=True)
    page.goto("/touch")
    button(page, mode)
    page.get_by_role("button", name=mode, pressed=True).wait_for()
    assert judge(page, tuple(tour.TOUCH.values())) == []
