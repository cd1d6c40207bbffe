"""The agent's configuration file (TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from printing.agent.errors import ConfigInvalid

DRIVERS = ("file", "ipp")
REQUIRED = ("server", "machine", "state_dir", "driver", "reader_dir", "trust_roots")
LARGEST_SHIFT_MM = 10
PATHS = ("state_dir", "tray_dir", "reader_dir", "trust_roots", "ca_file", "counter_file")


@dataclass(frozen=True)
class AgentConfig:
    """Settings of one machine.

    ``server`` is the base address, ``trust_roots`` a PEM file of the roots whose seals may be printed, ``browser`` the
    command that shows ``{url}`` on the screen (empty: none), ``timeout_s`` seconds to wait for the server.
    ``counter_file`` holds the page counter of a printer that can not tell it over IPP. The machine's key is renewed
    when it is ``key_days`` old. ``shift_mm`` moves every page right and up, as measured on the calibration page.
    """

    server: str
    machine: str
    state_dir: Path
    driver: str
    reader_dir: Path
    trust_roots: Path
    enrolment_code: str | None = None
    tray_dir: Path | None = None
    printer: str | None = None
    counter_file: Path | None = None
    reader: str = "reader-1"
    browser: tuple[str, ...] = ()
    ca_file: Path | None = None
    timeout_s: float = 20.0
    key_days: float = 330.0
    shift_mm: tuple[float, float] = (0.0, 0.0)


def load_config(path: Path) -> AgentConfig:
    """Read the file; relative paths count from its folder. Raises ConfigInvalid with every fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigInvalid(f"{path}: {error}") from error
    faults = _faults(data)
    if faults:
        raise ConfigInvalid(f"{path}: " + "; ".join(faults))
    for name in PATHS:
        if name in data:
            data[name] = path.parent / data[name]
    data["browser"] = tuple(data.get("browser", ()))
    data["shift_mm"] = tuple(data.get("shift_mm", (0.0, 0.0)))
    return AgentConfig(**data)


def _faults(data: dict[str, Any]) -> list[str]:
    known = {field.name for field in fields(AgentConfig)}
    faults = [f"unknown setting {name}" for name in sorted(data.keys() - known)]
    faults += [f"{name} is missing" for name in REQUIRED if not data.get(name)]
    texts = known - {"browser", "timeout_s", "key_days", "shift_mm"}
    faults += [
        f"{name} must be a text"
        for name in sorted(texts & data.keys())
        if not isinstance(data[name], str)
    ]
    if faults:
        return faults
    return _contradictions(data)


def _contradictions(data: dict[str, Any]) -> list[str]:
    faults = []
    if urlsplit(data["server"]).scheme not in ("http", "https"):
        faults.append("server must be an http or https address")
    if data["driver"] not in DRIVERS:
        faults.append(f"driver must be one of {', '.join(DRIVERS)}")
    if data["driver"] == "file" and not data.get("tray_dir"):
        faults.append("driver file needs tray_dir")
    if data["driver"] == "ipp" and not data.get("printer"):
        faults.append("driver ipp needs printer, an ipp or ipps address")
    if not _is_shift(data.get("shift_mm", [0, 0])):
        faults.append(
            f"shift_mm must be two numbers between -{LARGEST_SHIFT_MM} and {LARGEST_SHIFT_MM}"
        )
    return faults


def _is_shift(said: Any) -> bool:
    """More than a centimetre is no tolerance of a printer but a wrong measure, and would cut the page."""
    return (
        isinstance(said, list)
        and len(said) == 2
        and all(type(each) in (int, float) and abs(each) <= LARGEST_SHIFT_MM for each in said)
    )
