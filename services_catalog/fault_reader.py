"""Reads CSV files row by row and collects every fault with file, line, column, value and reason."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from services_catalog.errors import Fault

Row = dict[str, str]
RowFaults = list[tuple[str, str]]
POSITIVE = re.compile(r"[1-9][0-9]{0,5}")
COUNT = re.compile(r"[0-9]{1,5}")


class Reader:
    """Reads one folder; collects faults instead of stopping at the first one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[Fault] = []

    def rows(self, name: str, columns: tuple[str, ...]) -> list[tuple[int, Row]]:
        """The rows of a file with their line numbers; a missing file or column is a fault."""
        text = self._text(name)
        if text is None:
            return []
        reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
        try:
            missing = [column for column in columns if column not in (reader.fieldnames or [])]
            self.faults += [Fault(name, 1, column, "", "缺少这一列") for column in missing]
            return [] if missing else list(self._complete(name, reader))
        except csv.Error as error:
            self.faults.append(Fault(name, reader.line_num, "", "", f"不是有效的 CSV：{error}"))
            return []

    def sound_rows(
        self,
        name: str,
        columns: tuple[str, ...],
        faults: Callable[[Row], RowFaults],
        *,
        key: str | None = None,
    ) -> list[Row]:
        """The rows in which the check finds nothing; what it finds, and a ``key`` that repeats, become faults."""
        rows = self.rows(name, columns)
        if key is not None:
            self.unique(name, key, rows)
        sound = []
        for line, row in rows:
            found = faults(row)
            self.check(name, line, row, found)
            if not found:
                sound.append(row)
        return sound

    def check(self, name: str, line: int, row: Mapping[str, str], found: RowFaults) -> None:
        """Add the faults of one row."""
        self.faults += [
            Fault(name, line, column, row.get(column, ""), why) for column, why in found
        ]

    def unique(self, name: str, column: str, rows: list[tuple[int, Row]]) -> None:
        """Every value of the column once only."""
        counts = Counter(row[column] for _, row in rows)
        for line, row in rows:
            if counts[row[column]] > 1:
                self.faults.append(Fault(name, line, column, row[column], "与其他行重复"))

    def _text(self, name: str) -> str | None:
        path = self._folder / name
        if not path.exists():
            self.faults.append(Fault(name, 1, "", "", "文件不存在"))
            return None
        content = path.read_bytes()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.faults.append(Fault(name, line, "", "", "不是 UTF-8 编码"))
            return None

    def _complete(self, name: str, reader: csv.DictReader[str]) -> Iterator[tuple[int, Row]]:
        for row in reader:
            if None in row or None in row.values():
                self.faults.append(Fault(name, reader.line_num, "", "", "列数与表头不符"))
            else:
                yield reader.line_num, row


def is_positive(text: str) -> bool:
    """Whether the text is a number from 1, written plainly."""
    return POSITIVE.fullmatch(text) is not None


def is_count(text: str) -> bool:
    """Whether the text is a whole number from 0."""
    return COUNT.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether the text is a calendar date such as 2026-11-21."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
