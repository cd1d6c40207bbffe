"""What becomes of a print when something other than the power fails."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from printing import jobs
from printing.agent.chaos import Chaos, ChaosPrinter
from printing.agent.drivers import Driver, FeedTicket
from printing.agent.drivers.tray import TrayPrinter
from printing.agent.errors import FeedUncertain, NotFed, ServerRefused
from printing.job_settlement import Finding, settle
from printing.job_states import Event, SheetState
from printing.jobs import Change
from printing.wire import JobState, PrinterReport
from tests.machines.office import PAPER, Box, Genuine, Office, Plan, PowerCut, states


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as office:
        yield office


class BoxWith(Box):
    """A machine with a printer of one's own making."""

    make: Callable[[Driver], Driver] = staticmethod(lambda driver: driver)

    def driver(self) -> Driver:
        return self.make(super().driver())


def box_with(folder: Path, office: Office, make: Callable[[Driver], Driver]) -> Box:
    box = BoxWith(folder, office, Plan())
    box.make = make  # type: ignore[method-assign]
    return box


def flagged(*flags: str) -> Callable[[Driver], Driver]:
    return lambda driver: ChaosPrinter(driver, Chaos(flags=frozenset(flags)))


def test_a_jam_goes_to_a_person(tmp_path: Path, office: Office) -> None:
    number = office.order()
    machine = box_with(tmp_path, office, flagged("jam"))
    machine.run()
    assert states(office, number) == (JobState.UNKNOWN, {SheetState.JAMMED})
    assert machine.spooled() == []


def test_a_printer_that_says_done_and_printed_nothing_is_not_believed(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    box_with(tmp_path, office, flagged("liar")).run()
    assert states(office, number) == (JobState.UNKNOWN, {SheetState.UNKNOWN})


def test_a_printer_without_a_counter_is_believed_when_nothing_went_wrong(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    box_with(tmp_path, office, flagged("mute")).run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})


def test_paper_that_ran_out_at_the_last_moment_is_asked_for_again(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    machine = box_with(tmp_path, office, flagged("paper-out"))
    machine.run()
    assert states(office, number)[0] is JobState.COMPLETED
    with office.session() as session:
        (sheet,) = jobs.get_job(session, number).sheets
        assert (sheet.counter_before, sheet.counter_after) == (0, 1)


def test_an_empty_tray_stops_the_job_until_it_is_filled(tmp_path: Path, office: Office) -> None:
    number = office.order()
    machine = Box(tmp_path, office, Plan())
    panel = TrayPrinter(machine.tray).panel
    panel.write_text("media-empty")
    machine.run(rounds=8)
    assert states(office, number) == (JobState.STOPPED, {SheetState.RESERVED})
    panel.unlink()
    machine.run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert len(machine.papers()) == 1


def test_a_tray_that_is_told_to_jams_once_and_stays_stuck_until_cleared(
    tmp_path: Path, office: Office
) -> None:
    stuck, next_one = office.order(), office.order("副本")
    machine = Box(tmp_path, office, Plan())
    printer = TrayPrinter(machine.tray)
    printer.next_jams.touch()
    machine.run(rounds=16)
    assert states(office, stuck) == (JobState.UNKNOWN, {SheetState.JAMMED})
    assert states(office, next_one) == (JobState.STOPPED, {SheetState.RESERVED})
    printer.panel.unlink()
    machine.run()
    assert states(office, next_one) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert len(machine.papers()) == 1


def test_a_stopped_job_may_be_cancelled_and_the_machine_lets_go(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    machine = Box(tmp_path, office, Plan())
    panel = TrayPrinter(machine.tray).panel
    panel.write_text("door-open")
    machine.run(rounds=8)
    with office.session() as session:
        jobs.apply(session, Change(number, Event.CANCEL, "c1", "P-1"), office.now)
    panel.unlink()
    machine.run()
    assert states(office, number)[0] is JobState.CANCELED
    assert (machine.papers(), machine.spooled()) == ([], [])


class Ready:
    """A printer that is ready, with a feeding of one's own making."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.busy_rounds = 0

    def report(self) -> PrinterReport:
        return self._driver.report()

    def come_to_rest(self) -> bool:
        self.busy_rounds -= 1
        return self.busy_rounds < 0

    def feed(self, ticket: FeedTicket) -> None:
        self._driver.feed(ticket)


class Hopeless(Ready):
    """Never feeds, and says so."""

    def feed(self, ticket: FeedTicket) -> None:
        raise NotFed("other")


class Vanishing(Ready):
    """Prints, but contact is lost meanwhile; it stays busy for some rounds."""

    def feed(self, ticket: FeedTicket) -> None:
        super().feed(ticket)
        self.busy_rounds = 3
        raise FeedUncertain("line to the printer lost")


class Contradictory(Ready):
    """Prints and says that it did not."""

    def feed(self, ticket: FeedTicket) -> None:
        super().feed(ticket)
        raise NotFed("other")


class Away(Ready):
    """Gone for good once paper should have moved."""

    gone = False

    def report(self) -> PrinterReport:
        return PrinterReport("stopped", ("offline",), None) if self.gone else super().report()

    def come_to_rest(self) -> bool:
        return not self.gone and super().come_to_rest()

    def feed(self, ticket: FeedTicket) -> None:
        self.gone = True
        raise FeedUncertain("switched off")


class Finishing(Ready):
    """Contact is lost with the sheet under way; it comes out at the moment somebody asks whether anything moves."""

    waiting: FeedTicket | None = None

    def feed(self, ticket: FeedTicket) -> None:
        self.waiting = ticket
        raise FeedUncertain("line to the printer lost")

    def come_to_rest(self) -> bool:
        ticket, self.waiting = self.waiting, None
        if ticket is not None:
            super().feed(ticket)
        return True


def test_a_sheet_that_comes_out_while_one_looks_is_not_fed_again(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    machine = box_with(tmp_path, office, Finishing)
    machine.run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert len(machine.papers()) == 1


def test_leave_whose_answer_was_lost_leaves_nothing_unknown(tmp_path: Path, office: Office) -> None:
    """The machine comes back after its lease ran out and knows that it never used the leave."""
    machine, number = cut_off(tmp_path, office, "answer .*/feeding")
    office.wait(200)
    assert states(office, number)[0] is JobState.UNKNOWN
    machine.run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert len(machine.papers()) == 1


def test_paper_that_ran_out_after_a_lost_leave_leaves_nothing_unknown(
    tmp_path: Path, office: Office
) -> None:
    machine, number = cut_off(tmp_path, office, "answer .*/feeding")
    panel = TrayPrinter(machine.tray).panel
    panel.write_text("media-empty")
    machine.run(rounds=8)
    assert states(office, number) == (JobState.STOPPED, {SheetState.RESERVED})
    panel.unlink()
    machine.run()
    assert states(office, number)[0] is JobState.COMPLETED
    assert len(machine.papers()) == 1


def test_a_disk_that_forgot_the_feeding_leads_to_no_second_sheet(
    tmp_path: Path, office: Office
) -> None:
    """The journal ends with the leave, as on a disk that lies about what it has written; the paper is out."""
    machine, number = cut_off(tmp_path, office, "after-paper")
    with closing(sqlite3.connect(machine.folder / "journal.sqlite3")) as journal, journal:
        journal.execute("DELETE FROM entry WHERE step = 'feeding'")
    office.wait(90)
    machine.run()
    assert states(office, number) == (JobState.UNKNOWN, {SheetState.UNKNOWN})
    assert len(machine.papers()) == 1


def test_a_printer_that_never_feeds_is_given_up_and_the_original_is_free(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    box_with(tmp_path, office, Hopeless).run()
    assert states(office, number) == (JobState.ABORTED, {SheetState.RELEASED})
    assert office.order() != number


def test_a_lost_printer_is_judged_by_its_counter_once_it_come_to_rest(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    machine = box_with(tmp_path, office, Vanishing)
    machine.run()
    assert states(office, number) == (JobState.COMPLETED, {SheetState.PRINTED})
    assert len(machine.papers()) == 1


def test_a_contradiction_between_word_and_counter_is_unknown(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    machine = box_with(tmp_path, office, Contradictory)
    machine.run()
    assert states(office, number)[0] is JobState.UNKNOWN
    assert len(machine.papers()) == 1


def test_a_printer_that_never_comes_back_is_unknown_in_the_end(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    box_with(tmp_path, office, Away).run()
    assert states(office, number)[0] is JobState.UNKNOWN


def test_what_a_lost_printer_still_holds_is_taken_back_before_anything_else(
    tmp_path: Path, office: Office
) -> None:
    """It comes back after the job ended unknown: the old sheet must not come out any more."""
    lost = office.order()
    away = Away(TrayPrinter(tmp_path / "tray"))
    machine = box_with(tmp_path, office, lambda _: away)
    machine.run()
    assert states(office, lost)[0] is JobState.UNKNOWN
    later = office.order("副本 1-2")
    machine.run(rounds=3)
    assert states(office, later)[0] is JobState.PENDING
    away.gone, away.busy_rounds = False, 4
    away.feed = away._driver.feed  # type: ignore[method-assign]
    machine.run(rounds=1)
    assert states(office, later)[0] is JobState.PENDING
    machine.run()
    assert states(office, later) == (JobState.COMPLETED, {SheetState.PRINTED})


def test_a_forged_document_is_not_printed(tmp_path: Path, office: Office) -> None:
    number = office.order()
    machine = Box(tmp_path, office, Plan())
    machine.verdict = Genuine(genuine=False, code="signature-invalid")
    machine.run()
    assert states(office, number) == (JobState.ABORTED, {SheetState.RELEASED})
    with office.session() as session:
        assert jobs.get_job(session, number).reason == "signature-invalid"
    assert (machine.papers(), machine.spooled()) == ([], [])


def test_a_document_that_always_comes_damaged_is_not_printed(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    office.paper = PAPER[:-1] + b"x"
    machine = Box(tmp_path, office, Plan())
    machine.run()
    assert states(office, number)[0] is JobState.ABORTED
    assert machine.papers() == []


def test_leave_that_ran_out_is_asked_for_again(tmp_path: Path, office: Office) -> None:
    machine, number = cut_off(tmp_path, office, "after-permitted")
    office.wait(90)
    machine.run()
    assert states(office, number)[0] is JobState.COMPLETED
    assert len(machine.papers()) == 1


def cut_off(folder: Path, office: Office, instant: str) -> tuple[Box, str]:
    """A machine that lost its power at the first instant whose name fits the pattern, and the job in its hands."""
    office.order()
    calm = Box(folder / "calm", office, Plan())
    calm.run()
    at = next(at for at, (_, name) in enumerate(calm.plan.instants) if re.fullmatch(instant, name))
    number = office.order("副本 1-2")
    machine = Box(folder / "late", office, Plan({at: "cut"}))
    with pytest.raises(PowerCut):
        machine.run()
    return machine, number


def test_a_job_that_was_moved_away_is_let_go(tmp_path: Path, office: Office) -> None:
    machine, number = cut_off(tmp_path, office, "after-verified")
    with office.session() as session:
        jobs.move(session, number, "M-2", actor="operator", now=office.now)
    machine.run()
    assert (machine.papers(), machine.spooled()) == ([], [])
    assert states(office, number) == (JobState.PENDING, {SheetState.RESERVED})


def test_a_settled_job_refuses_the_late_word_and_the_machine_lets_go(
    tmp_path: Path, office: Office
) -> None:
    machine, number = cut_off(tmp_path, office, "after-outcome")
    office.wait(200)
    with office.session() as session:
        for person in ("op1", "op2"):
            settle(session, Finding(number, Event.FOUND_SPOILED, person, "破损"), office.now)
    machine.run()
    assert states(office, number) == (JobState.ABORTED, {SheetState.SPOILED})
    assert machine.spooled() == []


def test_a_refusal_that_is_not_about_the_job_keeps_the_job(tmp_path: Path, office: Office) -> None:
    number = office.order()
    machine = Box(tmp_path, office, Plan())
    office.refuses = ServerRefused(403, "machine-revoked", "")
    with pytest.raises(ServerRefused):
        machine.run()
    office.refuses = None
    machine.run()
    assert states(office, number)[0] is JobState.COMPLETED


def test_a_document_the_server_does_not_have_frees_the_original(
    tmp_path: Path, office: Office
) -> None:
    number = office.order()
    office.refuses, office.refused_path = ServerRefused(404, "not-found", ""), "/document"
    Box(tmp_path, office, Plan()).run()
    assert states(office, number) == (JobState.ABORTED, {SheetState.RELEASED})


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("acknowledgement", JobState.PENDING),
        ("feeding", JobState.PENDING),
        ("status", JobState.UNKNOWN),
    ],
)
def test_a_message_that_is_always_refused_does_not_hold_the_machine_for_ever(
    tmp_path: Path, office: Office, path: str, state: JobState
) -> None:
    number = office.order()
    office.refuses, office.refused_path = ServerRefused(422, "message-invalid", ""), path
    machine = Box(tmp_path, office, Plan())
    machine.run(rounds=30)
    office.wait(200)
    assert states(office, number)[0] is state
    assert machine.spooled() == []
