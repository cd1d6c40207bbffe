"""Counts what is sent to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

BOOKKEEPING = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Counted:
    """The statements and commits seen so far."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Count the statements and commits on ``engine`` within the block."""
    counted = Counted()

    def note_statement(*facts: Any) -> None:
        statement: str = facts[2]
        if not statement.startswith(BOOKKEEPING):
            counted.statements.append(statement)

    def note_commit(_: Any) -> None:
        counted.commits += 1

    event.listen(engine, "before_cursor_execute", note_statement)
    event.listen(engine, "commit", note_commit)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note_statement)
        event.remove(engine, "commit", note_commit)
