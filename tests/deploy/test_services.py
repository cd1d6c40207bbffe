"""What `make run` says before and around serving."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services import (
    Place,
    PortTaken,
    ServicesFailed,
    announcement,
    answers,
    find_agent,
    main,
    place_from,
    require_free_port,
)

LOGIN = {
    "role": "clerk",
    "login": "clerk-1",
    "password": "demo-password",
    "name": "王芳",
    "place": "沙坪坝区政务服务中心",
    "url": "/window",
}


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_taken_port_is_named_with_a_way_out(taken_port: int, tmp_path: Path) -> None:
    with pytest.raises(PortTaken, match=rf"端口 {taken_port} .*KIOSK_PORT"):
        require_free_port(Place(tmp_path, taken_port))


def test_taken_port_ends_the_command_before_anything_is_set_up(
    taken_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KIOSK_PORT", str(taken_port))
    monkeypatch.setenv("KIOSK_INSTANCE", str(tmp_path / "instance"))
    assert main(["run"]) == 1
    assert str(taken_port) in capsys.readouterr().err
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80 80"])
def test_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ServicesFailed, match="KIOSK_PORT"):
        place_from({"KIOSK_PORT": text})


def test_nothing_set_means_the_instance_folder_and_port_8080() -> None:
    place = place_from({})
    assert (place.instance.name, place.url) == ("instance", "http://127.0.0.1:8080")


def test_agent_runs_only_where_a_machine_is_enrolled(tmp_path: Path) -> None:
    place = Place(tmp_path, 8080)
    assert find_agent(place) is None
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine" / "agent.toml").touch()
    agent = find_agent(place)
    assert agent is not None
    assert agent.command[-1] == str(tmp_path / "machine" / "agent.toml")


def test_announcement_names_address_and_logins(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "logins.json").write_text(json.dumps([LOGIN]), encoding="utf-8")
    said = "\n".join(announcement(Place(tmp_path, 9000)))
    for fact in ("http://127.0.0.1:9000/", "clerk-1", "demo-password", "王芳"):
        assert fact in said


def test_nobody_answers_on_a_silent_port(taken_port: int, tmp_path: Path) -> None:
    assert not answers(Place(tmp_path, taken_port), "/health/live")


def test_unknown_word_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["walk"]) == 2
    assert "usage" in capsys.readouterr().err
