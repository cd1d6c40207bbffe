"""Nothing in the tests or on a machine waits without a limit: a run that hangs tells nobody why."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.sources import sources

WAITS = frozenset({"wait", "join", "communicate", "result", "acquire"})
"""Methods of processes, threads, futures, events and locks that wait for ever when nothing is said."""
PROGRAMS = frozenset({"run", "call", "check_call", "check_output"})
POOLS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor"})
"""Leaving their block waits for all threads, also after a test has run out of time."""


def endless(tree: ast.Module) -> Iterator[int]:
    """The lines that may wait for ever."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _waits(call):
            yield call.lineno


def _waits(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in POOLS
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value
    limited = any(keyword.arg in ("timeout", None) for keyword in call.keywords)
    if isinstance(owner, ast.Name) and owner.id == "subprocess" and call.func.attr in PROGRAMS:
        return not limited
    own = isinstance(owner, ast.Name) and owner.id == "self"
    return call.func.attr in WAITS and not (call.args or limited or own)


@pytest.mark.parametrize("folder", ["tests", "printing/agent"])
def test_nothing_waits_without_a_limit(folder: str) -> None:
    held = [
        source
        for source in sources(folder.partition("/")[0])
        if source.name.startswith(f"{folder}/")
    ]
    assert held
    assert [f"{each.name}:{line}" for each in held for line in endless(each.tree)] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("process.wait()", 1),
        ("process.wait(5)", 0),
        ("thread.join()", 1),
        ("', '.join(words)", 0),
        ("future.result(timeout=2)", 0),
        ("process.communicate()", 1),
        ("subprocess.run(words)", 1),
        ("subprocess.run(words, timeout=3)", 0),
        ("with ThreadPoolExecutor(2) as pool: pass", 1),
        ("self.wait()", 0),
    ],
)
def test_the_rule_finds_what_waits(text: str, count: int) -> None:
    assert len(list(endless(ast.parse(text)))) == count
