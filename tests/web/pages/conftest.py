"""People in front of pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.demo import PASSWORD
from tests.machines.terminal import Terminal
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.walks import Kiosk, apply_for_branch, decide


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """A browser that nobody has signed in with."""
    return Visitor(app.test_client())


@pytest.fixture
def citizen(app: Flask) -> Callable[[str], Visitor]:
    """Ask for ``citizen("zhang")``: a browser signed in through the page of the identity platform."""

    def sign_in(person: str) -> Visitor:
        return Visitor(app.test_client()).open("/sign-in").press("登录", person=person)

    return sign_in


@pytest.fixture
def staff(app: Flask) -> Callable[[str], Visitor]:
    """Ask for ``staff("officer.wuhou")``: a browser signed in at the desk."""

    def sign_in(login: str) -> Visitor:
        desk = Visitor(app.test_client()).open("/window")
        return desk.press("登录", login=login, password=PASSWORD)

    return sign_in


@pytest.fixture
def kiosk(app: Flask, clock: StandingClock) -> Kiosk:
    """A machine whose agent has just opened the screen with the one-time address."""
    terminal = Terminal(app, clock).enrolled()
    opened = terminal.open_session()
    screen = Visitor(app.test_client()).open(opened.url.partition("localhost")[2])
    return Kiosk(terminal, screen, opened)


@pytest.fixture
def granted(app: Flask, citizen: Callable[[str], Visitor], staff: Callable[[str], Visitor]) -> str:
    """A branch licence that waits to be printed; its case."""
    number = apply_for_branch(citizen("ouyang"))
    decide(app, staff("officer.wuhou"), number)
    return number
