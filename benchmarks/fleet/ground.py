"""The server's side of the fleet benchmark: machines, people and licences in PostgreSQL, gunicorn and a worker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kiosk.app import create_app
from kiosk.casework.models import Case
from kiosk.identity.commands import meet_person, set_pin
from kiosk.identity.models import Person
from kiosk.identity.provider import Identity
from kiosk.licences.models import Licence, LicenceCopy, LicenceRelease, SealedDocument
from kiosk.licences.sealing import seal_document
from kiosk.machines.models import Machine
from kiosk.uow import unit_of_work
from services_catalog.orm import Base
from tests.support.clocks import StandingClock
from tests.support.databases import POSTGRESQL, Databases, close_run, open_run
from tests.support.instances import Prepared, prepared_instance
from tests.support.sample_cases import granted

ROOT = Path(__file__).resolve().parents[2]
PIN = "246810"
SECRETS = ("INSTANCE", "DATABASE_URL", "SECRET_KEY", "DATA_KEY", "SEAL_PASSWORD")
START_S = 180.0
Row = dict[str, Any]


@dataclass
class Ground:
    """A prepared instance with its fleet. ``log`` holds one JSON line for each request that was served."""

    prepared: Prepared
    app: Flask
    folder: Path
    port: int

    @property
    def log(self) -> Path:
        return self.folder / "server.log"


@contextmanager
def ground() -> Iterator[Ground]:
    """An instance on a PostgreSQL that writes through to the disk, thrown away afterwards."""
    os.environ["TEST_POSTGRES_LASTING"] = "yes"
    with tempfile.TemporaryDirectory(prefix="kiosk-fleet-") as name:
        folder = Path(name)
        run = folder / "run"
        run.mkdir()
        open_run(run, os.getpid())
        try:
            with prepared_instance(Databases(run), POSTGRESQL, folder / "instance") as prepared:
                app = create_app(prepared.settings())
                yield Ground(prepared, app, folder, _free_port())
                app.extensions["database"].dispose()
        finally:
            close_run(run)


def enter_fleet(ground: Ground, machines: int, public_key: bytes) -> None:
    """Enter enrolled machines. One key serves them all: to check a signature costs the same whosever key it is."""
    now = datetime.now(UTC)
    rows = [
        {
            "number": machine_number(row),
            "name": f"自助终端 {row}",
            "division_code": "500106",
            "place": "测试大厅",
            "public_key": public_key,
            "created_at": now,
            "enrolled_at": now,
        }
        for row in range(machines)
    ]
    with ground.app.app_context(), unit_of_work() as session:
        session.execute(insert(Machine), rows)


def machine_number(row: int) -> str:
    """How the machine of that row is called."""
    return f"F-{row:05d}"


def enter_holders(ground: Ground, holders: int, licences: int) -> list[Row]:
    """People with a PIN, each with so many licences to print: one is really granted and sealed, the others are copies.

    Answers for each person the card and the identifiers.
    """
    with ground.app.app_context():
        now = datetime.now(UTC)
        number, paper, _ = granted(StandingClock(now))
        seal_document(paper, now=now)
        with unit_of_work() as session:
            model = _Model.of(session, number)
            return [_enter_holder(session, model, row, licences) for row in range(holders)]


@contextmanager
def serving(ground: Ground) -> Iterator[list[int]]:
    """gunicorn and the worker; answers the process numbers of both."""
    settings = ground.prepared.settings()
    environment = {**os.environ, **{f"KIOSK_{name}": settings[name] for name in SECRETS}}
    environment |= {"KIOSK_PORT": str(ground.port), "FLASK_APP": "wsgi:app"}
    environment.pop("WEB_CONCURRENCY", None)
    gunicorn = ["gunicorn", "-c", str(ROOT / "deploy" / "gunicorn_settings.py")]
    with ground.log.open("ab") as log:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            for words in (gunicorn, ["flask", "worker"])
        ]
    try:
        _wait_for(ground.port)
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def server_times(log: Path, offset: int) -> list[Row]:
    """What the server wrote down about its requests since that place in the log."""
    with log.open("rb") as stream:
        stream.seek(offset)
        lines = [line for line in stream if line.startswith(b"{")]
    return [row for row in map(json.loads, lines) if row.get("message") == "request"]


@dataclass
class _Model:
    """The rows of one granted case, to be copied."""

    rows: dict[type[Base], Row]

    @classmethod
    def of(cls, session: Session, case_number: str) -> _Model:
        licence = session.scalars(select(Licence).where(Licence.case_number == case_number)).one()
        copy = session.scalars(select(LicenceCopy).where(LicenceCopy.licence_id == licence.id))
        first = copy.first()
        assert first is not None
        document = session.get_one(SealedDocument, first.document_id)
        case = session.scalars(select(Case).where(Case.number == case_number)).one()
        found: list[Base] = [case, licence, document, first]
        return cls({type(row): _columns(row) for row in found})

    def copy(self, session: Session, kind: type[Base], **changes: Any) -> int:
        """Enter the row once more, with changes; its id."""
        row = {name: value for name, value in self.rows[kind].items() if name != "id"}
        answer = session.execute(insert(kind).values(**row | changes).returning(kind.id))  # type: ignore[attr-defined]
        return int(answer.scalar_one())


def _columns(row: Base) -> Row:
    return {name: getattr(row, name) for name in row.__mapper__.column_attrs.keys()}  # noqa: SIM118


def _card(row: int) -> Identity:
    """An invented passport: any number will do."""
    return Identity(f"样例{row}", "414", f"E{row:08d}")


def _enter_holder(session: Session, model: _Model, row: int, licences: int) -> Row:
    person: Person = meet_person(session, _card(row), datetime.now(UTC))
    set_pin(session, person, PIN)
    identifiers = []
    for turn in range(licences):
        case, identifier = f"B{row}-{turn}", f"1.2.156.3005.2.{row}.{turn}"
        model.copy(session, Case, number=case)
        licence = model.copy(session, Licence, identifier=identifier, case_number=case)
        document = model.copy(session, SealedDocument, number=case, case_number=case)
        model.copy(session, LicenceCopy, licence_id=licence, document_id=document)
        release = LicenceRelease(
            licence_id=licence, person_digest=person.document_digest, capacity="holder"
        )
        session.add(release)
        identifiers.append(identifier)
    label = model.rows[LicenceCopy]["label"]
    card = _card(row)
    return {
        "name": card.name,
        "type": card.document_type,
        "number": card.document_number,
        "licences": identifiers,
        "label": label,
        "pin": PIN,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    """Raises TimeoutError if the server does not answer."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")
