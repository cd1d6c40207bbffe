"""Throw-away databases of a test run, on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgres
from tests.support.run_folder import made_once

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE_NAME = "kiosk.sqlite3"


class Databases:
    """Hands out databases; the PostgreSQL server of the run starts when one is first asked for."""

    def __init__(self, run_folder: Path) -> None:
        self._run_folder = run_folder

    @contextmanager
    def empty(self, kind: str, folder: Path) -> Iterator[str]:
        """The address of an empty database for one test; the file of SQLite lies in ``folder``."""
        if kind == SQLITE:
            yield sqlite_url(folder)
        else:
            with self.copy_of("template0") as url:
                yield url

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """The address of a copy of a PostgreSQL database, dropped afterwards."""
        server = self.server()
        name = f"test_{secrets.token_hex(8)}"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield server.url(name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def made_once(self, name: str, make: Callable[[Path], None]) -> Path:
        """A file or folder that this run makes once; see ``run_folder.made_once``."""
        return made_once(self._run_folder, name, make)

    def server(self) -> postgres.Server:
        """The PostgreSQL server of this run."""
        owner = int((self._run_folder / "owner").read_text())
        note = self.made_once("postgres.json", lambda path: postgres.start_server(owner, path))
        return postgres.read_note(note)


def open_run(folder: Path, owner: int) -> None:
    """Mark ``folder`` as the one of a run that lives as long as the process ``owner``."""
    (folder / "owner").write_text(str(owner))


def close_run(folder: Path) -> None:
    """Stop what the run started."""
    note = folder / "postgres.json"
    if note.exists():
        postgres.stop_server(postgres.read_note(note))


def sqlite_url(folder: Path) -> str:
    """The address of the database file in ``folder``."""
    return f"sqlite:///{folder / FILE_NAME}"
