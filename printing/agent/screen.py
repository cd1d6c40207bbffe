"""The session of the person at the machine: its one-time address on the screen, and the cards bound to it."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printing.agent.cards import Card, CardReader
from printing.agent.errors import ServerRefused
from printing.agent.files import write_durably
from printing.agent.journal import Journal
from printing.agent.line import Line
from printing.agent.offline_page import PAGE
from printing.wire import CardRead, CardRemoved, SessionAnswer, SessionOpened

log = logging.getLogger(__name__)
NOTE = "session"
CARD_NOTE = "card"
CLOSING_S = 5.0
"""How long a browser may take to close before it is ended."""
SESSION_IS_OVER = frozenset({"machine-session-over", "card-not-bound"})
CARD_IS_REFUSED = frozenset({"card-expired", "card-unreadable", "message-invalid", "input-invalid"})


class Browser:
    """Shows an address on the machine's screen; without a command it only leaves the address in a file."""

    def __init__(self, command: Sequence[str], address_file: Path) -> None:
        self._command, self._address_file = tuple(command), address_file
        self._process: subprocess.Popen[bytes] | None = None

    def show(self, url: str) -> None:
        """Replace what is on the screen."""
        write_durably(self._address_file, url.encode())
        if not self._command:
            return
        self.close()
        words = [url if word == "{url}" else word for word in self._command]
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL)

    def show_offline(self) -> None:
        """Say plainly that this machine takes no work now; the page lies on the machine itself."""
        page = self._address_file.with_name("offline.html")
        write_durably(page, PAGE.encode())
        self.show(page.absolute().as_uri())

    def close(self) -> None:
        """Take the page off the screen."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(CLOSING_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(CLOSING_S)
            self._process = None


@dataclass(frozen=True)
class Visit:
    """The running session as the agent knows it."""

    number: str
    nonce: str


class Screen:
    """Keeps one session open and tells the server what lies on the reader."""

    def __init__(self, journal: Journal, line: Line, reader: CardReader, browser: Browser) -> None:
        self._journal, self._line = journal, line
        self._reader, self._browser = reader, browser
        self._told: Card | None = None
        """The card this process told the server of; it has to leave the reader before another read counts."""

    @property
    def visit(self) -> Visit | None:
        """The session that runs, as far as the agent knows."""
        text = self._journal.find_note(NOTE)
        return None if text is None else Visit(**_known(json.loads(text)))

    def forget_visit(self) -> None:
        """The server says that the session is over."""
        self._journal.note(NOTE, None)

    def start(self) -> None:
        """After a start the browser needs a fresh address, unless the running session is the one of a card."""
        visit = self.visit
        if visit is None or self._journal.find_note(CARD_NOTE) != visit.number:
            self.forget_visit()

    def say_offline(self) -> None:
        """The server is away: nobody begins anything here. Whoever is at work keeps a page that says so itself."""
        if self._journal.find_note(CARD_NOTE) is None:
            self.forget_visit()
            self._browser.show_offline()

    def tick(self) -> bool:
        """Open a session if none runs, and pass on what the reader sees; True if something was said.

        Raises LineDown, ServerRefused.
        """
        card = self._reader.look()
        if self._has_left(card):
            self._say_removed()
            return True
        if self.visit is None:
            self._open()
            return True
        if card is not None and card != self._told:
            self._say_read(card)
            return True
        return False

    def _has_left(self, card: Card | None) -> bool:
        """Whether the card the server knows of is gone, also if it left while this program was not running."""
        if card is None:
            return self._journal.find_note(CARD_NOTE) is not None
        return self._told is not None and card != self._told

    def _open(self) -> Visit:
        opened = self._line.get("/sessions", None, SessionOpened)
        visit = Visit(opened.session, opened.nonce)
        self._journal.note(NOTE, json.dumps(visit.__dict__))
        self._browser.show(opened.url)
        return visit

    def _say_read(self, card: Card) -> None:
        """Bind the card to the session; a session that is over is replaced and told again at the next tick."""
        visit = self.visit or self._open()
        message = CardRead(
            nonce=visit.nonce,
            reader=self._reader.name,
            document_type=card.document_type,
            document_number=card.document_number,
            name=card.name,
            expires_on=card.expires_on,
            read_at=self._line.now(),
        )
        # Noted first: a card that leaves while the answer is lost must still end the session.
        self._journal.note(CARD_NOTE, visit.number)
        try:
            self._line.get(f"/sessions/{visit.number}/card", message, SessionAnswer)
        except ServerRefused as refusal:
            if refusal.code in SESSION_IS_OVER:
                self._journal.note(CARD_NOTE, None)
                self.forget_visit()
                return
            if refusal.code not in CARD_IS_REFUSED:
                raise
            log.warning("card refused: %s", refusal.code)
        self._told = card

    def _say_removed(self) -> None:
        """End the session the card was told to; one that was opened since then is not this card's."""
        visit = self.visit
        if visit is not None and visit.number == self._journal.find_note(CARD_NOTE):
            self._end(visit)
        self._journal.note(CARD_NOTE, None)
        self._told = None

    def _end(self, visit: Visit) -> None:
        message = CardRemoved(visit.nonce, self._reader.name, self._line.now())
        try:
            self._line.get(f"/sessions/{visit.number}/card-removal", message, SessionAnswer)
        except ServerRefused as refusal:
            if refusal.code not in SESSION_IS_OVER:
                raise
        self.forget_visit()


def _known(data: dict[str, Any]) -> dict[str, str]:
    return {"number": str(data["number"]), "nonce": str(data["nonce"])}
