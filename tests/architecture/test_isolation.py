"""The tests stay on this machine, apart from each other, and take warnings seriously."""

from __future__ import annotations

import os
import socket
import warnings
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, text

from tests.support import network
from tests.support.run_folder import MakingFailed, made_once


@pytest.mark.parametrize(
    "address", [("192.0.2.1", 443), ("2001:db8::1", 443), ("example.org", 443)]
)
def test_connections_beyond_loopback_are_refused_and_remembered(address: tuple[str, int]) -> None:
    with pytest.raises(network.NetworkRefused):
        socket.create_connection(address, timeout=1)
    assert len(network.attempts) == 1
    network.attempts.clear()


def test_datagrams_beyond_loopback_are_refused() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(network.NetworkRefused),
    ):
        sender.sendto(b"hello", ("192.0.2.1", 53))
    network.attempts.clear()


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as caller,
    ):
        assert caller.getpeername() == listener.getsockname()


def test_warnings_are_errors() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("something is off", stacklevel=1)


def test_settings_of_the_caller_stay_outside() -> None:
    assert [name for name in os.environ if name.startswith("KIOSK_")] == []


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_with_an_empty_database(database_url: str, turn: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE left_behind (turn INTEGER)"))
        connection.execute(text("INSERT INTO left_behind VALUES (:turn)"), {"turn": turn})
    engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_with_settings_and_ports_as_new(app: Flask, turn: int) -> None:
    assert (app.config["DRAFT_DAYS"], app.config.get("LEFT_BEHIND")) == (30, None)
    assert "left-behind" not in app.extensions
    app.config.update(DRAFT_DAYS=turn, LEFT_BEHIND=turn)
    app.extensions["left-behind"] = turn


@pytest.mark.both_databases
def test_the_database_is_the_one_that_was_asked_for(database_url: str, database_kind: str) -> None:
    assert create_engine(database_url).dialect.name == database_kind


def test_dear_things_are_made_once(tmp_path: Path) -> None:
    made: list[Path] = []
    for _ in range(2):
        made_once(tmp_path, "thing", made.append)
    assert made == [tmp_path / "thing"]


def test_a_failed_making_is_not_tried_again(tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise ValueError("no such luck")

    with pytest.raises(ValueError, match="luck"):
        made_once(tmp_path, "thing", fail)
    with pytest.raises(MakingFailed, match="luck"):
        made_once(tmp_path, "thing", fail)
