"""The one place that commits. A command opens one unit of work; nothing below it commits or rolls back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kiosk.errors import StaleVersion
from kiosk.extensions import WRITES, database

_open: ContextVar[bool] = ContextVar("unit_of_work_open", default=False)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: commits when the block ends, rolls back when it raises.

    Raises StaleVersion if somebody else changed a versioned row first, RuntimeError if units are nested.
    """
    if _open.get():
        raise RuntimeError("a unit of work is open already; pass its session on instead")
    token = _open.set(True)
    session = Session(database.engine.execution_options(**{WRITES: True}), expire_on_commit=False)
    try:
        yield session
        session.commit()
    except StaleDataError as error:
        session.rollback()
        raise StaleVersion("该记录刚被他人修改，请刷新后再试") from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _open.reset(token)


@contextmanager
def reading() -> Iterator[Session]:
    """A session for queries; whatever it changed is thrown away."""
    session = Session(database.engine, expire_on_commit=False)
    try:
        yield session
    finally:
        session.close()
