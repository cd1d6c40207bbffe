"""The agent's round: look at the reader, carry the job on, give a sign of life when it is due."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from printing.agent.drivers import Driver
from printing.agent.errors import LineDown, ServerRefused
from printing.agent.files import write_durably
from printing.agent.line import Line
from printing.agent.prints import Printing, Progress
from printing.agent.screen import Screen
from printing.wire import ENDED, Heartbeat, PollAnswer

log = logging.getLogger(__name__)
LOOK_S = 0.2
JITTER = 0.1
BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
OFFLINE_AFTER = 3
"""So many failures in a row are no hiccup: some four to eight seconds."""


class Agent:
    """One machine's program. ``tick`` does what is due and answers in how many seconds to come back."""

    def __init__(
        self,
        line: Line,
        printing: Printing,
        screen: Screen,
        driver: Driver,
        *,
        version: str,
        status_file: Path,
        renew_key: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._line, self._printing, self._screen, self._driver = line, printing, screen, driver
        self._version, self._status_file = version, status_file
        self._renew_key = renew_key
        self._monotonic, self._draw = monotonic, draw
        self._poll_at = self._quiet_until = 0.0
        self._failures = 0
        self._reached = False
        self._jobs_waiting = False

    def run(self, stopping: threading.Event) -> None:
        """Work until told to stop; a step that has begun is finished."""
        self._printing.tidy()
        self._screen.start()
        while not stopping.is_set():
            stopping.wait(self.tick())

    def tick(self) -> float:
        """Do what is due. A line that is down pauses everything but looking at the reader."""
        if self._monotonic() < self._quiet_until:
            return LOOK_S
        busy = False
        for part in (self._look, self._keep_contact, self._print):
            try:
                busy = part() or busy
            except LineDown as error:
                return self._back_off(error)
            except ServerRefused as error:
                self._back_off(
                    error
                )  # A refusal of one part must not keep the others from their work.
        if self._failures and self._monotonic() >= self._quiet_until:
            self._failures = 0
            self._tell_people(online=True)
        return 0.0 if busy else LOOK_S

    def _look(self) -> bool:
        if self._screen.tick():
            self._reached, self._poll_at = True, 0.0
        return False

    def _keep_contact(self) -> bool:
        if self._monotonic() >= self._poll_at:
            self._poll()
            if self._printing.in_hand() is None:
                self._renew_key()
        return False

    def _print(self) -> bool:
        """Carry the job in hand one step on; True if there is more to do at once."""
        if self._jobs_waiting and self._printing.in_hand() is None:
            self._jobs_waiting = self._printing.fetch()
        progress = self._printing.advance()
        if progress is Progress.IDLE:
            return False
        self._reached = self._reached or progress is Progress.ON
        self._poll_at = min(self._poll_at, self._monotonic() + 1.0)
        return progress is Progress.ON

    def _poll(self) -> None:
        job, visit = self._printing.in_hand(), self._screen.visit
        beat = Heartbeat(
            software_version=self._version,
            printer=self._driver.report(),
            job=job.offer.job if job else None,
            attempt=job.offer.attempt if job else None,
            session=visit.number if visit else None,
            clock_skew_s=self._line.clock_skew_s,
        )
        answer = self._line.get("/poll", beat, PollAnswer)
        self._reached = True
        self._line.follow_clock(answer.now)
        self._jobs_waiting = answer.jobs_waiting > 0
        if visit is not None and not answer.session_open:
            self._screen.forget_visit()
        if job is not None and (answer.job_state is None or answer.job_state in ENDED):
            self._printing.drop("ended by the server")
        spread = 1 + JITTER * (2 * self._draw() - 1)
        self._poll_at = self._monotonic() + answer.next_poll_s * spread

    def _back_off(self, error: LineDown | ServerRefused) -> float:
        """Pause for longer and longer, at random, so that a whole fleet does not come back in one second.

        A line that lets some messages through is not a dead one: the pauses start anew.
        """
        if self._reached:
            self._reached, self._failures = False, 0
        longest = BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
        self._quiet_until = self._monotonic() + longest * (0.5 + self._draw() / 2)
        if not self._failures:
            log.warning("line down: %s", error)
            self._tell_people(online=False)
        self._failures += 1
        if self._failures == OFFLINE_AFTER:
            self._screen.say_offline()
        return LOOK_S

    def _tell_people(self, *, online: bool) -> None:
        """Leave a file that tells whoever looks after the machine; its screen says it by ``Screen.say_offline``."""
        write_durably(self._status_file, json.dumps({"online": online}).encode(), mode=0o644)
