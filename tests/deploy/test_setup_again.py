"""`flask setup` a second time follows a changed address or database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.support.databases import Databases, sqlite_url
from tests.support.instances import Prepared, set_up


def agent_of(instance: Path) -> dict[str, Any]:
    return tomllib.loads((instance / "machine" / "agent.toml").read_text(encoding="utf-8"))


def test_the_agent_follows_the_port_and_stays_enrolled(tmp_path: Path) -> None:
    prepared = Prepared(tmp_path, sqlite_url(tmp_path))
    set_up(prepared, PORT=8081)
    first = agent_of(tmp_path)
    set_up(prepared, PORT=8082)
    assert first["server"] == "http://127.0.0.1:8081"
    assert agent_of(tmp_path) == {**first, "server": "http://127.0.0.1:8082"}


def test_another_database_enrols_the_machine_anew(databases: Databases, tmp_path: Path) -> None:
    set_up(Prepared(tmp_path, sqlite_url(tmp_path)))
    first = agent_of(tmp_path)
    (tmp_path / "machine" / "state").mkdir()
    with databases.copy_of("template0") as url:
        set_up(Prepared(tmp_path, url))
    assert agent_of(tmp_path)["enrolment_code"] != first["enrolment_code"]
    assert not (tmp_path / "machine" / "state").exists(), "the agent would keep the other's key"
