"""Every module says what it is for; a public name says what its signature does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.sources import Function, Source, product, sources

PLAIN = 3  # Statements; a shorter function is read faster than a sentence about it.


def test_every_module_says_what_it_is_for() -> None:
    silent = [s.name for s in sources() if s.tree.body and not ast.get_docstring(s.tree)]
    assert silent == []


def test_public_names_are_explained() -> None:
    silent = [
        f"{source.at(node)} {node.name}"
        for source in product()
        for node in public_definitions(source)
        if not ast.get_docstring(node) and not is_plain(node)
    ]
    assert silent == []


def public_definitions(source: Source) -> Iterator[ast.ClassDef | Function]:
    """Classes and functions at the top of a module, unless their name begins with an underscore."""
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node


def is_plain(node: ast.ClassDef | Function) -> bool:
    """A short function that can not raise of its own accord."""
    if isinstance(node, ast.ClassDef):
        return False
    statements = [inner for inner in ast.walk(node) if isinstance(inner, ast.stmt)][1:]
    return len(statements) <= PLAIN and not any(
        isinstance(inner, ast.Raise) for inner in statements
    )
