"""Reads the first sheet of a workbook row by row. Its table of texts stays on disk: it may be larger than the rest."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from services_catalog.list_errors import ListUnreadable

LARGEST_UNPACKED = 1 << 30
TEXTS_IN_MEMORY = 20_000
PRIVATE_FILE = ""  # SQLite's name for a file of its own that is gone when the connection is.
STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"
# What the library raises for a file that is no workbook; a fault of its XML is a SyntaxError.
BROKEN_WORKBOOK = (
    InvalidFileException,
    BadZipFile,
    KeyError,
    IndexError,
    ValueError,
    OSError,
    SyntaxError,
)


class _Texts:
    """The workbook's shared texts by their number."""

    def __init__(self, source: Any) -> None:
        self._held = sqlite3.connect(PRIVATE_FILE, isolation_level=None)
        self._held.execute("PRAGMA journal_mode = OFF")
        self._held.execute("CREATE TABLE text (number INTEGER PRIMARY KEY, words TEXT)")
        self._held.execute("BEGIN")
        self._held.executemany("INSERT INTO text VALUES (?, ?)", enumerate(_shared(source)))
        self._find = lru_cache(TEXTS_IN_MEMORY)(self._read)

    def __getitem__(self, number: int) -> str:
        return self._find(number)

    def _read(self, number: int) -> str:
        row = self._held.execute("SELECT words FROM text WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise IndexError(number)
        words: str = row[0]
        return words


class _Reader(ExcelReader):
    """The library's reader, with the texts on disk."""

    def read_strings(self) -> None:
        table = self.package.find(SHARED_STRINGS)
        if table is not None:
            with self.archive.open(table.PartName[1:]) as source:
                self.shared_strings = _Texts(source)  # type: ignore[assignment]  # Only read by number.


def sheet_records(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of the first sheet with their numbers. Raises ListUnreadable."""
    try:
        _refuse_bomb(path)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Of styles and validations, which a reader of values does not need.
            reader = _Reader(path, read_only=True, data_only=True)
            reader.read()
        with closing(reader.wb) as workbook:
            yield from enumerate(workbook.worksheets[0].iter_rows(values_only=True), start=1)
    except BROKEN_WORKBOOK as error:
        raise ListUnreadable("不是有效的 XLSX 文件，或设了打开密码") from error


def _shared(source: Any) -> Iterator[str]:
    """Each shared text; what was read of the document is let go."""
    events = iterparse(source, events=("start", "end"))
    _, root = next(events)
    for event, node in events:
        if event == "end" and node.tag == STRING_TAG:
            text: Any = Text.from_tree(node)
            yield text.content.replace("x005F_", "")
            root.clear()


def _refuse_bomb(path: Path) -> None:
    with ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
            raise ListUnreadable("XLSX 文件解开后过大，请分成几个文件")
