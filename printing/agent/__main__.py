"""``python -m printing.agent --config FILE``: enrol on the first start, then serve the machine until told to stop."""

from __future__ import annotations

import argparse
import fcntl
import logging
import signal
import sys
import threading
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing.agent.cards import FolderReader
from printing.agent.chaos import Chaos, ChaosLine, ChaosPrinter, parse_chaos
from printing.agent.config import AgentConfig, load_config
from printing.agent.drivers import Driver, FeedTicket
from printing.agent.drivers.ipp import IppPrinter
from printing.agent.drivers.tray import TrayPrinter
from printing.agent.enrolment import PAUSE_S, ensure_enrolled
from printing.agent.errors import (
    AgentError,
    AlreadyRunning,
    ConfigInvalid,
    JobInTheWay,
    LineDown,
    ServerRefused,
)
from printing.agent.journal import Journal
from printing.agent.keys import load_or_create_key
from printing.agent.line import Line, system_now
from printing.agent.loop import Agent
from printing.agent.prints import Judge, Judgement, NotJudged, Printing
from printing.agent.rotation import KeyKeeper
from printing.agent.screen import Browser, Screen
from printing.agent.spool import Spool
from printing.errors import PrintingError
from printing.verify import judge_pdf, load_roots

DISTRIBUTION = "chuanyu-kiosk"


def version() -> str:
    """The version of the installed software, as the heartbeat tells it."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


def main(arguments: list[str] | None = None) -> int:
    """Run the agent; 0 after a stop that was asked for, 2 for a configuration that can not work."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    try:
        config = load_config(options.config)
        chaos = parse_chaos(options.chaos)
        config.state_dir.mkdir(parents=True, exist_ok=True)
        with _lock(config.state_dir):
            if options.calibrate:
                calibrate(config, chaos, options.calibrate)
            else:
                serve(config, chaos, stopping)
    except AgentError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def serve(config: AgentConfig, chaos: Chaos, stopping: threading.Event) -> None:
    """Put the parts together and work. Raises AgentError if the machine can not be enrolled."""
    key_file = config.state_dir / "machine.key"
    key = load_or_create_key(key_file)
    line = make_line(config, key, chaos)
    journal = Journal(config.state_dir / "journal.sqlite3", chaos.watch)
    browser = Browser(config.browser, config.state_dir / "session_url")
    driver = ChaosPrinter(make_driver(config, chaos), chaos)
    keeper = KeyKeeper(key_file, config.machine, line, journal, days=config.key_days)
    try:
        if not finish_rotation(keeper, stopping):
            return
        key = load_or_create_key(key_file)
        if not ensure_enrolled(config, key, line, journal, version(), stopping):
            return
        printing = Printing(
            journal, line, driver, Spool(config.state_dir / "spool"), make_judge(config)
        )
        screen = Screen(journal, line, FolderReader(config.reader, config.reader_dir), browser)
        status = config.state_dir / "status.json"
        Agent(
            line,
            printing,
            screen,
            driver,
            version=version(),
            status_file=status,
            renew_key=keeper.renew_if_old,
        ).run(stopping)
    finally:
        browser.close()
        journal.close()


def calibrate(config: AgentConfig, chaos: Chaos, page: Path) -> None:
    """Print a page with the configured shift, outside any job. Raises JobInTheWay, NotFed, Jammed or FeedUncertain."""
    journal = Journal(config.state_dir / "journal.sqlite3")
    try:
        if journal.list_open():
            raise JobInTheWay(
                "a job is in hand, and its page counter must not move; let the agent finish it"
            )
    finally:
        journal.close()
    ticket = FeedTicket("calibration", page, 1, "iso_a4_210x297mm", "one-sided")
    make_driver(config, chaos).feed(ticket)


def finish_rotation(keeper: KeyKeeper, stopping: threading.Event) -> bool:
    """Carry a cut-off change of keys to its end; waits for a server that is down. False if told to stop meanwhile."""
    while True:
        try:
            keeper.finish()
        except LineDown:
            if stopping.wait(PAUSE_S):
                return False
            continue
        except ServerRefused as refusal:
            raise ConfigInvalid(f"neither of the machine's keys counts: {refusal}") from refusal
        return True


def make_line(config: AgentConfig, key: Ed25519PrivateKey, chaos: Chaos) -> Line:
    """The line to the server, honest or not."""
    line = ChaosLine(
        config.server,
        config.machine,
        key,
        timeout_s=config.timeout_s,
        ca_file=config.ca_file,
        clock=chaos.clock(system_now),
    )
    line.chaos = chaos
    return line


def make_driver(config: AgentConfig, chaos: Chaos) -> Driver:
    """The printer of the configuration."""
    if config.driver == "ipp":
        return IppPrinter(config.printer or "", config.counter_file, config.shift_mm)
    return TrayPrinter(config.tray_dir or config.state_dir / "tray", chaos.watch, config.shift_mm)


def make_judge(config: AgentConfig) -> Judge:
    """The judge of PDFs, by the roots that stand in the machine's file at that moment."""

    def judge(data: bytes, now: datetime) -> Judgement:
        try:
            roots = load_roots(config.trust_roots)
        except PrintingError as error:
            return NotJudged(code=error.code)
        return judge_pdf(data, roots, now)

    return judge


def _lock(state_dir: Path) -> IO[bytes]:
    """Hold the state directory for this process alone. Raises AlreadyRunning."""
    stream = (state_dir / "agent.lock").open("wb")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.close()
        raise AlreadyRunning(f"{state_dir} is in use by another agent") from error
    return stream


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m printing.agent", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--chaos",
        action="append",
        default=[],
        metavar="SWITCH",
        help="break something on purpose; see printing/agent/chaos.py",
    )
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="PDF",
        help="print this page, shifted as configured, and stop",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
