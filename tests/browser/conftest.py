"""A real Chromium in front of a really running service: web server, worker and printing agent.

They run by ``make browser`` and at the end of ``make test``, in one process: they share one running service.

Without a Chromium these tests are left out and say so; where ``CI`` is set they fail instead.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.services import Place, running_services
from tests.support.applications import app, clock, prepared
from tests.support.sample_files import pdf

__all__ = ["app", "clock", "prepared"]  # The fixtures of the application, without its services.
collect_ignore_glob = [] if os.environ.get("BROWSER_TESTS") else ["test_*.py"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {
    "phone": (390, 844),
    "desk": (1366, 900),
    "screen": (1080, 1920),
}
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)  # A busy machine is no fault of the page.


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program; without it there is nothing to drive."""
    if CHROMIUM is not None:
        return CHROMIUM
    words = "no chromium found (Debian: apt install chromium fonts-noto-cjk)"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def service(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The service as ``make run`` starts it, on a fresh instance."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    place = Place(tmp_path_factory.mktemp("browser") / "instance", port)
    with running_services(place.instance, place.port):
        yield place


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A paper of one page, as a person holds it ready on a phone."""
    path = tmp_path_factory.mktemp("papers") / "paper.pdf"
    path.write_bytes(pdf())
    return str(path)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests; every page gets a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page_of(browser: Browser, service: Place) -> Iterator[Callable[..., Page]]:
    """Ask for ``page_of("phone")``: a page of that size at the service's home.

    A script error, or a breach of the content policy, fails the test at its end.
    """
    contexts, complaints = [], []

    def open_page(size: str, *, scripts_may_be_added: bool = False) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=service.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            bypass_csp=scripts_may_be_added,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if _is_breach(said.text) else None
        )
        page.goto("/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _is_breach(words: str) -> bool:
    return "Content Security Policy" in words
