"""Fixtures of the whole application. A folder's conftest imports those that its tests use.

None keeps an application context open: a client would share ``g`` and the session with it.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import create_app, open_instance
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
    app = reopened(prepared.settings())
    app.extensions["clock"] = clock
    yield app
    app.extensions["database"].dispose()


def reopened(settings: dict[str, Any]) -> Flask:
    """This process's one application, as new on an instance; to build its routes takes longer than most tests."""
    app, config, extensions = _built()
    app.config.clear()
    app.config.update(config)
    app.extensions.clear()
    app.extensions.update(extensions)
    open_instance(app, settings)
    return app


@cache
def _built() -> tuple[Flask, dict[str, Any], dict[str, Any]]:
    """The application on an instance that nobody uses, with its settings and ports as they were before any test."""
    folder = tempfile.mkdtemp(prefix="kiosk-routes-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = create_app({"TESTING": True, "INSTANCE": folder})
    app.extensions.pop("database").dispose()
    return app, dict(app.config), dict(app.extensions)


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
