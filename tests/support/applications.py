"""Fixtures of the whole application. A folder's conftest imports those that its tests use.

None keeps an application context open: a client would share ``g`` and the session with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import create_app
from kiosk.demo import PASSWORD
from tests.support.clocks import StandingClock
from tests.support.databases import Databases
from tests.support.instances import Prepared, prepared_instance


@pytest.fixture
def prepared(databases: Databases, database_kind: str, tmp_path: Path) -> Iterator[Prepared]:
    """An instance as ``flask setup`` leaves it, for this test alone."""
    with prepared_instance(databases, database_kind, tmp_path / "instance") as prepared:
        yield prepared


@pytest.fixture
def clock() -> StandingClock:
    """The clock of ``app``: it stands at an ordinary Monday, 09:00, until the test moves it."""
    return StandingClock()


@pytest.fixture
def app(prepared: Prepared, clock: StandingClock) -> Iterator[Flask]:
    """The application on a set-up instance, with a clock that stands."""
    app = create_app(prepared.settings())
    app.extensions["clock"] = clock
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or program without a session."""
    return app.test_client()


@pytest.fixture
def client_for(app: Flask) -> Callable[[str], FlaskClient]:
    """Ask for ``client_for("officer.wuhou")``: a client signed in, over HTTP, as that demo login.

    Staff sign in with their password, the invented people (``zhang``, ``li``, ``ouyang``) online.
    """

    def sign_in(login: str) -> FlaskClient:
        client = app.test_client()
        if "." in login or login == "operator":
            answer = client.post(
                "/api/v1/sessions/staff", json={"login": login, "password": PASSWORD}
            )
        else:
            ticket = app.extensions["identity_provider"].issue_ticket(login)
            answer = client.post("/api/v1/sessions/online", json={"ticket": ticket})
        assert answer.status_code == 201, answer.text
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['token']}"
        return client

    return sign_in
