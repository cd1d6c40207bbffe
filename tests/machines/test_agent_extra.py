"""The agent's own extra is enough to run it: nothing that only the server needs is ever imported."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.sources import ROOT

WARDEN = '''
import importlib.metadata, runpy, sys
from importlib.abc import MetaPathFinder

allowed = set(sys.argv.pop(1).split(","))

class Warden(MetaPathFinder):
    """Every package that is installed here, but would not be on the machine, is missing."""

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top.startswith("_") or top in allowed:
            return None
        raise ModuleNotFoundError(f"{name} is not part of the agent's extra", name=name)

sys.meta_path.insert(0, Warden())
runpy.run_module("printing.agent", run_name="__main__", alter_sys=True)
'''
NEEDS = {"cryptography", "cffi", "pycparser", "asn1crypto", "cbor2"}


def agent_without_the_rest(*words: str, allowed: set[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WARDEN, ",".join(sorted(allowed)), *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_extra_names_what_the_test_allows() -> None:
    """What the extra asks for, and what those packages ask for in turn."""
    assert asked_by("agent") == NEEDS - {"cffi", "pycparser"}


def test_to_install_the_extra_brings_no_server() -> None:
    """What every installation gets is part of the agent's extra; all else stands in extras of its own."""
    assert asked_by(None) <= asked_by("agent")
    assert {"Flask", "SQLAlchemy"} <= asked_by("server")


def asked_by(extra: str | None) -> set[str]:
    """The packages that an installation with this extra asks for, None for what each one gets."""
    setup = ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    section = setup["options"] if extra is None else setup["options.extras_require"]
    lines = section[extra or "install_requires"].split("\n")
    return {re.split(r"[<>=\[]", line)[0] for line in lines if line}


@pytest.mark.parametrize("words", [["--help"], ["--config", "missing.toml"]], ids=["help", "start"])
def test_the_agent_starts_with_its_extra_alone(words: list[str]) -> None:
    done = agent_without_the_rest(*words, allowed=NEEDS | {"printing"})
    assert "not part of the agent's extra" not in done.stderr
    assert done.returncode == (0 if words == ["--help"] else 2), done.stderr


def test_the_warden_keeps_watch(tmp_path: Path) -> None:
    """Without a package of the extra the agent does not start, so the test above can fail."""
    done = agent_without_the_rest("--help", allowed=NEEDS - {"cryptography"} | {"printing"})
    assert "cryptography is not part" in done.stderr
