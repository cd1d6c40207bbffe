"""The IPP codec, and a print through an IPP printer that does everything wrong that printers do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from printing.agent.drivers import Driver, FeedTicket
from printing.agent.drivers.ipp import CANCELED, OFFLINE, PENDING, PROCESSING, STOPPED, IppPrinter
from printing.agent.errors import FeedUncertain, Jammed, NotFed
from printing.agent.ipp import (
    Attribute,
    BrokenOff,
    Group,
    Operation,
    Printer,
    Refused,
    Tag,
    decode,
    encode,
)
from printing.job_states import SheetState
from printing.wire import JobState, PrinterReport, Supply, Tray
from tests.machines.fake_printer import FakePrinter, Job
from tests.machines.office import PAPER, Box, Office, Plan, PowerCut, states
from tests.machines.stage import free_port

# Codec ----------------------------------------------------------------------------------------------


def test_a_message_is_encoded_as_the_rfc_shows_it() -> None:
    """The first bytes of the Print-Job of RFC 8010, appendix A.1, with our version number."""
    message = encode(
        Operation.PRINT_JOB,
        1,
        [
            (
                Group.OPERATION,
                [
                    Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",)),
                    Attribute(Tag.LANGUAGE, "attributes-natural-language", ("en-us",)),
                ],
            ),
            (Group.JOB, [Attribute(Tag.INTEGER, "copies", (20,))]),
        ],
        b"%!PDF",
    )
    assert message == (
        b"\x02\x00\x00\x02\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
        b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x14\x03%!PDF"
    )


def test_every_type_and_lists_come_back() -> None:
    attributes = [
        Attribute(Tag.KEYWORD, "reasons", ("media-empty", "door-open")),
        Attribute(Tag.BOOLEAN, "fidelity", (True,)),
        Attribute(Tag.INTEGER, "number", (-7,)),
        Attribute(Tag.NAME, "name", ("张样例",)),
    ]
    answer = decode(encode(0, 9, [(Group.PRINTER, attributes)], b"rest"))
    assert (answer.code, answer.request_id, answer.data) == (0, 9, b"rest")
    assert answer.find(Group.PRINTER) == [
        {
            "reasons": ["media-empty", "door-open"],
            "fidelity": [True],
            "number": [-7],
            "name": ["张样例"],
        }
    ]


@given(some.binary(max_size=200))
def test_no_bytes_of_a_printer_do_harm(message: bytes) -> None:
    try:
        decode(message)
    except BrokenOff:
        return


# The driver -----------------------------------------------------------------------------------------


@pytest.fixture
def fake() -> Iterator[FakePrinter]:
    printer = FakePrinter()
    yield printer
    if printer._thread.is_alive():
        printer.switch_off()


@pytest.fixture
def ticket(tmp_path: Path) -> FeedTicket:
    path = tmp_path / "D1.pdf"
    path.write_bytes(PAPER)
    return FeedTicket("D1-1-0", path, 1, "iso_a4_210x297mm", "two-sided-long-edge")


def driver(fake: FakePrinter) -> IppPrinter:
    looks = itertools.count()
    return IppPrinter(
        fake.uri, sleep=lambda _: None, monotonic=lambda: next(looks) / 5, patience_s=4.0
    )


OCTETS: Any = 0x30


def test_paper_and_toner_are_read_as_the_printer_tells_them(fake: FakePrinter) -> None:
    """The first two trays know their fill; the third says "some" (-3), and the waste tank is no supply."""
    trays = (
        b"type=sheetFeedAutoRemovableTray;maxcapacity=250;level=100;status=0;name=main;",
        b"type=sheetFeedAutoRemovableTray;maxcapacity=-2;level=0;name=by-pass-tray;",
        b"type=sheetFeedManual;maxcapacity=1;level=-3;name=manual;",
    )
    supplies = (
        b"index=1;class=receptacleThatIsFilled;type=wasteToner;maxcapacity=100;level=25;",
        b"index=2;class=supplyThatIsConsumed;type=toner;maxcapacity=200;level=30;",
        b"index=3;class=supplyThatIsConsumed;type=opc;maxcapacity=100;level=-2;",
    )
    fake.levels = [
        Attribute(OCTETS, "printer-input-tray", trays),
        Attribute(OCTETS, "printer-supply", supplies),
        Attribute(Tag.TEXT, "printer-supply-description", ("Waste Tank", "Black Toner")),
    ]
    report = driver(fake).report()
    assert report.trays == (Tray("main", 100, 250), Tray("by-pass-tray", 0, None))
    assert report.supplies == (Supply("Black Toner", 15), Supply("opc", None))


def test_an_older_printer_tells_its_toner_by_marker_levels(fake: FakePrinter) -> None:
    fake.levels = [
        Attribute(Tag.NAME, "marker-names", ("Black", "Waste", "Cyan")),
        Attribute(Tag.KEYWORD, "marker-types", ("toner", "waste-toner", "toner")),
        Attribute(Tag.INTEGER, "marker-levels", (7, 90, -2)),
    ]
    assert driver(fake).report().supplies == (Supply("Black", 7), Supply("Cyan", None))


@pytest.mark.parametrize(
    "text", [b"", b"level", b"level=x;name=\xff", b"level=;=;", b"level=9" * 9]
)
def test_what_makes_no_sense_is_left_out(fake: FakePrinter, text: bytes) -> None:
    fake.levels = [
        Attribute(OCTETS, "printer-input-tray", (text,)),
        Attribute(OCTETS, "printer-supply", (text,)),
    ]
    report = driver(fake).report()
    assert (report.trays, report.supplies, report.state) == ((), (), "idle")


def test_a_sound_print(fake: FakePrinter, ticket: FeedTicket) -> None:
    printer = driver(fake)
    assert printer.report() == PrinterReport("idle", ("none",), 10)
    printer.feed(ticket)
    assert printer.report().page_counter == 11
    assert printer.come_to_rest()
    (job,) = fake.jobs
    assert job.name == "D1-1-0"
    assert job.attributes == {
        "copies": [1],
        "media": ["iso_a4_210x297mm"],
        "sides": ["two-sided-long-edge"],
    }
    assert fake.papers == [PAPER]


@pytest.mark.parametrize("behaviour", ["busy", "refuses"])
def test_a_refused_job_was_surely_not_fed(
    fake: FakePrinter, ticket: FeedTicket, behaviour: str
) -> None:
    fake.behaviour = behaviour
    with pytest.raises(NotFed, match="refused"):
        driver(fake).feed(ticket)


def test_a_printer_that_is_off_has_surely_not_fed(ticket: FeedTicket) -> None:
    printer = IppPrinter(f"ipp://127.0.0.1:{free_port()}/ipp/print")
    assert printer.report() == OFFLINE
    assert not printer.come_to_rest()
    with pytest.raises(NotFed, match="offline"):
        printer.feed(ticket)


@pytest.mark.parametrize(
    "behaviour", ["breaks-off", "names-no-job", "vanishes", "aborts", "aborts-late", "stuck"]
)
def test_what_the_printer_does_not_confirm_is_uncertain(
    fake: FakePrinter, ticket: FeedTicket, behaviour: str
) -> None:
    fake.behaviour = behaviour
    with pytest.raises(FeedUncertain):
        driver(fake).feed(ticket)


def test_a_jam_is_a_jam(fake: FakePrinter, ticket: FeedTicket) -> None:
    fake.behaviour = "jams"
    with pytest.raises(Jammed):
        driver(fake).feed(ticket)
    assert fake.jobs[0].state == CANCELED, "the printer would print it once the jam is cleared"


def test_what_waits_inside_is_taken_back_and_what_moves_is_waited_for(fake: FakePrinter) -> None:
    fake.jobs = [Job(1, "a", PENDING), Job(2, "b", STOPPED), Job(3, "c", PROCESSING)]
    printer = driver(fake)
    assert not printer.come_to_rest()
    assert not printer.come_to_rest()
    fake.jobs[2].state = 9
    assert printer.come_to_rest()
    assert [job.state for job in fake.jobs] == [7, 7, 9]


@pytest.mark.parametrize(("text", "counter"), [("41\n", 41), ("", None), ("x", None)])
def test_a_counter_beside_the_printer(
    fake: FakePrinter, tmp_path: Path, text: str, counter: int | None
) -> None:
    path = tmp_path / "count"
    assert IppPrinter(fake.uri, path).report().page_counter == 0
    path.write_text(text)
    assert IppPrinter(fake.uri, path).report().page_counter == counter


def test_a_refusal_tells_its_status(fake: FakePrinter) -> None:
    fake.behaviour = "refuses"
    with pytest.raises(Refused) as refused:
        Printer(fake.uri, user="x").ask(
            Operation.PRINT_JOB, Attribute(Tag.NAME, "job-name", ("x",))
        )
    assert refused.value.status == 0x040B


# Whole prints ---------------------------------------------------------------------------------------


class IppBox(Box):
    """A machine with an IPP printer on its cable."""

    printer: FakePrinter

    def driver(self) -> Driver:
        return driver(self.printer)


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as office:
        yield office


def box(folder: Path, office: Office, fake: FakePrinter, plan: Plan | None = None) -> IppBox:
    machine = IppBox(folder, office, plan or Plan())
    machine.printer = fake
    return machine


@pytest.mark.parametrize(
    ("behaviour", "state", "papers"),
    [
        ("sound", JobState.COMPLETED, 1),
        ("breaks-off", JobState.COMPLETED, 1),
        ("names-no-job", JobState.COMPLETED, 1),
        ("aborts-late", JobState.COMPLETED, 1),
        ("jams", JobState.UNKNOWN, 0),
        ("busy", JobState.ABORTED, 0),
        ("refuses", JobState.ABORTED, 0),
        ("vanishes", JobState.COMPLETED, 1),
    ],
)
def test_how_a_print_ends(
    tmp_path: Path, office: Office, fake: FakePrinter, behaviour: str, state: JobState, papers: int
) -> None:
    number = office.order()
    fake.behaviour = behaviour
    box(tmp_path, office, fake).run()
    assert states(office, number)[0] is state
    assert len(fake.papers) == papers


@pytest.mark.parametrize("behaviour", ["stuck", "aborts"])
def test_a_printer_that_never_feeds_is_given_up_with_nothing_left_inside(
    tmp_path: Path, office: Office, fake: FakePrinter, behaviour: str
) -> None:
    number = office.order()
    fake.behaviour = behaviour
    box(tmp_path, office, fake).run(rounds=200)
    assert states(office, number) == (JobState.ABORTED, {SheetState.RELEASED})
    assert all(job.state in (7, 8) for job in fake.jobs)
    assert fake.papers == []


def test_a_power_cut_with_the_job_waiting_inside_the_printer_feeds_no_second_sheet(
    tmp_path: Path, office: Office, fake: FakePrinter
) -> None:
    """The machine comes back, takes its job out of the printer, and prints once."""
    number = office.order()
    machine = box(tmp_path, office, fake, Plan({}))
    instants = [f"after-{step}" for step in ("feeding",)]

    def cut(name: str) -> None:
        if name in instants:
            instants.clear()
            fake.jobs.append(Job(1, "left behind", PENDING))
            raise PowerCut(name)

    machine.plan.machine_instant = cut  # type: ignore[method-assign]
    with pytest.raises(PowerCut):
        machine.run()
    machine.run()
    assert states(office, number)[0] is JobState.COMPLETED
    assert fake.jobs[0].state == 7
    assert len(fake.papers) == 1
