"""Every page of the service, as the person it is made for meets it: what ``make screens`` and axe both look at.

A tour is walked in parts; each files the cases it shows and signs its people in by clicking.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FilePayload, Page

from deploy.services import Place
from kiosk import workers
from kiosk.app import create_app
from tests.browser.clicks import (
    DRAFTED,
    LI,
    ZHANG,
    become_the_screen,
    begin_visit,
    button,
    differing_draft,
    lay_card_and_prove,
    link,
    receive_branch,
    sign_in_at_the_desk,
    stock_blanks,
    waiting_proposal,
)
from tests.browser.filing import (
    ask,
    charge,
    filed,
    grant_elsewhere,
    printed,
    rate_badly,
    revoke,
    sealed,
    send_back,
    under_review,
)

SIZES = {"phone": (390, 844), "desk": (1366, 900), "screen": (1080, 1920)}
LIST = """事项名称,事项编码,部门名称
企业信息变更登记,511Z07001006-510107000000-000-1,武侯区市场监管局
,511A2,武侯区教育局
内资企业及分支机构设立登记,511A1,武侯区市场监管局
"""
STEPS = (
    *(f"questions/{place}" for place in range(1, 5)),
    "papers",
    "papers/1",
    "delivery",
    "check",
    "saved",
)
ANYONE = {
    "home": "/",
    "items": "/items?q=社保",
    "nothing-found": "/items?q=天外飞仙",
    "guide": "/items/37",
    "guide-window-only": "/items/1",
    "guide-cancelled": "/items/185",
    "sign-in": "/sign-in",
    "status": "/status",
    "verify": "/verify",
    "nearby": "/machines?division=500106",
    "desk-sign-in": "/window",
    "not-found": "/nothing-here",
}
TOUCH = {
    "touch-home": "/touch",
    "touch-items": "/touch/items",
    "touch-search": "/touch/items?q=社保",
    "touch-guide": "/touch/items/37",
    "touch-card": "/touch/card",
    "touch-status": "/touch/status",
}
CITIZEN = {
    "my": "/my",
    "my-apply": "/items/37/apply",
    "my-questions": "/my/questions",
    "my-authorities": "/my/authorities",
    "my-messages": "/my/messages",
}
CLERK = {
    "window": "/window",
    "window-items": "/window/items?q=yyzz",
    "window-item": "/window/items/37",
    "window-apply": "/window/items/37/apply",
    "window-drafts": "/window/drafts",
    "window-handovers": "/window/handovers",
    "window-callers": "/window/callers",
    "window-locked": "/window/locked",
}
VISIT = {
    "window-form": "",
    "window-form-faults": "?told=yes",
    "window-papers": "/papers",
    "window-reuse": "/papers/reuse",
    "window-check": "/check",
    "window-agent": "/agent",
}
OFFICER = {
    "queue": "/district/queue?ticked=all",
    "queue-decided": "/district/queue?tab=decided",
    "queue-search": "/district/search",
}
EDITOR = {
    "district-items": "/district/items?q=开分公司",
    "district-item": "/district/items/37",
    "district-draft": "/district/items/37/draft",
    "district-registering": "/district/items/new",
    "district-offering": "/district/items/37/offering",
    "district-aliases": "/district/items/37/aliases",
    "district-lists": "/district/lists",
    "district-divergences": "/district/items/divergences",
    "district-rules": "/district/rules?q=37&district=510107",
    "district-rule": "/district/rules/published/pair-shapingba-wuhou",
    "district-rule-form": "/district/rules/new?kind=succession",
    "district-rule-proof": "/district/rules/proof",
    "district-layouts": "/district/layouts",
    "district-layout": "/district/layouts/business-licence-branch.1",
}
OPERATOR = {
    "machines": "/district/machines",
    "ledger": "/district/machines/SPB-001",
    "machine-care": "/district/machines/SPB-001/care",
    "machine-new": "/district/machines/new",
    "paper": "/district/paper",
    "blanks": "/district/blanks",
}
OTHER_DESKS: dict[str, dict[str, str]] = {
    "officer.sichuan": {"quotas": "/district/quotas", "quota-form": "/district/quotas/new"},
    "keeper.wuhou": {"seals": "/district/seals"},
    "manager.wuhou": {"figures": "/district/figures"},
    "auditor": {"trail": "/district/trail"},
}
EXPECTED_ERRORS = {"/nothing-here"}
PATIENCE_MS = 20_000
HEAVIEST = 150_000
"""Bytes of a page with everything it needs, as they come over the line to a browser that has nothing yet."""
WEIGHT = """() => performance.getEntries()
    .filter((entry) => entry.encodedBodySize && entry.initiatorType !== "fetch")
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


class Tour(ABC):
    """Opens pages at some sizes; what becomes of each is said by ``look``."""

    def __init__(self, browser: Browser, place: Place, sizes: tuple[str, ...]) -> None:
        self.browser, self.place, self.sizes = browser, place, sizes
        self.faults: list[str] = []
        self.paths: set[str] = set()

    @abstractmethod
    def look(self, page: Page, size: str, name: str) -> None:
        """Judge or keep what stands on the page."""

    @contextmanager
    def open(self, size: str = "desk", state: Any = None) -> Iterator[Page]:
        """A page of that size, signed in as ``state`` says."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            base_url=self.place.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            storage_state=state,
            bypass_csp=True,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        try:
            yield page
        finally:
            context.close()

    def signed_in(self, sign_in: Callable[[Page], Any]) -> Any:
        """The cookies of a person after ``sign_in``."""
        with self.open() as page:
            page.goto("/")
            sign_in(page)
            page.wait_for_load_state("load")
            return page.context.storage_state()

    def at_the_desk(self, login: str) -> Any:
        """The cookies of that member of staff."""
        return self.signed_in(partial(sign_in_at_the_desk, login=login))

    def visit(self, pages: dict[str, str], state: Any = None) -> None:
        """Look at each of the pages at each size."""
        for size in self.sizes:
            with self.open(size, state) as page:
                for name, address in pages.items():
                    answer = page.goto(address)
                    if address not in EXPECTED_ERRORS and (answer is None or answer.status >= 400):
                        said = answer.status if answer else "no answer"
                        self.faults.append(f"{address}: {said}")
                    self.look_here(page, size, name)

    def walk(self, name: str, act: Callable[[Page, int], Any], state: Any = None) -> None:
        """Look at what stands after ``act`` at each size; ``act`` is told how many went before."""
        for turn, size in enumerate(self.sizes):
            with self.open(size, state) as page:
                act(page, turn)
                page.wait_for_load_state("load")
                self.look_here(page, size, name)

    def look_here(self, page: Page, size: str, name: str) -> None:
        """Look at the page as it stands."""
        self.paths.add(urlsplit(page.url).path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{name} ({page.url}): wider than {size}")
        weight = page.evaluate(WEIGHT)
        if not 1 < weight <= HEAVIEST:
            self.faults.append(f"{name} ({page.url}): weighs {weight} bytes")
        self.look(page, size, name)


def in_english(tour: Tour, pages: dict[str, str], state: Any = None) -> None:
    """The same pages as a visitor sees them who asked for English."""
    wish = {"name": "kiosk_view", "value": "english", "url": tour.place.url}
    held = dict(state or {})
    tour.visit(
        {f"english-{name}": address for name, address in pages.items()},
        held | {"cookies": [*held.get("cookies", []), wish]},
    )


def pages_for_anyone(tour: Tour) -> None:
    """What needs no name, and what is said of a paper."""
    tour.visit(ANYONE)
    in_english(
        tour,
        {name: ANYONE[name] for name in ("home", "items", "guide", "status", "verify", "nearby")},
    )
    copy = sealed(tour.place.url, "龙腾路")
    paper = printed(tour.place, copy)

    def check(page: Page, _: int) -> None:
        page.goto("/verify")
        page.get_by_label("电子文件").set_input_files(paper)
        button(page, "核验", exact=True)
        page.get_by_role("status").wait_for()

    tour.walk("verify-genuine", check)
    revoke(tour.place.url, copy)
    tour.walk("verify-revoked", check)


def pages_of_a_citizen(tour: Tour) -> None:
    """A person at home: cases in several states, an application step by step, payment, questions."""
    url = tour.place.url
    waiting, returned, due = filed(url), filed(url), under_review(url)
    send_back(url, returned)
    payment, question = charge(tour.place, due), ask(url, waiting)
    state = tour.signed_in(_sign_in_online)
    pages = {
        "my-case": f"/my/{waiting}",
        "my-case-due": f"/my/{due}",
        "my-case-returned": f"/my/{returned}",
        "my-receipt": f"/my/{waiting}/receipt",
        "my-ask": f"/my/{waiting}/ask",
        "my-question": f"/my/questions/{question}",
        "my-supply": f"/my/{returned}/supply",
        "my-payment": f"/my/{due}/payments/{payment}",
        "my-rating": f"/my/{waiting}/rate/receiving?level=4",
    }
    tour.visit(CITIZEN | pages, state)
    tour.visit(_draft(tour, state, "", "my"), state)


def pages_at_the_machine(tour: Tour) -> None:
    """A person with a card: licences, cases, an application step by step, a print."""
    url = tour.place.url
    waiting, returned = filed(url), filed(url)
    send_back(url, returned)
    copies = [sealed(url, f"机场{turn}路") for turn in range(len(tour.sizes))]
    tour.visit(TOUCH)
    state = tour.signed_in(_prove_at_the_machine)
    pages = {
        "touch-licences": "/touch/licences",
        "touch-cases": "/touch/cases",
        "touch-apply": "/touch/items/37/apply",
        "touch-case": f"/touch/cases/{waiting}",
        "touch-supply": f"/touch/cases/{returned}/supply",
        "touch-receipt": f"/touch/cases/{waiting}/receipt",
        "touch-rating": f"/touch/cases/{waiting}/rate/receiving?level=4",
    }
    pages |= _draft(tour, state, "/touch", "touch")
    tour.visit(pages, state)
    in_english(tour, TOUCH | pages, state)

    def print_one(page: Page, turn: int) -> None:
        page.goto("/touch/licences")
        wanted = f'input[value="{copies[turn]["identifier"]}"]'
        page.locator("form", has=page.locator(wanted)).get_by_role("button").click()
        page.get_by_text("打印完成").wait_for()

    tour.walk("touch-print", print_one, state)


def pages_of_a_visit(tour: Tour) -> None:
    """At a window: one case received, one begun and shown on the second screen."""
    state = tour.at_the_desk("clerk.shapingba")
    with tour.open(state=state) as page:
        page.goto("/window")
        receipt = receive_branch(page, LI)
        begin_visit(page, LI)
        draft = page.url.partition("?")[0]
        with page.expect_popup() as opened:
            button(page, "给申请人看")
        opened.value.wait_for_url("**/mirror")
        state = page.context.storage_state()
    pages = {name: draft + part for name, part in VISIT.items()}
    case = receipt.removesuffix("/receipt")
    pages |= {"window-receipt": receipt, "window-case": case, "window-legs": f"{case}/legs"}
    tour.visit(CLERK | pages | {"window-mirror": "/mirror"}, state)


def pages_of_a_callers_case(tour: Tour) -> None:
    """At the window that received a case which was sent back."""
    returned = filed(tour.place.url)
    send_back(tour.place.url, returned)
    case = f"/window/cases/{returned}"
    pages = {"window-case-returned": case, "window-supply": f"{case}/supply"}
    tour.visit(pages, tour.at_the_desk("clerk.liangjiang"))


def pages_of_an_officer(tour: Tour) -> None:
    """The queue, a case in every state with the pages behind it, and a batch."""
    url = tour.place.url
    waiting, returned, reviewed = filed(url), filed(url), under_review(url)
    send_back(url, returned)
    sealed(url, "航空路")
    addresses = {
        "case-waiting": waiting,
        "case-correction": f"{waiting}/correction",
        "case-returned": returned,
        "case-review": reviewed,
        "case-procedures": f"{reviewed}/procedures",
        "case-fees": f"{reviewed}/fees",
    }
    state = tour.at_the_desk("officer.wuhou")
    tour.visit(OFFICER | {k: f"/district/cases/{v}" for k, v in addresses.items()}, state)
    numbers = [under_review(url) for _ in tour.sizes]

    def tick(page: Page, turn: int) -> None:
        page.goto("/district/queue?tab=mine")
        page.get_by_role("row").filter(has_text=numbers[turn]).get_by_role("checkbox").check()
        button(page, "批量同意打勾的办件")
        page.get_by_role("button", name="同意 1 件").wait_for()

    def grant(page: Page, turn: int) -> None:
        tick(page, turn)
        button(page, "同意 1 件")
        page.get_by_role("heading", name="1 件里同意了 1 件").wait_for()

    tour.walk("grants", tick, state)
    tour.walk("granted", grant, state)


def pages_of_voices(tour: Tour) -> None:
    """A question and a bad rating, at the desk of a colleague of the one they are about."""
    url = tour.place.url
    number = under_review(url)
    grant_elsewhere(url, number)
    question = ask(url, number)
    rate_badly(url, number)
    state = tour.at_the_desk("second.wuhou")
    pages = {"voices": "/district/voices", "thread": f"/district/voices/threads/{question}"}
    with tour.open(state=state) as page:
        page.goto("/district/voices")
        matter = page.locator('a[href*="/voices/matters/"]').first.get_attribute("href")
    tour.visit(pages | {"matter": str(matter)}, state)


def pages_of_an_editor(tour: Tour) -> None:
    """Items, rules, what two editors do in turn, and a list that has faults."""
    state = tour.at_the_desk("editor.wuhou")
    with tour.open(state=state) as page:
        draft, proposal = differing_draft(page), waiting_proposal(page)
    waiting = {"district-proposal": proposal, "district-proposal-check": f"{proposal}/check"}
    drafted = {"district-drafted": f"/district/items/{DRAFTED}", "district-draft-further": draft}
    tour.visit(EDITOR | drafted | waiting, state)
    reviewer = tour.at_the_desk("editor.shapingba")
    tour.visit(
        {"district-proposal-review": proposal, "district-rules-waiting": "/district/rules"},
        reviewer,
    )
    upload = FilePayload(name="list.csv", mimeType="text/csv", buffer=LIST.encode())

    def inspect(page: Page, _: int) -> None:
        page.goto("/district/lists")
        page.get_by_label("清单文件").set_input_files(upload)
        button(page, "检查清单")
        page.get_by_role("heading", name="检查结果").wait_for()

    def take_in(page: Page, turn: int) -> None:
        inspect(page, turn)
        button(page, "只导入其余 2 行")
        page.wait_for_url("**/district/lists/rows*")

    tour.walk("district-inspection", inspect, state)
    tour.walk("district-rows", take_in, state)


def pages_of_other_desks(tour: Tour) -> None:
    """Amounts, seals, figures, the trail."""
    with create_app({"INSTANCE": str(tour.place.instance)}).app_context():
        workers.count_figures()
    for login, pages in OTHER_DESKS.items():
        tour.visit(pages, tour.at_the_desk(login))


def pages_of_an_operator(tour: Tour) -> None:
    """Machines, their paper and blanks, and a print that is out."""
    printed(tour.place, sealed(tour.place.url, "跳蹬河路"))
    state = tour.at_the_desk("operator")
    with tour.open(state=state) as page:
        stock_blanks(page)
        page.goto(OPERATOR["ledger"])
        print_ = page.locator('a[href*="/district/prints/"]').first.get_attribute("href")
    tour.visit(OPERATOR | {"print": str(print_)}, state)


PARTS = (
    pages_for_anyone,
    pages_of_a_citizen,
    pages_at_the_machine,
    pages_of_a_visit,
    pages_of_a_callers_case,
    pages_of_an_officer,
    pages_of_voices,
    pages_of_an_editor,
    pages_of_an_operator,
    pages_of_other_desks,
)


def _sign_in_online(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label(ZHANG["name"]).check()
    page.locator("main button").click()
    page.wait_for_url("**/my")


def _prove_at_the_machine(page: Page) -> None:
    become_the_screen(page)
    link(page, "打印我的证照")
    lay_card_and_prove(page, ZHANG["name"])
    page.wait_for_url("**/touch/licences")


def _draft(tour: Tour, state: Any, prefix: str, name: str) -> dict[str, str]:
    """Begin an application; its pages."""
    with tour.open(state=state) as page:
        page.goto(f"{prefix}/items/37/apply")
        page.locator("main form button").click()
        page.wait_for_url("**/questions/1")
        draft = urlsplit(page.url).path.partition("/questions/")[0]
    return {f"{name}-draft-{step.replace('/', '-')}": f"{draft}/{step}" for step in STEPS}
