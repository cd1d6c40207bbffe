"""One command, one unit of work, one commit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.sources import Source, product

UNIT_OF_WORK = "kiosk/uow.py"
AGENT = (
    "printing/agent/"  # It keeps a journal file of its own and never sees the service's database.
)
SLOW = {"sleep", "urlopen", "send", "sendall", "connect"}


def method_calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Calls and the name that is called: ``session.commit()`` gives ``commit``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            yield node, name


def opens_unit_of_work(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        name == "unit_of_work" for item in node.items for _, name in method_calls(item.context_expr)
    )


def test_only_the_unit_of_work_commits() -> None:
    elsewhere = [
        f"{source.at(node)} {name}"
        for source in product()
        if source.name != UNIT_OF_WORK and not source.name.startswith(AGENT)
        for node, name in method_calls(source.tree)
        if name in ("commit", "rollback")
    ]
    assert elsewhere == []
    assert {name for source in product() if source.name == UNIT_OF_WORK
            for _, name in method_calls(source.tree)} >= {"commit", "rollback"}  # fmt: skip


def test_no_unit_of_work_waits_for_the_world() -> None:
    slow = [
        f"{source.at(call)} {name}"
        for source in product()
        for block in ast.walk(source.tree)
        if opens_unit_of_work(block)
        for call, name in method_calls(block)
        if name in SLOW
    ]
    assert slow == []


def test_units_of_work_are_not_nested_in_the_text() -> None:
    nested = [
        source.at(inner)
        for source in product()
        for outer in ast.walk(source.tree)
        if isinstance(outer, ast.With) and opens_unit_of_work(outer)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.With) and inner is not outer and opens_unit_of_work(inner)
    ]
    assert nested == []


def test_every_flush_says_why() -> None:
    silent = [
        source.at(call)
        for source in product()
        for call, name in method_calls(source.tree)
        if name == "flush"
        and ast.unparse(call.func) == "session.flush"
        and not has_comment(source, call)
    ]
    assert silent == []


def has_comment(source: Source, call: ast.Call) -> bool:
    lines = source.text.splitlines()
    return "#" in lines[call.lineno - 1] or lines[call.lineno - 2].lstrip().startswith("#")
