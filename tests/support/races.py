"""Threads that do things at the same moment. One that never ends fails its test, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Barrier, Thread
from typing import TypeVar

Outcome = TypeVar("Outcome")
LIMIT_S = 60.0


def beside(work: Callable[[], Outcome]) -> Future[Outcome]:
    """Do it in a thread of its own; its answer or error is there when it has ended."""
    answer: Future[Outcome] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- it is raised again where the answer is taken
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    return answer


def together(*acts: Callable[[], Outcome]) -> list[Outcome]:
    """Start all of them at the same moment; their answers in order.

    Raises what one of them raised, and TimeoutError if one has not ended after a minute.
    """
    start = Barrier(len(acts))

    def run(act: Callable[[], Outcome]) -> Outcome:
        start.wait(LIMIT_S)
        return act()

    answers = [beside(partial(run, act)) for act in acts]
    return [answer.result(LIMIT_S) for answer in answers]


def at_once(act: Callable[[int], Outcome], *, threads: int = 2) -> list[Outcome | Exception]:
    """What ``act(0)`` and ``act(1)`` answered or raised, started together."""

    def run(number: int) -> Outcome | Exception:
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error

    return together(*(partial(run, number) for number in range(threads)))
