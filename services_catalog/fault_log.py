"""What is wrong with a list, kept in a private file: a list of any length is reported on in the same memory.

The file belongs to the open connection alone and is gone with it, whatever ends the process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from services_catalog.list_checks import (
    OTHERS_NAMED,
    ListFault,
    comparable_name,
    shared_code_fault,
)

PRIVATE_FILE = ""
CACHE_KIB = 8192
WRITTEN_AT_ONCE = 2000
TABLES = """
CREATE TABLE fault ("row" INTEGER, "column" TEXT, value TEXT, code TEXT, reason TEXT, mend TEXT, severity TEXT);
CREATE TABLE name (code TEXT, "row" INTEGER, words TEXT);
"""
FAULTS = (
    'SELECT "row", "column", value, code, reason, mend, severity FROM fault ORDER BY "row", rowid'
)
COUNTS = "SELECT code, count(*) FROM fault GROUP BY code ORDER BY count(*) DESC, min(rowid)"
SHARED = """
SELECT name.code, "row", kinds > 1 FROM name JOIN (
    SELECT code, count(DISTINCT words) AS kinds FROM name GROUP BY code HAVING count(*) > 1
) AS shared ON shared.code = name.code ORDER BY name.code, "row"
"""


class FaultLog:
    """Faults in the order of rows, and the names by code, from which shared codes are found at the end."""

    def __init__(self) -> None:
        self._held = sqlite3.connect(PRIVATE_FILE, isolation_level=None, check_same_thread=False)
        self._held.execute("PRAGMA journal_mode = OFF")
        self._held.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._held.executescript(TABLES)
        self._held.execute("BEGIN")
        self._waiting: list[ListFault] = []
        self._names: list[tuple[str, int, str]] = []

    def add(self, faults: Iterable[ListFault]) -> None:
        """Keep faults of a row."""
        self._waiting += faults
        if len(self._waiting) >= WRITTEN_AT_ONCE:
            self._write()

    def name(self, code: str, row: int, name: str) -> None:
        """Remember which item a row gives a code to."""
        self._names.append((code, row, comparable_name(name)))
        if len(self._names) >= WRITTEN_AT_ONCE:
            self._write()

    def close(self) -> None:
        """Add what is wrong with rows that share a code; nothing is added afterwards."""
        self._write()
        for fault in self._shared():
            self.add([fault])
        self._write()

    def __iter__(self) -> Iterator[ListFault]:
        return (ListFault(*row) for row in self._held.execute(FAULTS))

    def __len__(self) -> int:
        return self._number("SELECT count(*) FROM fault")

    def count_rows(self) -> int:
        """The rows that have a fault."""
        return self._number('SELECT count(DISTINCT "row") FROM fault')

    def count_rejected(self) -> int:
        """The rows that have an error."""
        return self._number("SELECT count(DISTINCT \"row\") FROM fault WHERE severity = 'error'")

    def rejected(self) -> Iterator[int]:
        """The rows that have an error, in their order."""
        chosen = 'SELECT DISTINCT "row" FROM fault WHERE severity = \'error\' ORDER BY "row"'
        return (row for (row,) in self._held.execute(chosen))

    def counts(self) -> dict[str, int]:
        """Faults by code, most frequent first."""
        return dict(self._held.execute(COUNTS).fetchall())

    def _shared(self) -> Iterator[ListFault]:
        """The faults of rows that share a code; each names the first few of the others."""
        found = self._held.execute(SHARED)
        for code, rows in groupby(found, key=lambda row: row[0]):
            first = list(islice(rows, OTHERS_NAMED + 2))
            numbers = [row for _, row, _ in first]
            for group in (first, rows):
                for _, row, different in group:
                    yield shared_code_fault(code, row, numbers, different=bool(different))

    def _number(self, query: str) -> int:
        number: int = self._held.execute(query).fetchone()[0]
        return number

    def _write(self) -> None:
        told = (
            (f.row, f.column, f.value, f.code, f.reason, f.mend, f.severity) for f in self._waiting
        )
        self._held.executemany("INSERT INTO fault VALUES (?, ?, ?, ?, ?, ?, ?)", told)
        self._held.executemany("INSERT INTO name VALUES (?, ?, ?)", self._names)
        self._waiting.clear()
        self._names.clear()
