"""Keeps a picture of every page at three sizes in ``instance/screens/``, for looking at: ``make screens``.

Pages of a person or a case are those of the demo's stories, walked just before. Ends with the number of pictures, and
with exit status 1 if a page answered with an error or sticks out sideways.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy import demo
from deploy.services import place_from, running_services
from tests.browser.clicks import (
    LI,
    OUYANG,
    become_the_screen,
    begin_visit,
    button,
    lay_card_and_prove,
    link,
    receive_branch,
    sign_in_at_the_desk,
)
from tests.browser.filing import filed, under_review

SIZES = {"phone": (390, 844), "desk": (1366, 900), "screen": (1080, 1920)}
ANYONE = {
    "home": "/",
    "items": "/items?q=社保",
    "nothing-found": "/items?q=火星移民",
    "guide": "/items/37",
    "guide-cancelled": "/items/185",
    "sign-in": "/sign-in",
    "status": "/status",
    "verify": "/verify",
    "api": "/api/v1/docs",
    "desk-sign-in": "/window",
    "touch-home": "/touch",
    "touch-items": "/touch/items",
    "touch-guide": "/touch/items/37",
    "touch-card": "/touch/card",
    "touch-status": "/touch/status",
    "not-found": "/nothing-here",
}
CITIZEN = {
    "my": "/my",
    "my-apply": "/items/37/apply",
    "my-questions": "/my/questions",
    "my-authorities": "/my/authorities",
    "my-messages": "/my/messages",
}
STEPS = ("questions/1", "questions/3", "papers", "papers/1", "delivery", "check", "saved")
CLERK = {
    "window": "/window",
    "window-items": "/window/items?q=yyzz",
    "window-apply": "/window/items/37/apply",
    "window-drafts": "/window/drafts",
    "window-handovers": "/window/handovers",
    "window-callers": "/window/callers",
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
    "queue-search": "/district/search",
    "voices": "/district/voices",
    "quota-form": "/district/quotas/new",
}
EDITOR = {
    "district-items": "/district/items?q=开分公司",
    "district-item": "/district/items/37",
    "district-draft": "/district/items/37/draft",
    "district-lists": "/district/lists",
    "district-divergences": "/district/items/divergences",
    "district-offering": "/district/items/37/offering",
    "district-registering": "/district/items/new",
    "district-aliases": "/district/items/37/aliases",
    "district-rules": "/district/rules?q=37&district=510107",
    "district-rule": "/district/rules/published/pair-shapingba-wuhou",
    "district-rule-form": "/district/rules/new?kind=succession",
    "district-rule-proof": "/district/rules/proof",
    "district-layouts": "/district/layouts",
    "district-layout": "/district/layouts/business-licence-branch.1",
}
OPERATOR = {"district-machines": "/district/machines", "district-paper": "/district/paper"}
HOLDER = {"touch-licences": "/touch/licences", "touch-cases": "/touch/cases"}
ENGLISH = {
    "touch-home", "touch-items", "touch-guide", "touch-card", "touch-status",
    "home", "items", "guide", "status", "verify",
}  # fmt: skip
EXPECTED_ERRORS = {"not-found"}


@dataclass
class Album:
    """Takes the pictures and remembers what was wrong."""

    folder: Path
    browser: Browser
    url: str
    taken: int = 0

    def __post_init__(self) -> None:
        self.faults: list[str] = []

    def open(self, size: str, state: Any = None) -> BrowserContext:
        """A browser window of that size, signed in as ``state`` says."""
        width, height = SIZES[size]
        return self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            storage_state=state,
        )

    def keep(self, pages: dict[str, str], state: Any = None) -> None:
        """A picture of each of the pages at each size."""
        for size in SIZES:
            context = self.open(size, state)
            page = context.new_page()
            for name, address in pages.items():
                self._keep_one(page, size, name, address)
            context.close()

    def _keep_one(self, page: Page, size: str, name: str, address: str) -> None:
        answer = page.goto(address)
        if name not in EXPECTED_ERRORS and (answer is None or answer.status >= 400):
            self.faults.append(f"{address}: {answer.status if answer else 'no answer'}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{address}: wider than {size}")
        target = self.folder / size / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target, full_page=True)
        self.taken += 1


def signed_in(album: Album, sign_in: Callable[[Page], None]) -> Any:
    """Cookies of a person after ``sign_in``, and a page to read addresses from."""
    context = album.open("desk")
    page = context.new_page()
    page.goto("/")
    sign_in(page)
    state = context.storage_state()
    context.close()
    return state


def sign_in_citizen(page: Page) -> None:
    """As the person who has filed a case in the stories."""
    page.goto("/sign-in")
    page.get_by_label(OUYANG["name"]).check()
    page.locator("main button").click()
    page.wait_for_url("**/my")


def in_english(album: Album, pages: dict[str, str], state: Any = None) -> None:
    """The same pages as a visitor sees them who asked for English."""
    wish = {"name": "kiosk_view", "value": "english", "url": album.url}
    held = dict(state or {})
    album.keep(
        {f"english-{name}": address for name, address in pages.items()},
        held | {"cookies": [*held.get("cookies", []), wish]},
    )


def first_case(album: Album, state: Any, list_page: str, prefix: str) -> str | None:
    """The address of the first case on a list, or None."""
    context = album.open("desk", state)
    page = context.new_page()
    page.goto(list_page)
    found = page.locator(f'main a[href^="{prefix}"]')
    address = found.first.get_attribute("href") if found.count() else None
    context.close()
    return address


def keep_visit(album: Album) -> None:
    """A visit at a window: one case received, one begun and shown on the second screen."""
    state = signed_in(album, partial(sign_in_at_the_desk, login="clerk.shapingba"))
    context = album.open("desk", state)
    page = context.new_page()
    receipt = receive_branch(page, LI)
    begin_visit(page, LI)
    draft = page.url
    with page.expect_popup() as opened:
        button(page, "给申请人看")
    opened.value.wait_for_url("**/mirror")
    state = context.storage_state()
    context.close()
    pages = {name: draft + part for name, part in VISIT.items()}
    pages |= {"window-receipt": receipt, "window-legs": receipt.replace("receipt", "legs")}
    album.keep(pages | {"window-mirror": "/mirror"}, state)


def keep_all(album: Album) -> None:
    """Every page, person by person."""
    album.keep(ANYONE)
    in_english(album, {name: ANYONE[name] for name in ANYONE if name in ENGLISH})
    keep_visit(album)
    for sign_in, pages, list_page, prefix, name in (
        (sign_in_citizen, CITIZEN, "/my", "/my/", "my-case"),
        (
            lambda page: sign_in_at_the_desk(page, "clerk.liangjiang"),
            CLERK,
            "/window",
            "/window/cases/",
            "window-case",
        ),
        (
            lambda page: sign_in_at_the_desk(page, "officer.wuhou"),
            OFFICER,
            "/district/queue?tab=decided",
            "/district/cases/",
            "queue-case",
        ),
    ):
        state = signed_in(album, sign_in)
        case = first_case(album, state, list_page, prefix)
        album.keep(pages | ({name: case} if case else {}), state)
        if name == "my-case":
            asked = {f"my-{page}": f"{case}/{page}" for page in ("receipt", "ask")}
            rated = {"my-rating": f"{case}/rate/handling?level=4"}
            album.keep(asked | rated if case else {}, state)
            album.keep(_pages_of_a_draft(album, state, "", "my"), state)
    keep_officers_cases(album)
    for login, pages in (("editor.wuhou", EDITOR), ("operator", OPERATOR)):
        album.keep(pages, signed_in(album, partial(sign_in_at_the_desk, login=login)))
    holder = signed_in(album, _prove_at_the_machine)
    pages = HOLDER | _pages_of_a_draft(album, holder, "/touch", "touch")
    album.keep(pages, holder)
    in_english(album, pages, holder)


def _pages_of_a_draft(album: Album, state: Any, prefix: str, name: str) -> dict[str, str]:
    """Begin an application; its pages."""
    context = album.open("desk", state)
    page = context.new_page()
    page.goto(f"{prefix}/items/37/apply")
    page.locator("main form button").click()
    page.wait_for_url("**/questions/1")
    draft = urlsplit(page.url).path.partition("/questions/")[0]
    context.close()
    return {f"{name}-draft-{step.replace('/', '-')}": f"{draft}/{step}" for step in STEPS}


def keep_officers_cases(album: Album) -> None:
    """A case that waits for its answer and one under review, with every page behind them."""
    waiting, reviewed = filed(album.url), under_review(album.url)
    addresses = {"case-waiting": waiting, "case-correction": f"{waiting}/correction"}
    addresses |= {"case-review": reviewed, "case-procedures": f"{reviewed}/procedures"}
    addresses |= {"case-fees": f"{reviewed}/fees"}
    pages = {name: f"/district/cases/{part}" for name, part in addresses.items()}
    album.keep(pages, signed_in(album, partial(sign_in_at_the_desk, login="officer.wuhou")))


def _prove_at_the_machine(page: Page) -> None:
    become_the_screen(page)
    link(page, "打印我的证照")
    lay_card_and_prove(page, LI["name"])
    page.wait_for_url("**/touch/licences")


def main() -> int:
    """Take the pictures on the instance of ``make run``, whose service may be running already."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("no chromium found (Debian: apt install chromium fonts-noto-cjk)\n")
        return 2
    place = place_from(os.environ)
    folder = place.instance / "screens"
    shutil.rmtree(folder, ignore_errors=True)
    with running_services(place.instance, place.port) as url, sync_playwright() as playwright:
        walk = demo.Walk()
        demo.story_of_the_window(walk, demo.Client(url), place.instance)
        demo.story_of_the_machine(walk, demo.Client(url), place.instance)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        album = Album(folder, browser, url)
        keep_all(album)
        browser.close()
    for fault in album.faults:
        print(fault)
    print(f"{album.taken} pictures in {folder}, {len(album.faults)} faults")
    return 1 if album.faults else 0


if __name__ == "__main__":
    sys.exit(main())
