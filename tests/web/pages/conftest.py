"""People in front of pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.demo import PASSWORD
from tests.support.browsing import Visitor


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
