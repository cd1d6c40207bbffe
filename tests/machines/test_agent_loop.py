"""The session on the screen, the cards on the reader, and the agent's round."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from printing.agent.cards import FolderReader
from printing.agent.drivers.tray import TrayPrinter
from printing.agent.errors import LineDown, ServerRefused
from printing.agent.journal import Journal
from printing.agent.loop import Agent
from printing.agent.prints import Progress
from printing.agent.screen import Browser, Screen
from printing.messages import Message
from printing.wire import (
    CardRead,
    CardRemoved,
    Heartbeat,
    PollAnswer,
    SessionAnswer,
    SessionOpened,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CARD = {"document_type": "111", "document_number": "510104199003070015", "name": "张样例"}


class Clerk:
    """Stands for the line: answers sessions, cards and polls, and writes down what was said."""

    clock_skew_s = 0

    def __init__(self) -> None:
        self.said: list[tuple[str, Message | None]] = []
        self.sessions = 0
        self.next_poll_s = 60
        self.session_open = True
        self.jobs_waiting = 0
        self.fails: Exception | None = None
        self.loses_two_of_three = False
        self.asked = 0
        self.refuses_cards: str | None = None

    def now(self) -> datetime:
        return NOW

    def follow_clock(self, server_now: datetime) -> None:
        self.followed = server_now

    def paths(self) -> list[str]:
        said = [path for path, _ in self.said]
        self.said.clear()
        return said

    def get(self, path: str, message: Message | None, kind: type[Message]) -> Message:
        if self.fails is not None:
            raise self.fails
        self.asked += 1
        if self.loses_two_of_three and self.asked % 3:
            raise LineDown("lost")
        self.said.append((path, message))
        if path == "/sessions":
            self.sessions += 1
            number = f"MS{self.sessions}"
            return SessionOpened(number, f"http://x/entry/{number}", "n" * 32, NOW, 1)
        if path == "/poll":
            return PollAnswer(NOW, self.next_poll_s, self.jobs_waiting, None, self.session_open)
        if path.endswith("/card") and self.refuses_cards:
            code, self.refuses_cards = self.refuses_cards, None
            raise ServerRefused(409, code, "")
        return SessionAnswer(path.split("/")[2], path.endswith("/card"), 1)


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite3")
    yield journal
    journal.close()


@pytest.fixture
def screen(tmp_path: Path, clerk: Clerk, journal: Journal) -> Screen:
    return make_screen(tmp_path, clerk, journal)


def make_screen(tmp_path: Path, clerk: Clerk, journal: Journal) -> Screen:
    line: Any = clerk
    reader = FolderReader("reader-1", tmp_path / "reader")
    return Screen(journal, line, reader, Browser((), tmp_path / "session_url"))


def lay_card(tmp_path: Path, **changes: str) -> Path:
    path = tmp_path / "reader" / "card.json"
    path.write_text(json.dumps(CARD | changes), encoding="utf-8")
    return path


def settle(screen: Screen) -> None:
    while screen.tick():
        pass


# Screen ---------------------------------------------------------------------------------------------


def test_a_free_screen_shows_a_fresh_address_once(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    settle(screen)
    assert clerk.paths() == ["/sessions"]
    assert (tmp_path / "session_url").read_text() == "http://x/entry/MS1"
    settle(screen)
    assert clerk.paths() == []


def test_a_card_is_told_once_with_the_sessions_nonce(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    settle(screen)
    lay_card(tmp_path, expires_on="2030-01-01")
    settle(screen)
    path, message = clerk.said[-1]
    assert path == "/sessions/MS1/card"
    assert isinstance(message, CardRead)
    assert (message.nonce, message.name, str(message.expires_on)) == (
        "n" * 32,
        "张样例",
        "2030-01-01",
    )
    assert len(clerk.said) == 2


def test_taking_the_card_away_ends_the_session_and_opens_the_next(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    card = lay_card(tmp_path)
    settle(screen)
    card.unlink()
    settle(screen)
    assert clerk.paths() == [
        "/sessions",
        "/sessions/MS1/card",
        "/sessions/MS1/card-removal",
        "/sessions",
    ]
    assert (tmp_path / "session_url").read_text() == "http://x/entry/MS2"


def test_another_card_is_first_the_removal_of_the_first(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    lay_card(tmp_path)
    settle(screen)
    lay_card(tmp_path, name="李样例")
    settle(screen)
    assert clerk.paths()[2:] == ["/sessions/MS1/card-removal", "/sessions", "/sessions/MS2/card"]


def test_a_card_left_lying_after_the_session_is_not_read_again(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    lay_card(tmp_path)
    settle(screen)
    screen.forget_visit()
    settle(screen)
    assert clerk.paths() == ["/sessions", "/sessions/MS1/card", "/sessions"]


def test_a_card_left_lying_does_not_end_the_next_session_when_it_goes(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    card = lay_card(tmp_path)
    settle(screen)
    screen.forget_visit()
    settle(screen)
    clerk.paths()
    card.unlink()
    settle(screen)
    assert clerk.paths() == []
    lay_card(tmp_path)
    settle(screen)
    assert clerk.paths() == ["/sessions/MS2/card"]


def test_a_card_that_goes_while_the_answer_is_lost_ends_the_session(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    settle(screen)
    card = lay_card(tmp_path)
    clerk.fails = LineDown("cut")
    with pytest.raises(LineDown):
        screen.tick()
    card.unlink()
    clerk.fails = None
    settle(screen)
    assert clerk.paths() == ["/sessions", "/sessions/MS1/card-removal", "/sessions"]


def test_a_session_that_is_over_is_replaced_and_the_card_told_to_the_new_one(
    tmp_path: Path, clerk: Clerk, screen: Screen
) -> None:
    settle(screen)
    clerk.refuses_cards = "machine-session-over"
    lay_card(tmp_path)
    settle(screen)
    assert clerk.paths()[1:] == ["/sessions/MS1/card", "/sessions", "/sessions/MS2/card"]


def test_a_refused_card_has_to_leave_first(tmp_path: Path, clerk: Clerk, screen: Screen) -> None:
    settle(screen)
    clerk.refuses_cards = "card-expired"
    card = lay_card(tmp_path)
    settle(screen)
    clerk.paths()
    settle(screen)
    assert clerk.paths() == []
    card.unlink()
    settle(screen)
    assert clerk.paths()[0].endswith("card-removal")


def test_after_a_restart_the_same_session_goes_on(
    tmp_path: Path, clerk: Clerk, screen: Screen, journal: Journal
) -> None:
    lay_card(tmp_path)
    settle(screen)
    clerk.paths()
    again = make_screen(tmp_path, clerk, journal)
    again.start()
    settle(again)
    assert clerk.paths() == ["/sessions/MS1/card"]


def test_after_a_restart_without_a_card_the_browser_gets_a_fresh_address(
    tmp_path: Path, clerk: Clerk, screen: Screen, journal: Journal
) -> None:
    settle(screen)
    again = make_screen(tmp_path, clerk, journal)
    again.start()
    settle(again)
    assert clerk.paths() == ["/sessions", "/sessions"]


def test_a_card_taken_while_the_agent_was_down_is_noticed(
    tmp_path: Path, clerk: Clerk, screen: Screen, journal: Journal
) -> None:
    card = lay_card(tmp_path)
    settle(screen)
    clerk.paths()
    card.unlink()
    settle(make_screen(tmp_path, clerk, journal))
    path, message = clerk.said[0]
    assert path == "/sessions/MS1/card-removal"
    assert isinstance(message, CardRemoved)


def test_the_browser_is_started_with_the_address_and_stopped(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    command = ("sh", "-c", 'echo "$0" > "$1"; sleep 60', "{url}", str(seen))
    browser = Browser(command, tmp_path / "session_url")
    browser.show("http://x/entry/1")
    until = time.monotonic() + 5
    while time.monotonic() < until and not (seen.exists() and seen.read_text()):
        time.sleep(0.01)
    browser.close()
    assert seen.read_text().strip() == "http://x/entry/1"
    browser.close()


# The round ------------------------------------------------------------------------------------------


class Idle:
    """Stands for the print jobs: nothing to print, unless told."""

    def __init__(self) -> None:
        self.fetched = 0
        self.progress = Progress.IDLE

    def tidy(self) -> None:
        """Nothing lies about."""

    def in_hand(self) -> None:
        return None

    def fetch(self) -> bool:
        self.fetched += 1
        return False

    def advance(self) -> Progress:
        return self.progress


class Watch:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def make_agent(tmp_path: Path, clerk: Clerk, screen: Screen, watch: Watch) -> Callable[..., Agent]:
    def make(prints: Idle | None = None, draw: float = 0.5) -> Agent:
        line: Any = clerk
        printing: Any = prints or Idle()
        driver = TrayPrinter(tmp_path / "tray")
        return Agent(
            line,
            printing,
            screen,
            driver,
            version="1",
            status_file=tmp_path / "status.json",
            monotonic=watch,
            draw=lambda: draw,
        )

    return make


def polls(clerk: Clerk) -> int:
    return clerk.paths().count("/poll")


def test_the_server_says_when_to_come_back(
    clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    agent = make_agent()
    agent.tick()
    assert polls(clerk) == 1
    for watch.time, wanted in ((59.0, 0), (60.1, 1), (61.0, 0)):
        agent.tick()
        assert polls(clerk) == wanted
    clerk.next_poll_s = 1
    for watch.time, wanted in ((121.0, 1), (121.5, 0), (122.1, 1)):
        agent.tick()
        assert polls(clerk) == wanted


@pytest.mark.parametrize(("draw", "early"), [(0.0, 54.0), (1.0, 66.0)])
def test_a_fleet_does_not_poll_in_step(
    clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch, draw: float, early: float
) -> None:
    agent = make_agent(draw=draw)
    agent.tick()
    clerk.paths()
    watch.time = early - 0.1
    agent.tick()
    assert polls(clerk) == 0
    watch.time = early + 0.1
    agent.tick()
    assert polls(clerk) == 1


def test_the_heartbeat_says_how_the_machine_is(
    tmp_path: Path, clerk: Clerk, make_agent: Callable[..., Agent]
) -> None:
    make_agent().tick()
    beat = clerk.said[-1][1]
    assert isinstance(beat, Heartbeat)
    assert (beat.printer.state, beat.printer.page_counter, beat.session) == ("idle", 0, "MS1")


def test_a_dead_line_is_tried_less_and_less_and_people_are_told(
    tmp_path: Path, clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    agent, status = make_agent(draw=1.0), tmp_path / "status.json"
    clerk.fails = LineDown("cut")
    tries = []
    while watch.time < 70:
        before = agent._failures
        agent.tick()
        if agent._failures > before:
            tries.append(round(watch.time))
        watch.time += 0.5
    assert tries == [0, 1, 3, 7, 15, 31, 61]
    assert json.loads(status.read_text()) == {"online": False}
    clerk.fails, watch.time = None, 200.0
    agent.tick()
    assert json.loads(status.read_text()) == {"online": True}


def cut_for(clerk: Clerk, agent: Agent, watch: Watch, seconds: float) -> None:
    clerk.fails, end = LineDown("cut"), watch.time + seconds
    while watch.time < end:
        agent.tick()
        watch.time += 0.5
    clerk.fails = None


def test_a_machine_without_a_line_says_so_on_its_screen_until_it_is_back(
    tmp_path: Path, clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    agent, address = make_agent(draw=1.0), tmp_path / "session_url"
    agent.tick()
    cut_for(clerk, agent, watch, 2.0)
    assert address.read_text() == "http://x/entry/MS1", "a hiccup changes nothing"
    cut_for(clerk, agent, watch, 80.0)
    page = Path(unquote(urlsplit(address.read_text()).path)).read_text(encoding="utf-8")
    assert "连不上业务系统" in page
    assert "http" not in page.replace("http-equiv", ""), "it asks for nothing"
    watch.time += 61.0
    agent.tick()
    assert address.read_text() == "http://x/entry/MS2"


def test_a_machine_that_starts_without_a_line_says_so(
    tmp_path: Path, clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    cut_for(clerk, make_agent(), watch, 20.0)
    assert (tmp_path / "session_url").read_text().endswith("/offline.html")


def test_whoever_is_at_work_keeps_the_page_when_the_line_goes(
    tmp_path: Path, clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    agent = make_agent()
    agent.tick()
    lay_card(tmp_path)
    agent.tick()
    watch.time = 61.0
    cut_for(clerk, agent, watch, 80.0)
    assert (tmp_path / "session_url").read_text() == "http://x/entry/MS1"


def test_a_line_that_lets_some_messages_through_is_tried_again_soon(
    clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    """Every session is lost at once and two of three messages too: the pauses stay short."""
    agent = make_agent(draw=1.0)
    clerk.next_poll_s, clerk.session_open, clerk.loses_two_of_three = 1, False, True
    while watch.time < 60:
        agent.tick()
        watch.time += 0.1
    assert len(clerk.paths()) > 14


def test_a_refusal_of_one_part_does_not_stop_the_others(
    tmp_path: Path, clerk: Clerk, make_agent: Callable[..., Agent]
) -> None:
    clerk.jobs_waiting = 1
    clerk.refuses_cards = "something-new"
    prints = Idle()
    agent = make_agent(prints)
    agent.tick()
    lay_card(tmp_path)
    fetched = prints.fetched
    agent._poll_at = 0.0
    agent.tick()
    assert clerk.refuses_cards is None
    assert prints.fetched == fetched + 1


def test_a_session_that_the_server_ended_is_replaced(
    clerk: Clerk, make_agent: Callable[..., Agent], watch: Watch
) -> None:
    agent = make_agent()
    agent.tick()
    clerk.session_open = False
    watch.time = 61.0
    agent.tick()
    clerk.session_open = True
    agent.tick()
    assert clerk.paths() == ["/sessions", "/poll", "/poll", "/sessions", "/poll"]


def test_work_in_hand_is_carried_on_without_pause(make_agent: Callable[..., Agent]) -> None:
    prints = Idle()
    agent = make_agent(prints)
    prints.progress = Progress.ON
    assert agent.tick() == 0.0
    prints.progress = Progress.WAIT
    assert agent.tick() > 0.0


def test_the_clock_follows_the_server(clerk: Clerk, make_agent: Callable[..., Agent]) -> None:
    make_agent().tick()
    assert clerk.followed == NOW
