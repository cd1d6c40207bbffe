"""Two threads that do the same thing at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Outcome = TypeVar("Outcome")


def at_once(act: Callable[[int], Outcome], *, threads: int = 2) -> list[Outcome | Exception]:
    """What ``act(0)`` and ``act(1)`` answered or raised, started together."""
    start = Barrier(threads)

    def run(number: int) -> Outcome | Exception:
        start.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))
