"""One folder per test run, shared by all its worker processes, in which dear things are made once."""

from __future__ import annotations

import fcntl
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class MakingFailed(RuntimeError):
    """Another worker of this run tried to make the thing and failed; the text is its traceback."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock ``path``; the system frees it should the holder be killed."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def made_once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Answer ``folder/name``, made by ``make(path)`` in whichever worker asks first.

    Raises MakingFailed in every later worker if that failed, so that a broken setup is tried once.
    """
    target, done, failed = folder / name, folder / f"{name}.done", folder / f"{name}.failed"
    with locked(folder / f"{name}.lock"):
        if failed.exists():
            raise MakingFailed(failed.read_text())
        if not done.exists():
            try:
                make(target)
            except Exception:
                failed.write_text(traceback.format_exc())
                raise
            done.touch()
    return target
