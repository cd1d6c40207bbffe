"""Looking at other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY_S = 0.05


def is_alive(process: int) -> bool:
    """Whether a process runs. One that has ended counts as gone, whether or not somebody noted it."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, PermissionError):
        return False
    except FileNotFoundError:  # No /proc here; the signal went through.
        return True
    return state != "Z"


@dataclass(frozen=True)
class Watched:
    """What a process did: its exit status, the most memory it held in MiB, and what it printed."""

    status: int
    peak_mib: float
    printed: str


@contextmanager
def killed_if_left(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill the process if the block is left by an error, such as the time limit of a test.

    To leave the block of a ``Popen`` waits for the process, whatever it does.
    """
    try:
        yield
    except BaseException:
        process.kill()
        raise


def run_within(seconds: float, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run to the end, or kill it with everything it started. Raises TimeoutExpired.

    ``subprocess.run`` kills the first process alone, and then waits for those that hold its output.
    """
    with (
        subprocess.Popen(
            words,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as run,
        _killed_with_its_group(run),
    ):
        out, err = run.communicate(timeout=seconds)
    return subprocess.CompletedProcess(words, run.returncode, out, err)


@contextmanager
def _killed_with_its_group(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def run_watched(*words: str, **environment: str) -> Watched:
    """Run Python with these words to its end, looking at its memory all the while.

    What the kernel says of an ended child's memory counts this process in, which it was a copy of at first.
    """
    peak, printed = 0.0, None
    with (
        subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
        ) as run,
        killed_if_left(run),
    ):
        while printed is None:
            with suppress(subprocess.TimeoutExpired):
                printed = run.communicate(timeout=LOOK_EVERY_S)[0]
            peak = max(peak, _most_memory_mib(run.pid))
    return Watched(run.returncode, peak, printed)


def _most_memory_mib(process: int) -> float:
    """The most memory the running process has held; 0 if it has ended, or where there is no /proc."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    lines = (line.split() for line in status.splitlines() if line.startswith("VmHWM"))
    return next((int(line[1]) / 1024 for line in lines), 0.0)
