"""Reads the records of a JSON list one by one, however long the list is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import ijson

from services_catalog.list_errors import ListUnreadable

ENCODING_SHOWS = 4  # Bytes.
OPENING, CLOSING = ("start_map", "start_array"), ("end_map", "end_array")


class _Event(NamedTuple):
    """A parsing event within a list: the list's number in the document, and the depth below the list."""

    number: int
    depth: int
    kind: str
    value: Any


@dataclass
class _List:
    """What a list of the document holds: the keys of its objects, in the order in which they were met."""

    keys: dict[str, None] = field(default_factory=dict)
    objects: int = 0
    others: int = 0


@dataclass(frozen=True)
class Records:
    """The list of objects of a document: its number there, and every key that its objects use."""

    path: Path
    number: int
    keys: tuple[str, ...]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The objects one by one. Raises ListUnreadable."""
        builder = ijson.ObjectBuilder()
        with _readable():
            for event in _events(self.path):
                if event.number != self.number:
                    continue
                builder.event(event.kind, event.value)
                if event.depth == 0 and event.kind == "end_map":
                    yield builder.value
                    builder = ijson.ObjectBuilder()


def find_records(path: Path) -> Records:
    """The document's list of objects: itself, or the first such list that it holds. Raises ListUnreadable."""
    lists: dict[int, _List] = {}
    with _readable():
        for event in _events(path):
            _note(lists.setdefault(event.number, _List()), event)
    for number, held in lists.items():
        if held.objects and not held.others:
            return Records(path, number, tuple(held.keys))
    raise ListUnreadable("JSON 文件里没有事项列表：应为对象的数组，或含有这样一个数组的对象")


def _note(held: _List, event: _Event) -> None:
    if event.depth == 0 and event.kind not in CLOSING:
        held.objects += event.kind == "start_map"
        held.others += event.kind != "start_map"
    elif event.depth == 1 and event.kind == "map_key":
        held.keys[event.value] = None


def _events(path: Path) -> Iterator[_Event]:
    """What stands in the lists of the document: in itself, if it is one, else in those that it holds."""
    depth, base, number = 0, -1, 0  # ``base`` is the depth within the list that is being read.
    with path.open("rb") as start:
        encoding = json.detect_encoding(start.read(ENCODING_SHOWS))
    with path.open(encoding=encoding, newline="") as stream:
        for kind, value in map(_plain, ijson.basic_parse(_Utf8(stream))):
            depth -= kind in CLOSING
            if 0 <= base <= depth:
                yield _Event(number, depth - base, kind, value)
            elif depth < base:
                base, number = -1, number + 1
            depth += kind in OPENING
            if base < 0 and kind == "start_array" and depth <= 2:
                base = depth


class _Utf8:
    """A text as the parser reads it, in bytes."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        return self._text.read(size).encode()


def _plain(event: tuple[str, Any]) -> tuple[str, Any]:
    """Numbers with a fraction as floats; whole ones keep all their digits."""
    kind, value = event
    return kind, float(value) if isinstance(value, Decimal) else value


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ijson.JSONError, ValueError, RecursionError) as error:
        raise ListUnreadable("不是有效的 JSON 文件，请检查是否完整") from error
