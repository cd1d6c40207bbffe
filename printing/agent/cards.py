"""The card reader as a port, and the simulated reader: a card is a JSON file in a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Card:
    """What a reader reads. ``document_type`` is a GA/T 2000.156 code, 111 for the citizen's card."""

    document_type: str
    document_number: str
    name: str
    expires_on: date | None = None


class CardReader(Protocol):
    """A reader; asked a few times a second."""

    @property
    def name(self) -> str: ...

    def look(self) -> Card | None:
        """The card that lies on the reader now, or None."""
        ...


class FolderReader:
    """The card is whatever ``*.json`` lies in the folder; a file that is no card counts as no card."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def name(self) -> str:
        return self._name

    def look(self) -> Card | None:
        for path in sorted(self._folder.glob("*.json")):
            card = _read(path)
            if card is not None:
                return card
        return None


def _read(path: Path) -> Card | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        expires = data.get("expires_on")
        card = Card(
            data["document_type"],
            data["document_number"],
            data["name"],
            date.fromisoformat(expires) if expires else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    texts = (card.document_type, card.document_number, card.name)
    return card if all(isinstance(text, str) for text in texts) else None
