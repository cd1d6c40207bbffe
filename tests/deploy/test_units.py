"""The units of systemd: judged by systemd itself where it is installed, and held against what they start."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.sources import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
PLACE = "/opt/chuanyu-kiosk"
JUDGE = shutil.which("systemd-analyze")


def read(unit: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    return parser


def judge(folder: Path, unit: Path, text: str) -> str:
    """What systemd says of the unit, with programs where it looks for them; nothing if it is sound."""
    if JUDGE is None:
        pytest.skip("no systemd-analyze found (Debian: apt install systemd)")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "flask", "gunicorn"):
        (programs / name).symlink_to("/bin/true")
    copy = folder / unit.name
    copy.write_text(text.replace(PLACE, str(folder)))
    done = subprocess.run(
        [JUDGE, "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    assert judge(tmp_path, unit, unit.read_text()) == ""


def test_systemd_would_find_a_word_it_does_not_know(tmp_path: Path) -> None:
    (unit,) = (unit for unit in UNITS if "agent" in unit.name)
    said = judge(tmp_path, unit, unit.read_text().replace("StateDirectory", "StateDirectry"))
    assert "StateDirectry" in said


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_whoever_falls_is_started_again_and_without_rights_it_does_not_need(unit: Path) -> None:
    service = read(unit)["Service"]
    assert service["Restart"] == "always"
    assert service["User"] not in ("", "root")
    assert service["NoNewPrivileges"] == "yes"
    assert read(unit)["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(service["TimeoutStopSec"]) > 0


def test_what_the_units_start_is_there() -> None:
    starts = {unit.stem: read(unit)["Service"]["ExecStart"].split() for unit in UNITS}
    assert all(words[0].startswith(f"{PLACE}/.venv/bin/") for words in starts.values())
    agent, web = starts["kiosk-agent"], starts["kiosk-web"]
    assert find_spec(agent[agent.index("-m") + 1]) is not None
    assert (ROOT / web[web.index("--config") + 1]).is_file()
    assert starts["kiosk-worker"][1:] == ["--app", "wsgi", "worker"]


def test_the_agent_may_write_where_its_settings_say() -> None:
    service = read(ROOT / "deploy" / "systemd" / "kiosk-agent.service")["Service"]
    example = tomllib.loads((ROOT / "deploy" / "agent.example.toml").read_text())
    held = f"/var/lib/{service['StateDirectory']}"
    assert service["ProtectSystem"] == "strict"
    assert example["state_dir"] == held
    assert example["reader_dir"].startswith(f"{held}/")
