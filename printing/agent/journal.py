"""What the agent did, written down and on disk before it goes on. After a power cut this is all it knows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, attempt INTEGER NOT NULL,
    step TEXT NOT NULL, facts TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
KEPT_ENTRIES = 20_000


class Step(StrEnum):
    """Where a job stands on this machine. ``feeding`` is written before paper moves, ``outcome`` after."""

    OFFERED = "offered"
    ACKNOWLEDGED = "acknowledged"
    DOWNLOADED = "downloaded"
    VERIFIED = "verified"
    STOPPED = "stopped"
    PERMITTED = "permitted"
    FEEDING = "feeding"
    OUTCOME = "outcome"
    REPORTED = "reported"
    CLOSED = "closed"


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    job: str
    attempt: int
    step: Step
    facts: dict[str, Any]
    at: str


Watcher = Callable[[str], None]
"""Told ``before-STEP`` and ``after-STEP`` around each commit; acceptance tests cut the power there."""


class Journal:
    """An append-only journal on SQLite; every entry is on the disk when ``record`` returns."""

    def __init__(self, path: Path, watcher: Watcher = lambda _: None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._watcher = watcher
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)

    def record(self, job: str, attempt: int, step: Step, now: datetime, **facts: Any) -> None:
        """Write one entry through to the disk."""
        self._watcher(f"before-{step}")
        row = (job, attempt, step.value, json.dumps(facts, ensure_ascii=False), now.isoformat())
        self._db.execute(
            "INSERT INTO entry (job, attempt, step, facts, at) VALUES (?, ?, ?, ?, ?)", row
        )
        self._watcher(f"after-{step}")

    def list_open(self) -> list[Entry]:
        """The entries of the job in hand, oldest first; empty if there is none. There is one at a time."""
        last = self._db.execute(
            "SELECT job, attempt, step FROM entry ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if last is None or last[2] == Step.CLOSED:
            return []
        rows = self._db.execute(
            "SELECT job, attempt, step, facts, at FROM entry WHERE job = ? AND attempt = ? ORDER BY id",
            (last[0], last[1]),
        )
        return [
            Entry(job, attempt, Step(step), json.loads(facts), at)
            for job, attempt, step, facts, at in rows
        ]

    def note(self, name: str, value: str | None) -> None:
        """Keep a small fact beside the journal, or forget it."""
        if value is None:
            self._db.execute("DELETE FROM note WHERE name = ?", (name,))
        else:
            self._db.execute(
                "INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)", (name, value)
            )

    def find_note(self, name: str) -> str | None:
        """The fact of that name, or None."""
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def forget_old(self) -> None:
        """Drop all but the newest entries of closed jobs."""
        self._db.execute(
            "DELETE FROM entry WHERE id <= (SELECT MAX(id) FROM entry) - ?", (KEPT_ENTRIES,)
        )

    def close(self) -> None:
        self._db.close()
