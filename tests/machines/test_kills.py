"""kill -9 of real processes at each step of one print: never two originals, never a lost job."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from printing.agent.journal import Step
from printing.job_states import SheetState
from printing.wire import JobState
from tests.machines.stage import Cut, Machine, Stage, wait_until
from tests.support.databases import SQLITE, Databases
from tests.support.instances import prepared_instance

TAKING = ["offered", "acknowledged", "downloaded"]
ALLOWING = ["verified", "permitted", "feeding"]
AROUND = ["before-{}", "after-{}"]
CUTS = {
    "taking": [words.format(step) for step in TAKING for words in AROUND],
    "allowing": [words.format(step) for step in ALLOWING for words in AROUND],
    "moving": ["before-paper", "after-paper", "before-outcome", "after-outcome"],
    "ending": [words.format(step) for step in ("reported", "closed") for words in AROUND],
}
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def stage(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One served application for all kills of this module."""
    folder = tmp_path_factory.mktemp("stage")
    with prepared_instance(databases, SQLITE, folder / "instance") as prepared:
        stage = Stage(prepared, folder / "server.log")
        try:
            stage.server.start()
            yield stage
        finally:
            stage.close()


@pytest.fixture
def machine(
    stage: Stage, tmp_path: Path, record_property: Callable[[str, object], None]
) -> Iterator[Machine]:
    machine = Machine(stage, tmp_path, f"K-{next(numbers):03d}")
    kills_before = stage.server.kills
    yield machine
    for _ in range(machine.kills):
        record_property("outcome", f"kill -9 of an agent: {', '.join(machine.settled)}")
    for _ in range(stage.server.kills - kills_before):
        record_property("outcome", f"kill -9 of the server: {', '.join(machine.settled)}")
    machine.close()


def assert_printed_once(machine: Machine, number: str) -> None:
    assert machine.wait_until_settled(number) is JobState.COMPLETED, machine.log()
    assert len(machine.papers()) == 1
    assert machine.stage.job(number)[1] == {SheetState.PRINTED}


def test_the_kills_cover_every_step() -> None:
    steps = {words.partition("-")[2] for cuts in CUTS.values() for words in cuts}
    assert steps == set(Step) - {Step.STOPPED} | {"paper"}


@pytest.mark.parametrize("part", CUTS)
def test_the_agent_is_killed_at_each_step(machine: Machine, part: str) -> None:
    """One print through several power cuts, each at the next step."""
    number = machine.stage.release(machine.number, part)
    for point in CUTS[part]:
        machine.switch_on(f"kill-at={point}")
        machine.wait_for_cut()
        assert len(machine.papers()) <= 1, point
    machine.switch_on()
    assert_printed_once(machine, number)


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_the_server_is_killed_at_each_message(machine: Machine, when: str) -> None:
    """Its worker dies with every message of the print: before it got it, at work on it, and with the answer in hand."""
    seen: set[str] = set()

    def cut(path: str) -> Cut | None:
        if path in seen or "/jobs/" not in path:
            return None
        seen.add(path)
        return Cut(when, machine.stage.server.kill_worker)

    machine.proxy.every_message = cut
    number = machine.stage.release(machine.number, when)
    machine.switch_on()
    assert_printed_once(machine, number)
    assert len(seen) == 5, seen


@pytest.mark.parametrize("verb", ["acknowledgement", "feeding", "status"])
def test_both_are_killed_at_the_same_message(machine: Machine, verb: str) -> None:
    """The server has done its work, the answer never arrives, and neither side lives to wait for it."""
    done: list[str] = []

    def both() -> None:
        done.append(verb)
        machine.stage.server.kill_worker()
        machine.cut_power()

    machine.proxy.every_message = lambda path: (
        Cut("after", both) if path.endswith(verb) and not done else None
    )
    number = machine.stage.release(machine.number, f"both-{verb}")
    machine.switch_on()
    wait_until("both are dead", lambda: done)
    machine.switch_on()
    assert_printed_once(machine, number)


def test_the_whole_server_loses_its_power_with_leave_given(machine: Machine) -> None:
    done: list[str] = []

    def power_cut() -> None:
        machine.stage.server.kill()
        done.append("cut")

    machine.proxy.every_message = lambda path: (
        Cut("after", power_cut) if path.endswith("feeding") and not done else None
    )
    number = machine.stage.release(machine.number, "server-power")
    machine.switch_on()
    wait_until("the server is dead", lambda: done)
    machine.stage.server.start()
    assert_printed_once(machine, number)


def test_without_a_page_counter_a_kill_while_paper_moves_is_unknown(machine: Machine) -> None:
    number = machine.stage.release(machine.number, "mute")
    machine.switch_on("kill-at=before-paper", "mute")
    machine.wait_for_cut()
    machine.switch_on("mute")
    assert machine.wait_until_settled(number) is JobState.UNKNOWN
    assert machine.stage.job(number)[1] == {SheetState.UNKNOWN}
    assert machine.papers() == []


def test_from_card_to_paper_and_away(machine: Machine) -> None:
    """The agent opens the page, tells of the card and prints; with the card gone the page is dead."""
    machine.switch_on()
    page = machine.open_page()
    machine.lay_card()
    wait_until("the page knows of the card", lambda: page.state() == "card")
    page.prove()
    number = machine.stage.order(machine.number, "card")
    assert_printed_once(machine, number)
    machine.take_card()
    wait_until("the page is dead", lambda: page.state() == "machine-session-over")
    assert machine.open_page().state() == "waiting"


def test_whoever_leaves_before_the_paper_gets_none(machine: Machine) -> None:
    machine.switch_on()
    page = machine.open_page()
    machine.lay_card()
    wait_until("the page knows of the card", lambda: page.state() == "card")
    page.prove()
    machine.panel.parent.mkdir(parents=True, exist_ok=True)
    machine.panel.write_text("media-empty")
    number = machine.stage.order(machine.number, "gone")
    wait_until(
        "the printer waits for paper", lambda: machine.stage.job(number)[0] is JobState.STOPPED
    )
    machine.take_card()
    wait_until("the page is dead", lambda: page.state() == "machine-session-over")
    machine.panel.unlink()
    assert machine.wait_until_settled(number) is JobState.CANCELED
    assert machine.papers() == []


@pytest.mark.parametrize(
    "chaos", [("line-loss=0.1", "slow-line=0.02"), ("clock-skew=7200",), ("paper-out",)], ids=str
)
def test_a_bad_day_still_ends_with_one_paper(machine: Machine, chaos: tuple[str, ...]) -> None:
    number = machine.stage.release(machine.number, str(chaos))
    machine.switch_on(*chaos)
    assert_printed_once(machine, number)


@pytest.mark.parametrize(
    ("chaos", "state", "papers"),
    [
        ("jam", JobState.UNKNOWN, 0),
        ("liar", JobState.UNKNOWN, 0),
        ("mute", JobState.COMPLETED, 1),
    ],
)
def test_a_printer_that_jams_lies_or_tells_no_counter(
    machine: Machine, chaos: str, state: JobState, papers: int
) -> None:
    number = machine.stage.release(machine.number, f"{chaos} printer")
    machine.switch_on(chaos)
    assert machine.wait_until_settled(number) is state
    assert len(machine.papers()) == papers


def test_an_agent_that_is_asked_to_stop_stops(machine: Machine) -> None:
    machine.switch_on()
    wait_until("the agent works", lambda: "/api/v1/machine/poll" in machine.proxy.said)
    machine.switch_off()


def test_a_killed_agent_leaves_the_machine_to_the_next_one(machine: Machine) -> None:
    """The lock on the state directory dies with its process; two living agents never share it."""
    machine.switch_on()
    wait_until("the agent has enrolled", lambda: "/api/v1/machine/poll" in machine.proxy.said)
    second = machine._agent
    machine.switch_on()
    assert machine._agent is not None
    assert machine._agent.wait(20) == 2
    assert "in use by another agent" in machine.log()
    machine._agent = second
    machine.cut_power()
    number = machine.stage.release(machine.number, "lock")
    machine.switch_on()
    assert_printed_once(machine, number)
