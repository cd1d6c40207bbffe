"""Keeps a few processes running: passes on their output, starts the fallen again, stops all when told to."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.lifeline import tied_to_this_process

LONGEST_PAUSE = 30.0  # Seconds between two starts of a process that keeps falling.
STEADY = 60.0  # Seconds after which a process counts as healthy and its pauses begin anew.
GRACE = 25.0  # Seconds a process may take to finish what it has in hand.
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Service:
    """One process of the installation, and when it is to be started next."""

    name: str
    command: tuple[str, ...]
    falls: int = field(default=0, init=False)
    start_at: float = field(default=0.0, init=False)

    def note_fall(self, lasted: float) -> float:
        """Plan the next start; answers the pause before it in seconds."""
        self.falls = 1 if lasted > STEADY else self.falls + 1
        pause = min(2.0 ** (self.falls - 1), LONGEST_PAUSE)
        self.start_at = time.monotonic() + pause
        return pause


class Running:
    """A started service, in a session of its own: a terminal's Ctrl-C reaches the supervisor alone."""

    def __init__(self, service: Service, folder: Path, environment: Mapping[str, str]) -> None:
        self.service = service
        self.started = time.monotonic()
        self.output, its_end = os.pipe()
        os.set_blocking(self.output, False)
        self.process = subprocess.Popen(
            service.command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=its_end,
            stderr=its_end,
            start_new_session=True,
            preexec_fn=tied_to_this_process(),  # noqa: PLW1509 - the supervisor has no threads
        )
        os.close(its_end)
        self.is_silent = False  # True once it has closed its output.
        self._rest = b""

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def read_lines(self) -> list[str]:
        """What it said since the last call."""
        try:
            chunk = os.read(self.output, 65536)
        except BlockingIOError:
            return []
        self.is_silent = not chunk
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [line.decode(errors="replace") for line in lines]

    def clear_away(self) -> None:
        """End whatever is left of it, its own children included."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.output)


class Supervisor:
    """Runs the services until it is told to stop. ``each_turn`` is called a few times a second."""

    def __init__(
        self,
        services: Sequence[Service],
        folder: Path,
        environment: Mapping[str, str],
        each_turn: Callable[[Supervisor], None],
    ) -> None:
        self._waiting = list(services)
        self._running: list[Running] = []
        self._folder = folder
        self._environment = environment
        self._each_turn = each_turn
        self._selector = selectors.DefaultSelector()
        self._is_heard = True
        self._stopping = False
        self._exit_status = 0

    def run(self) -> int:
        """Supervise until a stop signal or ``stop``; answers the exit status."""
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: self.stop())
        while not self._stopping:
            self._start_due()
            self._pass_on_output(0.2)
            self._note_the_fallen()
            self._each_turn(self)
        self._end_all()
        return self._exit_status

    def add(self, service: Service) -> None:
        """Start one more service at the next turn."""
        self._waiting.append(service)

    def stop(self, exit_status: int = 0) -> None:
        """Stop everything after this turn."""
        self._stopping = True
        self._exit_status = exit_status

    def say(self, text: str, name: str = "run") -> None:
        """Write a line as the supervisor, or on behalf of a service; nobody listening any more means stop."""
        if not self._is_heard:
            return
        try:
            print(f"{name:<6} | {text}", flush=True)
        except BrokenPipeError:
            self._is_heard = False
            self.stop()

    def _start_due(self) -> None:
        now = time.monotonic()
        for service in [service for service in self._waiting if service.start_at <= now]:
            self._waiting.remove(service)
            running = Running(service, self._folder, self._environment)
            self._running.append(running)
            self._selector.register(running.output, selectors.EVENT_READ, running)

    def _pass_on_output(self, patience: float) -> None:
        for key, _ in self._selector.select(patience):
            for line in key.data.read_lines():
                self.say(line, key.data.service.name)
            if key.data.is_silent:
                self._selector.unregister(key.fd)

    def _note_the_fallen(self) -> None:
        for running in [running for running in self._running if running.has_ended]:
            self._let_go(running)
            pause = running.service.note_fall(time.monotonic() - running.started)
            self._waiting.append(running.service)
            status = running.process.returncode
            self.say(f"{running.service.name} 已退出（{status}），{pause:g} 秒后重新启动")

    def _let_go(self, running: Running) -> None:
        """Forget a process that has ended, after its last words."""
        for line in running.read_lines():
            self.say(line, running.service.name)
        with contextlib.suppress(KeyError):
            self._selector.unregister(running.output)
        running.clear_away()
        self._running.remove(running)

    def _end_all(self) -> None:
        """Ask everybody to finish; whoever does not within the grace is killed."""
        self.say("正在停止……")
        for running in self._running:
            running.process.terminate()
        deadline = time.monotonic() + GRACE
        while self._running and time.monotonic() < deadline:
            self._pass_on_output(0.1)
            for running in [running for running in self._running if running.has_ended]:
                self._let_go(running)
        for running in list(self._running):
            self.say(f"{running.service.name} 没有按时停止，已强制结束")
            self._let_go(running)
        self.say("已全部停止")
