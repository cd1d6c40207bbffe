"""Switches by which acceptance breaks the machine on purpose: power cuts, jams, a lying printer, bad lines.

``--chaos kill-at=before-feeding`` ends the process as a power cut would, at that point; the points are ``before-`` and
``after-`` each step of the journal and ``before-paper`` and ``after-paper`` inside the file printer. Others: ``jam``,
``paper-out``, ``liar`` (says done, prints nothing), ``mute`` (no page counter), ``clock-skew=SECONDS``,
``line-loss=PROBABILITY``, ``slow-line=SECONDS``.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from printing.agent.drivers import Driver, FeedTicket
from printing.agent.errors import ConfigInvalid, Jammed, LineDown, NotFed
from printing.agent.line import Line
from printing.messages import Message
from printing.wire import PrinterReport

FLAGS = ("jam", "paper-out", "liar", "mute")
NUMBERS = ("clock-skew", "line-loss", "slow-line")
Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True)
class Chaos:
    """What is to go wrong."""

    kill_at: str | None = None
    flags: frozenset[str] = frozenset()
    numbers: dict[str, float] = field(default_factory=dict)

    def watch(self, point: str) -> None:
        """Cut the power if this is the point."""
        if point == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def clock(self, honest: Callable[[], datetime]) -> Callable[[], datetime]:
        """The machine's clock, ahead by the chosen seconds."""
        skew = timedelta(seconds=self.numbers.get("clock-skew", 0.0))
        return lambda: honest() + skew


def parse_chaos(switches: list[str]) -> Chaos:
    """Read the switches of the command line. Raises ConfigInvalid."""
    kill_at, flags, numbers = None, set(), {}
    for switch in switches:
        name, _, value = switch.partition("=")
        if name == "kill-at" and value:
            kill_at = value
        elif name in FLAGS and not value:
            flags.add(name)
        elif name in NUMBERS:
            numbers[name] = _number(switch, value)
        else:
            raise ConfigInvalid(f"unknown chaos switch {switch!r}")
    return Chaos(kill_at, frozenset(flags), numbers)


def _number(switch: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise ConfigInvalid(f"chaos switch {switch!r} needs a number") from error


class ChaosPrinter:
    """A printer with the faults that were asked for."""

    def __init__(self, driver: Driver, chaos: Chaos) -> None:
        self._driver, self._flags = driver, set(chaos.flags)

    def report(self) -> PrinterReport:
        report = self._driver.report()
        return replace(report, page_counter=None) if "mute" in self._flags else report

    def come_to_rest(self) -> bool:
        return self._driver.come_to_rest()

    def feed(self, ticket: FeedTicket) -> None:
        if "paper-out" in self._flags:
            self._flags.discard("paper-out")  # Somebody fills the tray before the next try.
            raise NotFed("media-empty")
        if "jam" in self._flags:
            raise Jammed("media-jam")
        if "liar" not in self._flags:
            self._driver.feed(ticket)


class ChaosLine(Line):
    """A line that loses requests and answers, or is slow."""

    chaos = Chaos()

    def post(self, path: str, message: Message | None, kind: type[Answer]) -> Answer | None:
        time.sleep(self.chaos.numbers.get("slow-line", 0.0))
        self._lose(path)
        answer = super().post(path, message, kind)
        self._lose(path)
        return answer

    def download(self, path: str, offset: int) -> Iterator[tuple[bool, bytes]]:
        for piece in super().download(path, offset):
            yield piece
            self._lose(path)

    def _lose(self, path: str) -> None:
        if random.random() < self.chaos.numbers.get("line-loss", 0.0):
            raise LineDown(f"{path}: lost on purpose")
