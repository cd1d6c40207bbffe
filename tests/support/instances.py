"""Instances of the service: set up once per run by ``flask setup`` itself, then copied for each test."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from werkzeug.security import generate_password_hash

from kiosk.app import create_app
from kiosk.identity import commands
from tests.support.clocks import MONDAY_MORNING
from tests.support.databases import POSTGRESQL, SQLITE, Databases, sqlite_url

TEMPLATE = "kiosk_template"
SETUP_MOMENT = MONDAY_MORNING.replace(hour=8).isoformat()
hash_at_once = partial(generate_password_hash, method="scrypt:256:8:1")
"""Passwords and PINs of the demo, hashed the usual way but quick to check: tests sign in thousands of times."""
DATA_KEY = base64.urlsafe_b64encode(b"tests-data-key-1").decode()


class SetupFailed(RuntimeError):
    """``flask setup`` did not succeed; the text is what it said."""


@dataclass(frozen=True)
class Prepared:
    """An instance folder and a database that one test may do anything to."""

    instance: Path
    database_url: str

    def settings(self, **more: Any) -> dict[str, Any]:
        """Settings for ``create_app`` that use this instance."""
        return {
            "TESTING": True,
            "INSTANCE": str(self.instance),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "tests-secret-key",
            "DATA_KEY": DATA_KEY,
            "SEAL_PASSWORD": "tests-seal-password",
            **more,
        }

    def environment(self) -> dict[str, str]:
        """The same for a process of its own."""
        settings = self.settings()
        del settings["TESTING"]
        return {f"KIOSK_{name}": value for name, value in settings.items()}


@contextmanager
def prepared_instance(databases: Databases, kind: str, instance: Path) -> Iterator[Prepared]:
    """A fresh copy of the set-up instance, in ``instance``, on SQLite or PostgreSQL."""
    if kind == SQLITE:
        template = databases.made_once(SQLITE, _set_up_sqlite)
        shutil.copytree(template, instance)
        yield Prepared(instance, sqlite_url(instance))
        return
    template = databases.made_once(POSTGRESQL, lambda path: _set_up_postgresql(databases, path))
    shutil.copytree(template, instance)
    with databases.copy_of(TEMPLATE) as url:
        yield Prepared(instance, url)


def set_up(prepared: Prepared, **settings: Any) -> None:
    """Migrate, load the catalogue and enter the demo data, as an operator would. Raises SetupFailed."""
    app = create_app(prepared.settings(NOW=SETUP_MOMENT, **settings))
    with patch.object(commands, "generate_password_hash", hash_at_once):
        outcome = app.test_cli_runner().invoke(args=["setup"])
    app.extensions["database"].dispose()
    if outcome.exit_code:
        raise SetupFailed(outcome.output) from outcome.exception


def _set_up_sqlite(instance: Path) -> None:
    set_up(Prepared(instance, sqlite_url(instance)))


def _set_up_postgresql(databases: Databases, instance: Path) -> None:
    server = databases.server()
    server.execute(f"CREATE DATABASE {TEMPLATE}")
    set_up(Prepared(instance, server.url(TEMPLATE)))
