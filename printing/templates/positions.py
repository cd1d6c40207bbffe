"""Where in a JSON text each value stands, so that a fault can be shown with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|\n')
Token = tuple[str, int]


def lines_of(text: str) -> dict[str, int]:
    """Return path → line for a valid JSON text; paths look like ``elements[3].box``, the root is the empty path."""
    found: dict[str, int] = {}
    tokens = _tokens(text)
    _value(next(tokens), tokens, "", found)
    return found


def _tokens(text: str) -> Iterator[Token]:
    line = 1
    for token in TOKEN.findall(text):
        if token == "\n":
            line += 1
        elif token not in ",:":
            yield token, line


def _value(first: Token, tokens: Iterator[Token], path: str, found: dict[str, int]) -> None:
    found[path] = first[1]
    if first[0] == "{":
        _members(tokens, path, found)
    elif first[0] == "[":
        _items(tokens, path, found)


def _members(tokens: Iterator[Token], path: str, found: dict[str, int]) -> None:
    for key, _ in tokens:
        if key == "}":
            return
        _value(next(tokens), tokens, f"{path}.{key[1:-1]}".lstrip("."), found)


def _items(tokens: Iterator[Token], path: str, found: dict[str, int]) -> None:
    for at, token in enumerate(tokens):
        if token[0] == "]":
            return
        _value(token, tokens, f"{path}[{at}]", found)
