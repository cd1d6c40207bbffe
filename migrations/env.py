"""How migrations run: on the application's own engine, in one transaction, one process at a time."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeDecorator

from kiosk.extensions import WRITES, database

LOCK_NUMBER = 73_010_311  # Any number that nothing else in the database locks.


def render_plain_type(kind: str, value: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration must outlive the code of its day."""
    if kind == "type" and isinstance(value, TypeDecorator):
        return f"sa.{value.impl_instance!r}"
    return False


def migrate_online() -> None:
    """Run in the database of the running application; a second process waits until the first is done."""
    engine = database.engine.execution_options(**{WRITES: True})
    with engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            _enforce_foreign_keys(connection, "OFF")  # Rebuilding a table drops it for a moment.
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render_plain_type,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK_NUMBER})
            context.run_migrations()
        if on_sqlite:
            _enforce_foreign_keys(connection, "ON")


def migrate_offline() -> None:
    """Write the SQL instead of running it: ``flask db upgrade --sql``."""
    context.configure(
        dialect_name=database.engine.dialect.name,
        target_metadata=database.metadata,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _enforce_foreign_keys(connection: Connection, state: str) -> None:
    """SQLite heeds this outside transactions only, hence the driver's own connection."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={state}")


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
