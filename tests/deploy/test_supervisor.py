"""The supervisor keeps processes running, and leaves none behind."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.supervisor import LONGEST_PAUSE, STEADY, Service
from tests.support.processes import is_alive, run_within
from tests.support.sources import ROOT

SUPERVISE = """
import os, sys
from pathlib import Path
from deploy.supervisor import Service, Supervisor
folder = Path(sys.argv[1])
services = [Service(path.stem, (sys.executable, str(path))) for path in sorted(folder.glob("*.py"))]
sys.exit(Supervisor(services, folder, os.environ, lambda supervisor: None).run())
"""
ENDURES = "import os, time; print('here', os.getpid(), flush=True); time.sleep(600)"
FALLS = "import os; open('falls', 'a').write('x'); print('falling', flush=True); os._exit(3)"
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, lambda *_: print('finishing', flush=True));"
    "print('here', os.getpid(), flush=True); time.sleep(1); print('finished', flush=True)"
)


class Supervised:
    """A supervisor in a process of its own, over toy services."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", SUPERVISE, str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.output = folder / "output"
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=stream)

    def wait_for(self, fact: Callable[[], bool], seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.02)

    def children(self, word: str = "here") -> list[int]:
        lines = [line.split() for line in self.output.read_text().splitlines()]
        return [int(words[-1]) for words in lines if word in words]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervised]]:
    started = []

    def start(**programs: str) -> Supervised:
        for name, text in programs.items():
            (tmp_path / f"{name}.py").write_text(text)
        started.append(Supervised(tmp_path))
        return started[-1]

    yield start
    for supervised in started:
        supervised.process.kill()
        supervised.process.wait(20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_signal_ends_everybody_cleanly(
    supervise: Callable[..., Supervised], number: signal.Signals
) -> None:
    supervised = supervise(one=ENDURES, two=ENDURES)
    supervised.wait_for(lambda: len(supervised.children()) == 2)
    supervised.process.send_signal(number)
    assert supervised.process.wait(10) == 0
    assert [child for child in supervised.children() if is_alive(child)] == []


def test_a_service_may_finish_what_it_has_in_hand(supervise: Callable[..., Supervised]) -> None:
    supervised = supervise(slow=STUBBORN)
    supervised.wait_for(lambda: len(supervised.children()) == 1)
    supervised.process.terminate()
    assert supervised.process.wait(10) == 0
    assert "slow   | finished" in supervised.output.read_text()


def test_the_fallen_are_started_again_after_growing_pauses(
    supervise: Callable[..., Supervised], tmp_path: Path
) -> None:
    supervised = supervise(falls=FALLS, stays=ENDURES)
    falls = tmp_path / "falls"
    started = time.monotonic()
    supervised.wait_for(lambda: falls.exists() and len(falls.read_text()) == 3)
    assert time.monotonic() - started > 1 + 2
    assert "falls  | falling" in supervised.output.read_text()
    assert len(supervised.children()) == 1, "the other service was disturbed"


def test_killed_supervisor_leaves_nobody_behind(supervise: Callable[..., Supervised]) -> None:
    supervised = supervise(one=ENDURES)
    supervised.wait_for(lambda: len(supervised.children()) == 1)
    (child,) = supervised.children()
    supervised.process.kill()
    supervised.process.wait(20)
    supervised.wait_for(lambda: not is_alive(child))


def test_supervisor_stops_when_nobody_reads_its_output(tmp_path: Path) -> None:
    (tmp_path / "chatty.py").write_text("while True: print('word', flush=True)")
    supervise = (
        f"{shlex.quote(sys.executable)} -c {shlex.quote(SUPERVISE)} {shlex.quote(str(tmp_path))}"
    )
    pipeline = f"set -o pipefail; {supervise} | head -3"
    done = run_within(20, "bash", "-c", pipeline, PYTHONPATH=str(ROOT))
    assert (done.returncode, done.stderr) == (0, "")


def test_pauses_grow_to_a_limit_and_begin_anew_after_a_steady_time() -> None:
    service = Service("any", ("true",))
    pauses = [service.note_fall(lasted=0.1) for _ in range(8)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == LONGEST_PAUSE
    assert service.note_fall(lasted=STEADY + 1) == 1
