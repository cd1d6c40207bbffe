"""A machine's own offset on pre-printed blanks: the printer moves the image, the signed file stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printing.agent.__main__ import calibrate
from printing.agent.chaos import Chaos
from printing.agent.config import AgentConfig
from printing.agent.drivers import FeedTicket
from printing.agent.drivers.ipp import IppPrinter
from printing.agent.drivers.tray import TrayPrinter
from printing.agent.errors import JobInTheWay, NotFed
from printing.agent.journal import Journal, Step
from tests.machines.fake_printer import FakePrinter
from tests.machines.ippeve import MISSING, EvePrinter
from tests.machines.office import PAPER

SHIFT = (1.5, -2.25)
MEDIA = "iso_a4_210x297mm"


@pytest.fixture
def fake() -> Iterator[FakePrinter]:
    printer = FakePrinter()
    yield printer
    printer.switch_off()


@pytest.fixture
def ticket(tmp_path: Path) -> FeedTicket:
    path = tmp_path / "D1.pdf"
    path.write_bytes(PAPER)
    return FeedTicket("D1-1-0", path, 1, MEDIA, "one-sided")


def test_the_shift_goes_with_the_job_in_hundredths_of_a_millimetre(
    fake: FakePrinter, ticket: FeedTicket
) -> None:
    IppPrinter(fake.uri, shift_mm=SHIFT, sleep=lambda _: None).feed(ticket)
    (job,) = fake.jobs
    assert (job.attributes["x-image-shift"], job.attributes["y-image-shift"]) == ([150], [-225])
    assert fake.papers == [PAPER]


def test_a_printer_that_can_not_shift_feeds_nothing_where_a_shift_is_wanted(
    fake: FakePrinter, ticket: FeedTicket
) -> None:
    fake.shifts = False
    with pytest.raises(NotFed, match="image-shift-not-supported"):
        IppPrinter(fake.uri, shift_mm=SHIFT, sleep=lambda _: None).feed(ticket)
    assert fake.jobs == []
    IppPrinter(fake.uri, sleep=lambda _: None).feed(ticket)
    assert fake.papers == [PAPER]


@pytest.mark.skipif(
    bool(MISSING), reason=f"needs {', '.join(MISSING)} (Debian: apt install cups-ipp-utils dbus)"
)
def test_a_printer_of_others_making_takes_the_shift(tmp_path: Path, ticket: FeedTicket) -> None:
    folder = tmp_path / "printer"
    folder.mkdir()
    with closing(EvePrinter(folder, shifts=True)) as printer:
        IppPrinter(printer.uri, printer.count_file, SHIFT).feed(ticket)
        assert (folder / "shift").read_text().split() == ["150", "-225"]
        assert printer.papers() == [PAPER]


def config_of(folder: Path) -> AgentConfig:
    (folder / "state").mkdir(exist_ok=True)
    return AgentConfig(
        server="http://127.0.0.1:8080",
        machine="M1",
        state_dir=folder / "state",
        driver="file",
        reader_dir=folder,
        trust_roots=folder / "root.pem",
        tray_dir=folder / "tray",
        shift_mm=SHIFT,
    )


def test_the_calibration_page_is_shifted_as_configured(tmp_path: Path, ticket: FeedTicket) -> None:
    calibrate(config_of(tmp_path), Chaos(), ticket.path)
    printer = TrayPrinter(tmp_path / "tray")
    assert json.loads(printer.orders.read_text()) == {
        "name": "calibration",
        "media": MEDIA,
        "sides": "one-sided",
        "shift_mm": list(SHIFT),
    }
    (sheet,) = (tmp_path / "tray").glob("*.pdf")
    assert sheet.read_bytes() == PAPER


def test_the_calibration_page_never_moves_the_counter_of_a_job(
    tmp_path: Path, ticket: FeedTicket
) -> None:
    config = config_of(tmp_path)
    with closing(Journal(config.state_dir / "journal.sqlite3")) as journal:
        journal.record("J1", 1, Step.FEEDING, datetime(2026, 11, 21, tzinfo=UTC), counter=1)
    with pytest.raises(JobInTheWay):
        calibrate(config, Chaos(), ticket.path)
    assert TrayPrinter(tmp_path / "tray").report().page_counter == 0
