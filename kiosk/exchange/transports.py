"""The port that carries messages to people, and its driver that writes them to a file."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol


class MessageTransport(Protocol):
    """Carries a short message to a phone."""

    def send(self, phone: str, text: str, at: datetime) -> None: ...


class FileTransport:
    """Appends each message to a file that only the service may read; the demo's stand-in for a phone network."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, phone: str, text: str, at: datetime) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"at": at.isoformat(), "phone": phone, "text": text}, ensure_ascii=False)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            stream.write(line + "\n")
