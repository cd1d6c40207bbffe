"""Both stories over real HTTP, with the services started and stopped around them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.services import Place, ServicesFailed, answers, running_services
from tests.support.sources import ROOT


@pytest.fixture
def place(tmp_path: Path) -> Place:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return Place(tmp_path / "instance", port)


pytestmark = pytest.mark.timeout(900)


def walk(place: Place, said: Path) -> int:
    """How the walk ended; its words go to a file, as a pipe would stay open with whoever outlives it."""
    command = [sys.executable, "-m", "deploy.demo"]
    with said.open("wb") as stream:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=place.environment(),
            stdout=stream,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        ).returncode


def test_both_stories_end_with_a_genuine_licence_and_nothing_running(
    place: Place, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    assert walk(place, said) == 0, said.read_text()
    assert len(re.findall(r"^ +\d+\.\d\d s  ", said.read_text(), re.MULTILINE)) > 10
    paper = place.instance / "demo" / "licence.pdf"
    assert paper.read_bytes().startswith(b"%PDF-")
    assert not answers(place)


def test_running_services_are_used_and_left_running(place: Place) -> None:
    with running_services(place.instance, place.port) as url:
        assert url == place.url
        with running_services(place.instance, place.port):
            pass
        assert answers(place, "/health/ready")
    assert not answers(place)


def test_services_that_do_not_come_up_say_why(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_ENV", "production")
    with (
        pytest.raises(ServicesFailed, match="KIOSK_SECRET_KEY"),
        running_services(place.instance, place.port),
    ):
        pass
    assert "KIOSK_SECRET_KEY" in (place.instance / "services.log").read_text()
