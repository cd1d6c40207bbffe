"""``python -m tests.chaos.run --kills 500``: kill -9 of real agents and servers, at random, for minutes on end.

Each scenario is one print of one original, on a machine that has already lived through the scenarios before it. The
last line counts scenarios, kills and violations; exit status 1 if there was a violation.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from printing.agent.journal import Step
from printing.job_states import SheetState
from printing.wire import JobState
from tests.machines.stage import Cut, Machine, NotInTime, Stage, wait_until
from tests.support.databases import SQLITE, Databases, close_run, open_run
from tests.support.instances import prepared_instance

POINTS = [
    *(
        f"{when}-{step}"
        for step in Step
        if step is not Step.STOPPED
        for when in ("before", "after")
    ),
    "before-paper",
    "after-paper",
]
VERBS = ("fetch", "acknowledgement", "document", "feeding", "status")
MOMENTS = ("before", "during", "after")
PAPERS = {
    JobState.COMPLETED: {1},
    JobState.CANCELED: {0},
    JobState.ABORTED: {0},
    JobState.UNKNOWN: {0, 1},
}
AT_REST = {SheetState.PRINTED, SheetState.RELEASED, SheetState.UNKNOWN}


@dataclass
class Tally:
    """What happened so far."""

    kills: int = 0
    outcomes: dict[str, Counter[JobState]] = field(default_factory=lambda: defaultdict(Counter))
    violations: list[str] = field(default_factory=list)

    @property
    def scenarios(self) -> int:
        return sum(sum(counter.values()) for counter in self.outcomes.values())

    def table(self) -> str:
        """Scenarios by kind and outcome."""
        rows = [f"{'scenario':<22}" + "".join(f"{state:>12}" for state in PAPERS)]
        for kind, counter in sorted(self.outcomes.items()):
            rows.append(f"{kind:<22}" + "".join(f"{counter[state]:>12}" for state in PAPERS))
        return "\n".join(rows)


@dataclass
class Trial:
    """One machine through one print."""

    machine: Machine
    tally: Tally
    draw: random.Random
    number: str = ""

    def agent_at_steps(self) -> None:
        """Power cuts of the machine at one to three steps."""
        for point in sorted(self.draw.sample(POINTS, self.draw.randint(1, 3)), key=POINTS.index):
            self.machine.switch_on(f"kill-at={point}")
            if self._died_or_done():
                self.tally.kills += 1

    def agent_at_any_time(self) -> None:
        """A power cut of the machine somewhere in its first two seconds."""
        self.machine.switch_on()
        time.sleep(self.draw.uniform(0.2, 2.0))
        self._cut_machine()

    def mute_printer(self) -> None:
        """A power cut of a machine whose printer has no page counter."""
        self.machine.switch_on(f"kill-at={self.draw.choice(POINTS)}", "mute")
        if self._died_or_done():
            self.tally.kills += 1
        self.machine.switch_on("mute")
        wait_until("the job is settled", lambda: not self._in_hand())

    def server_at_message(self) -> None:
        """The server dies with one to three messages."""
        verbs = set(self.draw.sample(VERBS, self.draw.randint(1, 3)))
        self._cut_once_at(verbs, self._cut_server)
        self.machine.switch_on()

    def both_at_message(self) -> None:
        """Server and machine die with the same message."""
        verb = self.draw.choice(VERBS[1:])

        def both() -> None:
            self._cut_server()
            self._cut_machine()

        self._cut_once_at({verb}, both)
        self.machine.switch_on()
        wait_until("both are dead or the job is settled", self._died_or_done)

    def line_at_messages(self) -> None:
        """Requests and answers are lost, and the machine dies besides."""
        self._cut_once_at(set(VERBS), lambda: None)
        self.machine.switch_on(f"kill-at={self.draw.choice(POINTS)}")
        if self._died_or_done():
            self.tally.kills += 1

    def _cut_once_at(self, verbs: set[str], act: Callable[[], None]) -> None:
        left = set(verbs)
        moment = self.draw.choice(MOMENTS)

        def cut(path: str) -> Cut | None:
            verb = path.partition("?")[0].rpartition("/")[2]
            if verb not in left or "/jobs/" not in path:
                return None
            left.discard(verb)
            return Cut(moment, act)

        self.machine.proxy.every_message = cut

    def _cut_server(self) -> None:
        self.machine.stage.server.kill_worker()
        self.tally.kills += 1

    def _cut_machine(self) -> None:
        self.machine.cut_power()
        self.tally.kills += 1

    def _died_or_done(self) -> bool:
        """Wait until the agent has died, or has nothing left to do; True if it died."""
        wait_until(
            "the agent dies or is done", lambda: not self.machine.is_on or not self._in_hand()
        )
        if self.machine.is_on:
            time.sleep(0.3)  # The last points come after the server knows that the job is settled.
        died = not self.machine.is_on
        if not died:
            self.machine.cut_power()
        return died

    def _in_hand(self) -> bool:
        return bool(self.machine.spooled()) or not self.machine.stage.is_settled(self.number)

    def run(self, kind: str, number: str) -> None:
        """Go through the scenario, then let the machine work in peace, and check what must hold."""
        self.number = number
        before = len(self.machine.papers())
        try:
            getattr(self, kind)()
            if not self.machine.is_on:
                self.machine.switch_on()
            self.machine.wait_until_settled(number)
        except NotInTime as stuck:
            self.tally.violations.append(f"{kind} {number}: stuck: {stuck}")
        self.machine.proxy.every_message = lambda _: None
        if self.machine.is_on:
            self.machine.cut_power()
        self._check(kind, number, len(self.machine.papers()) - before)

    def _check(self, kind: str, number: str, papers: int) -> None:
        state, sheets = self.machine.stage.job(number)
        self.tally.outcomes[kind][state] += 1
        if papers not in PAPERS.get(state, set()):
            self.tally.violations.append(f"{kind} {number}: {papers} papers while {state}")
        if not sheets <= AT_REST:
            self.tally.violations.append(f"{kind} {number}: the ledger says {sorted(sheets)}")


KINDS = (
    "agent_at_steps",
    "agent_at_any_time",
    "mute_printer",
    "server_at_message",
    "both_at_message",
    "line_at_messages",
)


def main() -> int:
    """Run until enough was killed, or too much time has passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-chaos-") as name:
        tally = torment(
            Path(name), options.kills, options.minutes * 60, random.Random(options.seed)
        )
    print(tally.table())
    for violation in tally.violations:
        print(violation)
    print(
        f"chaos: {tally.scenarios} scenarios, {tally.kills} kills, "
        f"{len(tally.violations)} violations (seed {options.seed})"
    )
    return 1 if tally.violations or tally.kills < options.kills else 0


def torment(folder: Path, kills: int, seconds: float, draw: random.Random) -> Tally:
    """Set a stage in ``folder`` and go through scenarios."""
    tally, until = Tally(), time.monotonic() + seconds
    run = folder / "run"
    run.mkdir()
    open_run(run, 0)
    try:
        with prepared_instance(Databases(run), SQLITE, folder / "instance") as prepared:
            stage = Stage(prepared, folder / "server.log")
            machine = Machine(stage, folder / "machine", "CHAOS-1")
            try:
                stage.server.start()
                while tally.kills < kills and time.monotonic() < until:
                    number = stage.release(machine.number, f"副本 1-{tally.scenarios + 1}")
                    Trial(machine, tally, draw).run(draw.choice(KINDS), number)
                    if tally.scenarios % 25 == 0:
                        print(f"{tally.scenarios} scenarios, {tally.kills} kills", flush=True)
            finally:
                machine.close()
                stage.close()
    finally:
        close_run(run)
    return tally


if __name__ == "__main__":
    sys.exit(main())
