"""The database engine of the running application, and the migration commands."""

from __future__ import annotations

import math
import sqlite3
import time
from typing import Any

from flask import Flask, current_app
from flask_migrate import Migrate
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from kiosk.config import ROOT
from services_catalog.orm import Base

WRITES = "kiosk_writes"
RESTS_SINCE = "rests-since"
TRUSTED_S = 1.0


class Database:
    """Holds the engine and the metadata, as Flask-Migrate asks for them."""

    metadata = Base.metadata

    def init_app(self, app: Flask) -> None:
        app.extensions["database"] = make_engine(app.config["DATABASE_URL"])

    @property
    def engine(self) -> Engine:
        engine: Engine = current_app.extensions["database"]
        return engine


def make_engine(url: str) -> Engine:
    """Open the database; SQLite gets write-ahead logging, full synchronisation and foreign keys.

    Errors do not repeat the values of a statement: they may be people's data, and errors are logged.
    """
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_size=4, max_overflow=8, hide_parameters=True)
        _ask_rested_connections(engine)
        return engine
    waiting = {"timeout": 30, "check_same_thread": False}
    engine = create_engine(url, connect_args=waiting, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ask_rested_connections(engine: Engine) -> None:
    """Ask a connection that lay idle whether it still stands, so that a restart of the server is nobody's error.

    The pool's own check asks each time, which takes a tenth of a short request.
    """

    def note_rest(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[RESTS_SINCE] = time.monotonic()

    def ask(connection: Any, entry: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - entry.info.get(RESTS_SINCE, math.inf) < TRUSTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # The pool opens another one.

    event.listen(engine, "checkin", note_rest)
    event.listen(engine, "checkout", ask)


def _prepare_sqlite(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # The driver must not begin on its own; `_begin_sqlite` does.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A unit of work takes the write lock at once, so that it never fails half-way on a busy database."""
    writes: Any = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


database = Database()
migrate = Migrate(directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
