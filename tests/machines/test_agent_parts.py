"""The agent's parts one by one: configuration, key, journal, file printer, reader, spool."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from printing.agent.cards import Card, FolderReader
from printing.agent.chaos import Chaos, ChaosPrinter, parse_chaos
from printing.agent.config import load_config
from printing.agent.drivers import FeedTicket, blocking_reason
from printing.agent.drivers.tray import TrayPrinter
from printing.agent.errors import ConfigInvalid, DocumentDamaged, Jammed, LineDown, NotFed
from printing.agent.files import wipe, write_durably
from printing.agent.journal import Journal, Step
from printing.agent.keys import load_or_create_key
from printing.agent.spool import Spool
from printing.wire import PrinterReport
from tests.support.sources import ROOT

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SETTINGS = """
server = "http://127.0.0.1:8080"
machine = "SPB-001"
state_dir = "state"
driver = "file"
tray_dir = "/srv/tray"
reader_dir = "reader"
trust_roots = "root.pem"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


# Configuration --------------------------------------------------------------------------------------


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, SETTINGS))
    assert config.state_dir == tmp_path / "state"
    assert config.tray_dir == Path("/srv/tray")
    assert config.browser == ()


def test_the_example_is_a_configuration_that_works() -> None:
    config = load_config(ROOT / "deploy" / "agent.example.toml")
    assert (config.driver, config.browser[-1]) == ("ipp", "{url}")


def test_every_fault_of_the_configuration_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, 'server = "x"\ndriver = 3\nmachin = "M"\n')
    with pytest.raises(ConfigInvalid) as refused:
        load_config(path)
    for fault in ("unknown setting machin", "machine is missing", "driver must be a text"):
        assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("http://127.0.0.1:8080", "ftp://x"), "http or https"),
        (('"file"', '"fax"'), "driver must be one of"),
        (('tray_dir = "/srv/tray"', ""), "needs tray_dir"),
        (('"file"', '"ipp"'), "needs printer"),
        (('"file"', '"file"\nshift_mm = [1.5]'), "shift_mm"),
        (('"file"', '"file"\nshift_mm = [0, 10.5]'), "shift_mm"),
        (('server = "http', "server = http"), "agent.toml"),
    ],
)
def test_contradictions_are_named(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    with pytest.raises(ConfigInvalid, match=fault):
        load_config(written(tmp_path, SETTINGS.replace(*change)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"nothing\.toml"):
        load_config(tmp_path / "nothing.toml")


# Key and files --------------------------------------------------------------------------------------


def test_the_key_is_born_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "machine.key"
    first = load_or_create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_key(path).private_bytes_raw() == first.private_bytes_raw()


def test_a_wiped_file_is_gone_and_wiping_twice_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "licence.pdf"
    write_durably(path, b"secret")
    wipe(path)
    wipe(path)
    assert list(tmp_path.iterdir()) == []


# Journal --------------------------------------------------------------------------------------------


def test_the_journal_survives_and_names_the_job_in_hand(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    journal.record("D1", 1, Step.OFFERED, NOW, offer={"job": "D1"})
    journal.record("D1", 1, Step.FEEDING, NOW, counter=40)
    journal.close()
    again = Journal(tmp_path / "journal.sqlite3")
    entries = again.list_open()
    assert [(entry.step, entry.facts) for entry in entries] == [
        (Step.OFFERED, {"offer": {"job": "D1"}}),
        (Step.FEEDING, {"counter": 40}),
    ]
    again.record("D1", 1, Step.CLOSED, NOW)
    assert again.list_open() == []
    again.close()


def test_a_new_attempt_does_not_inherit_the_steps_of_an_old_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    for attempt, step in ((1, Step.DOWNLOADED), (1, Step.CLOSED), (2, Step.OFFERED)):
        journal.record("D1", attempt, step, NOW)
    assert [(entry.attempt, entry.step) for entry in journal.list_open()] == [(2, Step.OFFERED)]
    journal.close()


def test_notes_are_kept_and_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    journal.note("session", "a")
    journal.note("session", "b")
    assert journal.find_note("session") == "b"
    journal.note("session", None)
    assert journal.find_note("session") is None
    journal.close()


# File printer ---------------------------------------------------------------------------------------


@pytest.fixture
def ticket(tmp_path: Path) -> FeedTicket:
    path = tmp_path / "D1.pdf"
    path.write_bytes(b"%PDF-1.7 one page")
    return FeedTicket("D1-1-0", path, 1, "iso_a4_210x297mm", "one-sided")


def test_paper_comes_out_and_is_counted(tmp_path: Path, ticket: FeedTicket) -> None:
    printer = TrayPrinter(tmp_path / "tray")
    assert printer.report() == PrinterReport("idle", ("none",), 0)
    printer.feed(ticket)
    printer.feed(ticket)
    assert sorted(path.name for path in (tmp_path / "tray").glob("*.pdf")) == [
        "000001-D1-1-0.pdf",
        "000002-D1-1-0.pdf",
    ]
    assert TrayPrinter(tmp_path / "tray").report().page_counter == 2


def test_the_panel_keeps_paper_inside(tmp_path: Path, ticket: FeedTicket) -> None:
    printer = TrayPrinter(tmp_path / "tray")
    printer.panel.write_text("media-empty")
    assert printer.report() == PrinterReport("stopped", ("media-empty",), 0)
    with pytest.raises(NotFed, match="media-empty"):
        printer.feed(ticket)
    assert list((tmp_path / "tray").glob("*.pdf")) == []


class Cut(BaseException):
    """The power is gone."""


@pytest.mark.parametrize(("point", "counted"), [("before-paper", 0), ("after-paper", 1)])
def test_the_counter_tells_the_truth_after_a_cut(
    tmp_path: Path, ticket: FeedTicket, point: str, counted: int
) -> None:
    def watch(reached: str) -> None:
        if reached == point:
            raise Cut

    with pytest.raises(Cut):
        TrayPrinter(tmp_path / "tray", watch).feed(ticket)
    printer = TrayPrinter(tmp_path / "tray")
    assert printer.report().page_counter == counted
    assert len(list((tmp_path / "tray").glob("*.pdf"))) == counted
    printer.feed(ticket)
    assert printer.report().page_counter == counted + 1


@pytest.mark.parametrize(
    ("reasons", "blocked"),
    [
        (("none",), None),
        (("toner-low", "media-low-report"), None),
        (("marker-waste-almost-full-warning",), None),
        (("toner-low", "media-empty-warning"), "media-empty"),
        (("spool-area-full-error",), "spool-area-full"),
        (("spool-area-full",), "spool-area-full"),
        (("door-open",), "door-open"),
    ],
)
def test_only_what_stops_a_printer_blocks(reasons: tuple[str, ...], blocked: str | None) -> None:
    assert blocking_reason(PrinterReport("idle", reasons, 1)) == blocked
    assert blocking_reason(PrinterReport("stopped", ("none",), 1)) == "stopped"


# Chaos ----------------------------------------------------------------------------------------------


def test_chaos_switches_are_read_and_unknown_ones_refused() -> None:
    chaos = parse_chaos(["kill-at=before-feeding", "liar", "clock-skew=600"])
    assert (chaos.kill_at, chaos.flags) == ("before-feeding", frozenset({"liar"}))
    assert chaos.clock(lambda: NOW)() == NOW + timedelta(minutes=10)
    for wrong in ("explode", "kill-at", "jam=1", "slow-line=fast"):
        with pytest.raises(ConfigInvalid, match="chaos switch"):
            parse_chaos([wrong])


def test_the_broken_printers(tmp_path: Path, ticket: FeedTicket) -> None:
    def printer(*flags: str) -> ChaosPrinter:
        return ChaosPrinter(TrayPrinter(tmp_path / "tray"), Chaos(flags=frozenset(flags)))

    printer("liar").feed(ticket)
    with pytest.raises(Jammed):
        printer("jam").feed(ticket)
    out_of_paper = printer("paper-out")
    with pytest.raises(NotFed):
        out_of_paper.feed(ticket)
    assert list((tmp_path / "tray").glob("*.pdf")) == []
    out_of_paper.feed(ticket)
    assert printer("mute").report().page_counter is None
    assert printer().report().page_counter == 1


# Card reader ----------------------------------------------------------------------------------------

CARD = {"document_type": "111", "document_number": "510104199003070015", "name": "张样例"}


def test_a_card_is_a_file_in_the_folder(tmp_path: Path) -> None:
    reader = FolderReader("reader-1", tmp_path / "reader")
    assert reader.look() is None
    card = tmp_path / "reader" / "card.json"
    card.write_text(json.dumps(CARD), encoding="utf-8")
    assert reader.look() == Card("111", "510104199003070015", "张样例")
    card.write_text(json.dumps(CARD | {"expires_on": "2030-01-01"}), encoding="utf-8")
    assert reader.look() == Card("111", "510104199003070015", "张样例", date(2030, 1, 1))
    card.unlink()
    assert reader.look() is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps(CARD | {"name": 3}),
        json.dumps({"name": "x"}),
        json.dumps(CARD | {"expires_on": "soon"}),
    ],
)
def test_a_file_that_is_no_card_is_no_card(tmp_path: Path, text: str) -> None:
    (tmp_path / "card.json").write_text(text, encoding="utf-8")
    assert FolderReader("reader-1", tmp_path).look() is None


# Spool ----------------------------------------------------------------------------------------------

DATA = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


class Source:
    """A server that breaks off after some bytes, or does not know ranges."""

    def __init__(
        self, data: bytes = DATA, *, breaks_after: int | None = None, resumes: bool = True
    ) -> None:
        self.data, self.breaks_after, self.resumes = data, breaks_after, resumes
        self.asked: list[int] = []

    def download(self, path: str, offset: int) -> Iterator[tuple[bool, bytes]]:
        self.asked.append(offset)
        start = offset if self.resumes else 0
        for position in range(start, len(self.data), 50_000):
            if self.breaks_after is not None and position >= self.breaks_after:
                self.breaks_after = None
                raise LineDown("cut")
            yield self.resumes, self.data[position : position + 50_000]


@pytest.mark.parametrize("resumes", [True, False])
def test_a_broken_download_goes_on(tmp_path: Path, resumes: bool) -> None:
    spool, source = Spool(tmp_path / "spool"), Source(breaks_after=100_000, resumes=resumes)
    line: Any = source
    with pytest.raises(LineDown):
        spool.fetch(line, "D1", 1, DIGEST)
    spool.fetch(line, "D1", 1, DIGEST)
    assert source.asked == [0, 100_000]
    assert spool.path("D1").read_bytes() == DATA
    spool.fetch(line, "D1", 1, DIGEST)
    assert source.asked == [0, 100_000]


def test_a_damaged_download_is_thrown_away(tmp_path: Path) -> None:
    spool, line = Spool(tmp_path / "spool"), Source(DATA[:-1] + b"x")
    with pytest.raises(DocumentDamaged):
        spool.fetch(line, "D1", 1, DIGEST)  # type: ignore[arg-type]
    assert list((tmp_path / "spool").iterdir()) == []


def test_clearing_leaves_nothing(tmp_path: Path) -> None:
    spool, line = Spool(tmp_path / "spool"), Source()
    spool.fetch(line, "D1", 1, DIGEST)  # type: ignore[arg-type]
    spool.clear()
    assert list((tmp_path / "spool").iterdir()) == []
