"""End to end against ``ippeveprinter``, judged by ``ipptool``: media, duplex, no paper, open door, dead printer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from printing.agent.drivers import Driver, FeedTicket
from printing.agent.drivers.ipp import IppPrinter
from printing.job_states import SheetState
from printing.wire import JobState, Supply, Tray
from tests.machines.ippeve import MISSING, EvePrinter
from tests.machines.office import PAPER, Box, Office, Plan, PowerCut, states
from tests.machines.stage import wait_until
from tests.support import races

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"needs {', '.join(MISSING)} (Debian: apt install cups-ipp-utils dbus)"
)


class PatientOffice(Office):
    """Time passes for real, so that a printer of its own speed can keep up."""

    def wait(self, seconds: float) -> None:
        time.sleep(0.1)
        super().wait(1)


class EveBox(Box):
    """A machine with the printer on its cable."""

    printer: EvePrinter

    def driver(self) -> Driver:
        return IppPrinter(self.printer.uri, self.printer.count_file)


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[EvePrinter]:
    folder = tmp_path / "printer"
    folder.mkdir()
    printer = EvePrinter(folder)
    yield printer
    printer.close()


@pytest.fixture
def office() -> Iterator[Office]:
    with PatientOffice() as office:
        yield office


@pytest.fixture
def machine(tmp_path: Path, office: Office, printer: EvePrinter) -> EveBox:
    machine = EveBox(tmp_path / "machine", office, Plan())
    machine.printer = printer
    return machine


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Run something beside the machine's work; the test fails if it failed."""
    running: list[Future[object]] = []
    yield lambda work: running.append(races.beside(work))
    for work in running:
        work.result(20)


def test_the_paper_comes_out_as_ordered(
    machine: EveBox, office: Office, printer: EvePrinter
) -> None:
    number = office.order(sides="two-sided-long-edge")
    machine.run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert printer.papers() == [PAPER]
    options = (printer.folder / "options").read_text().split()
    assert options == ["iso_a4_210x297mm", "two-sided-long-edge", "1"]
    judged = printer.ask("completed")
    assert f"job-name (nameWithoutLanguage) = {number}-1-0" in judged
    assert "job-state (enum) = completed" in judged
    assert "sides (keyword) = two-sided-long-edge" in judged
    assert "copies (integer) = 1" in judged


def test_two_copies_of_a_licence_are_two_jobs_of_one_copy_each(
    machine: EveBox, office: Office, printer: EvePrinter
) -> None:
    """The printer obeys ``copies``, as the judge's own job shows; ours never asks for more than one."""
    assert "PASS" in printer.print_by_judge(b"%PDF-1.4 of the judge", 2)
    wait_until("both copies are out", lambda: len(printer.papers()) == 2)
    before = len(printer.papers())
    numbers = [office.order(label) for label in ("副本 2-1", "副本 2-2")]
    machine.run()
    for number in numbers:
        assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert printer.papers()[before:] == [PAPER, PAPER]
    judged = printer.ask("completed")
    assert judged.count("copies (integer) = 1") == len(numbers)
    assert judged.count("copies (integer) = 2") == 1


def test_what_is_left_of_paper_and_toner_is_as_the_printer_says(
    machine: EveBox, printer: EvePrinter
) -> None:
    """Its trays other than the main one, and its waste tank, tell nothing that could run low."""
    report = machine.driver().report()
    assert report.trays == (Tray("main", 100, 250),)
    assert report.supplies == (Supply("Black Toner", 75),)


def test_a_format_it_does_not_have_is_refused_before_paper_moves(
    machine: EveBox, office: Office, printer: EvePrinter
) -> None:
    number = office.order(media="iso_a0_841x1189mm")
    machine.run()
    assert states(office, number) == (JobState.ABORTED, {SheetState.RELEASED})
    assert printer.papers() == []
    assert office.order(media="iso_a4_210x297mm") != number


@pytest.mark.parametrize("reason", ["media-empty-error", "door-open-error"])
def test_paper_runs_out_or_the_door_opens_and_somebody_comes(
    machine: EveBox,
    office: Office,
    printer: EvePrinter,
    reason: str,
    beside: Callable[[Callable[[], object]], None],
) -> None:
    number = office.order()
    printer.show(reason)

    def come() -> None:
        printer.wait_for_begun()
        time.sleep(0.5)
        printer.show()

    beside(come)
    machine.run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert printer.papers() == [PAPER]


def die_and_return(printer: EvePrinter, *, after_paper: bool) -> Callable[[], None]:
    def work() -> None:
        printer.wait_for_begun()
        if after_paper:
            while not printer.papers():
                time.sleep(0.005)
        printer.kill()
        (printer.folder / "slow").unlink(missing_ok=True)
        printer.switch_on()

    return work


def test_a_printer_that_dies_before_paper_moved_prints_when_it_is_back(
    machine: EveBox,
    office: Office,
    printer: EvePrinter,
    beside: Callable[[Callable[[], object]], None],
) -> None:
    number = office.order()
    (printer.folder / "slow").touch()
    beside(die_and_return(printer, after_paper=False))
    machine.run(rounds=200)
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert printer.papers() == [PAPER]


def test_a_printer_that_dies_with_the_paper_out_is_judged_by_its_counter(
    machine: EveBox,
    office: Office,
    printer: EvePrinter,
    beside: Callable[[Callable[[], object]], None],
) -> None:
    number = office.order()
    beside(die_and_return(printer, after_paper=True))
    machine.run(rounds=200)
    assert states(office, number)[0] is JobState.COMPLETED
    assert printer.papers() == [PAPER]


class Dying(IppPrinter):
    """Hands the job over; then the agent dies."""

    def __init__(self, printer: EvePrinter) -> None:
        super().__init__(printer.uri, printer.count_file)
        self._eve = printer

    def feed(self, ticket: FeedTicket) -> None:
        self._submit(ticket)
        self._eve.wait_for_begun()
        raise PowerCut("dead")


def test_an_agent_that_dies_leaves_its_job_to_be_taken_back_and_printed_once(
    machine: EveBox,
    office: Office,
    printer: EvePrinter,
    beside: Callable[[Callable[[], object]], None],
) -> None:
    """The job waits inside for paper when the agent dies; the next agent takes it back and prints anew."""
    number = office.order()
    printer.show("media-empty-error")
    honest = machine.driver

    machine.driver = lambda: Dying(printer)  # type: ignore[method-assign]
    with pytest.raises(PowerCut):
        machine.run()
    machine.driver = honest  # type: ignore[method-assign]

    def refill() -> None:
        time.sleep(1.5)
        printer.show()

    beside(refill)
    machine.run(rounds=200)
    assert states(office, number)[0] is JobState.COMPLETED
    assert printer.papers() == [PAPER]
