"""A machine changes its key, and no power cut or lost answer leaves it without one that counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from printing.agent.errors import LineDown, ServerRefused
from printing.agent.journal import Journal
from printing.agent.keys import load_or_create_key
from printing.agent.rotation import DAY_S, KeyKeeper
from printing.messages import Message
from printing.wire import KeyRotated, KeyRotation, pack_public_key, rotation_proof
from tests.machines.terminal import Terminal
from tests.support.clocks import StandingClock


@pytest.fixture
def terminal(app: Flask, clock: StandingClock) -> Terminal:
    return Terminal(app, clock).enrolled()


def rotation(terminal: Terminal, new: Ed25519PrivateKey) -> KeyRotation:
    return KeyRotation(pack_public_key(new), rotation_proof(new, terminal.number))


# The server -----------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_old_key_signs_for_the_new_one_and_counts_no_more(terminal: Terminal) -> None:
    new = Ed25519PrivateKey.generate()
    message = rotation(terminal, new)
    assert terminal.post("/key", message).status_code == 200
    assert terminal.poll().json["code"] == "machine-signature-invalid"
    terminal.key = new
    assert terminal.post("/key", message).status_code == 200
    assert terminal.poll().status_code == 200


def test_a_key_that_the_machine_does_not_hold_is_refused(terminal: Terminal) -> None:
    stranger, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    forged = KeyRotation(pack_public_key(new), rotation_proof(stranger, terminal.number))
    answer = terminal.post("/key", forged)
    assert (answer.status_code, answer.json["code"]) == (401, "machine-signature-invalid")
    other = KeyRotation(pack_public_key(new), rotation_proof(new, "T-002"))
    assert terminal.post("/key", other).status_code == 401
    assert terminal.post("/key", KeyRotation("?", "?")).status_code == 422
    assert terminal.poll().status_code == 200


# The agent ------------------------------------------------------------------------------------------


class LossyLine:
    """The line of a machine, in process: can lose the request or the answer of a rotation."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.loses = ""

    def use_key(self, key: Ed25519PrivateKey) -> None:
        self._terminal.key = key

    def get(self, path: str, message: Message, kind: type[Message]) -> Message:
        if self.loses == "request":
            raise LineDown("lost")
        answer = self._terminal.post(path, message)
        if self.loses == "answer":
            raise LineDown("lost")
        if answer.status_code != 200:
            raise ServerRefused(answer.status_code, answer.json["code"], "")
        return kind.from_dict(answer.json)


class Shelf:
    """The state directory of the machine and what lies in it."""

    def __init__(self, folder: Path, terminal: Terminal) -> None:
        self.path, self.terminal = folder / "machine.key", terminal
        self.line: Any = LossyLine(terminal)
        self.journal = Journal(folder / "journal.sqlite3")

    def keeper(self, days: float = 330.0) -> KeyKeeper:
        old = self.path.stat().st_mtime + 331 * DAY_S
        number = self.terminal.number
        return KeyKeeper(self.path, number, self.line, self.journal, days=days, clock=lambda: old)

    def held(self) -> str:
        return pack_public_key(load_or_create_key(self.path))


@pytest.fixture
def shelf(tmp_path: Path, terminal: Terminal) -> Any:
    shelf = Shelf(tmp_path, terminal)
    born = load_or_create_key(shelf.path)
    assert terminal.post("/key", rotation(terminal, born)).status_code == 200
    terminal.key = born
    yield shelf
    shelf.journal.close()


def test_a_young_key_stays(shelf: Shelf) -> None:
    before = shelf.held()
    shelf.keeper(days=400).renew_if_old()
    assert shelf.held() == before


@pytest.mark.parametrize("loses", ["", "request", "answer"])
def test_an_old_key_is_renewed_whatever_is_lost(shelf: Shelf, loses: str) -> None:
    before = shelf.held()
    shelf.line.loses = loses
    if loses:
        with pytest.raises(LineDown):
            shelf.keeper().renew_if_old()
        shelf.line.loses = ""
        shelf.terminal.key = load_or_create_key(shelf.path)  # The agent starts again.
        assert shelf.held() == before
        shelf.keeper().finish()
    else:
        shelf.keeper().renew_if_old()
    assert shelf.held() != before
    assert shelf.journal.find_note("enrolled") == f"T-001 {shelf.held()}"
    assert shelf.terminal.poll().status_code == 200
    shelf.keeper().finish()


def test_a_machine_that_was_given_another_key_keeps_its_old_one(
    shelf: Shelf, app: Flask, clock: StandingClock
) -> None:
    before = shelf.held()
    thief = Ed25519PrivateKey.generate()
    assert shelf.terminal.post("/key", rotation(shelf.terminal, thief)).status_code == 200
    with pytest.raises(ServerRefused, match="machine-signature-invalid"):
        shelf.keeper().renew_if_old()
    assert shelf.held() == before


def test_the_message_holds_no_private_key(terminal: Terminal) -> None:
    new = Ed25519PrivateKey.generate()
    assert json.loads(rotation(terminal, new).to_json()).keys() == {"public_key", "proof"}
    assert KeyRotated.ignores_unknown
