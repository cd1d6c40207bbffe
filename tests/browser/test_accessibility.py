"""axe finds nothing serious on any page, and nothing sticks out sideways at any size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from deploy.services import Place
from tests.browser.clicks import LI, begin_visit, button, receive_branch, sign_in_at_the_desk
from tests.browser.filing import filed, under_review

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
PUBLIC = (
    "/",
    "/items?q=社保",
    "/items/37",
    "/items/185",
    "/sign-in",
    "/status",
    "/verify",
    "/window",
)
SCREEN = ("/touch", "/touch/items", "/touch/items/37", "/touch/card", "/touch/status")
CITIZEN = ("/my", "/my/questions", "/my/authorities", "/my/messages", "/items/37/apply")
EDITOR = (
    "/district/items",
    "/district/items/37",
    "/district/items/37/draft",
    "/district/lists",
    "/district/items/divergences",
)
OPERATOR = ("/district/machines", "/district/paper")
OFFICER = (
    "/district/queue",
    "/district/queue?tab=decided",
    "/district/search",
    "/district/voices",
    "/district/quotas",
)
KEEPER = ("/district/seals",)
OF_A_CASE = ("", "/correction", "/procedures", "/fees")
CLERK = (
    "/window",
    "/window/items?q=yyzz",
    "/window/items/37/apply",
    "/window/drafts",
    "/window/handovers",
    "/window/callers",
)
VISIT = ("", "?told=yes", "/papers", "/papers/reuse", "/check", "/agent")


def judge(page: Page, addresses: tuple[str, ...]) -> list[str]:
    """Serious and critical violations of WCAG 2.1 AA, and pages wider than their window."""
    found = []
    for address in addresses:
        page.goto(address)
        found += judge_here(page)
    return found


def judge_here(page: Page) -> list[str]:
    """The same for the page that is open."""
    answer = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    found = [
        f"{page.url}: {violation['id']} {violation['nodes'][0]['html']}"
        for violation in answer.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{page.url}: wider than its window")
    return found


@pytest.mark.parametrize(
    ("size", "pages"), [("phone", PUBLIC), ("desk", PUBLIC), ("screen", SCREEN)]
)
def test_pages_for_anyone(page_of: PageOf, size: str, pages: tuple[str, ...]) -> None:
    assert judge(page_of(size, scripts_may_be_added=True), pages) == []


def test_pages_of_a_citizen_with_faults_on_them(page_of: PageOf) -> None:
    page = page_of("phone", scripts_may_be_added=True)
    page.goto("/sign-in")
    page.get_by_label(LI["name"]).check()
    page.locator("main button").click()
    assert judge(page, CITIZEN) == []
    page.locator("main form button").click()
    page.wait_for_url("**/questions/1")
    draft = page.url.partition("/questions/")[0]
    pages = ("questions/1", "questions/2", "papers", "papers/1", "delivery", "check", "saved")
    assert judge(page, tuple(f"{draft}/{each}" for each in pages)) == []
    for place in ("questions/1", "delivery"):
        page.goto(f"{draft}/{place}")
        button(page, "下一步")
        page.get_by_role("alert").wait_for()
        answer = Axe().run(page)
        assert [
            v["id"] for v in answer.response["violations"] if v["impact"] in ("serious", "critical")
        ] == []


@pytest.mark.parametrize(
    ("login", "pages"),
    [
        ("clerk.shapingba", CLERK),
        ("officer.wuhou", OFFICER),
        ("keeper.wuhou", KEEPER),
        ("editor.wuhou", EDITOR),
        ("operator", OPERATOR),
    ],
)
def test_pages_of_the_desks(page_of: PageOf, login: str, pages: tuple[str, ...]) -> None:
    page = page_of("desk", scripts_may_be_added=True)
    sign_in_at_the_desk(page, login)
    assert judge(page, pages) == []


def test_pages_of_a_visit_at_the_window(page_of: PageOf) -> None:
    page = page_of("desk", scripts_may_be_added=True)
    sign_in_at_the_desk(page, "clerk.shapingba")
    begin_visit(page, LI)
    draft = page.url.partition("?")[0]
    assert judge(page, tuple(draft + part for part in VISIT)) == []
    page.goto(draft)
    with page.expect_popup() as opened:
        button(page, "给申请人看")
    assert judge(opened.value, ("/mirror",)) == []
    receipt = receive_branch(page, LI)
    assert judge(page, (receipt, receipt.replace("receipt", "legs"))) == []


@pytest.mark.parametrize("mode", ["长辈模式", "高对比"])
def test_pages_of_the_screen_in_other_clothes(page_of: PageOf, mode: str) -> None:
    page = page_of("screen", scripts_may_be_added=True)
    page.goto("/touch")
    button(page, mode)
    page.get_by_role("button", name=mode, pressed=True).wait_for()
    assert judge(page, SCREEN) == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages_of_a_case_at_the_officers_desk(page_of: PageOf, service: Place, size: str) -> None:
    waiting, reviewed = filed(service.url), under_review(service.url)
    page = page_of(size, scripts_may_be_added=True)
    sign_in_at_the_desk(page, "officer.wuhou")
    pages = [f"/district/cases/{reviewed}{part}" for part in OF_A_CASE]
    assert judge(page, (f"/district/cases/{waiting}", *pages)) == []
