"""Connections that lie in the pool while the database goes away and comes back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from kiosk import extensions
from kiosk.uow import reading, unit_of_work


@pytest.mark.on_postgresql
def test_a_connection_that_broke_while_it_lay_idle_is_nobodys_error(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "TRUSTED_S", 0.0)
    with app.app_context():
        first = _backend()
        _break(first)
        assert _backend() != first
        with unit_of_work() as session:
            assert session.scalar(text("SELECT 1")) == 1


@pytest.mark.on_postgresql
def test_a_connection_used_a_moment_ago_is_not_asked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        _backend()
        asked: list[object] = []
        monkeypatch.setattr(extensions.database.engine.dialect, "do_ping", asked.append)
        _backend()
        assert asked == []
        monkeypatch.setattr(extensions, "TRUSTED_S", 0.0)
        _backend()
        assert len(asked) == 1


def _backend() -> int:
    """The server's process behind the connection that the pool gives out."""
    with reading() as session:
        return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


def _break(backend: int) -> None:
    other = extensions.make_engine(str(extensions.database.engine.url.render_as_string(False)))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
    other.dispose()
