"""Small functions, small modules, few branches."""

from __future__ import annotations

import statistics
import subprocess
import sys

import pytest

from tests.support.sources import PACKAGES, ROOT, Function, Source, product, sources

LONGEST_FUNCTION = 50
LONGEST_MODULE = 500
MOST_POSITIONAL = 6  # Self or the session included.


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def line_count(source: Source) -> int:
    return len(source.text.splitlines())


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{source.at(function)} {function.name}: {length(function)} lines"
        for source in sources()
        for function in source.functions()
        if length(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_is_longer_than_ten_pages() -> None:
    long = [f"{s.name}: {line_count(s)}" for s in sources() if line_count(s) > LONGEST_MODULE]
    assert long == []


@pytest.mark.parametrize("package", PACKAGES)
def test_most_functions_are_small(package: str) -> None:
    lengths = [length(function) for source in sources(package) for function in source.functions()]
    median, most = statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1]
    assert (median <= 8, most <= 25) == (True, True), f"median {median}, nine in ten within {most}"


@pytest.mark.parametrize("package", PACKAGES)
def test_most_modules_are_small(package: str) -> None:
    lengths = [line_count(source) for source in sources(package)]
    assert statistics.median(lengths) <= 150


def test_no_function_takes_a_row_of_positional_arguments() -> None:
    greedy = [
        f"{source.at(function)} {function.name}"
        for source in product()
        for function in source.functions()
        if len(function.args.posonlyargs) + len(function.args.args) > MOST_POSITIONAL
    ]
    assert greedy == []


def test_no_function_has_too_many_branches() -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "C901",
        "--output-format",
        "concise",
        ".",
    ]
    found = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert found.returncode == 0, found.stdout or found.stderr
