"""Every test is one that runs."""

from __future__ import annotations

import ast

from tests.support.sources import Source, sources


def is_test_file(source: Source) -> bool:
    return source.path.name.startswith("test_")


def decorators(node: ast.FunctionDef) -> str:
    return " ".join(ast.unparse(decorator) for decorator in node.decorator_list)


def test_every_test_file_has_tests() -> None:
    empty = [
        source.name
        for source in sources("tests")
        if is_test_file(source) and not any(f.name.startswith("test_") for f in source.functions())
    ]
    assert empty == []


def test_no_test_hides_in_a_file_that_is_not_collected() -> None:
    hidden = [
        f"{source.at(function)} {function.name}"
        for source in sources("tests")
        if not is_test_file(source)
        for function in source.functions()
        if function.name.startswith("test_")
    ]
    assert hidden == []


def test_nothing_that_asserts_goes_unused() -> None:
    """A function with an assertion is a test, a fixture, or called by one; else it never runs."""
    unused = [
        f"{source.at(function)} {function.name}"
        for source in sources("tests")
        if is_test_file(source)
        for function in source.functions()
        if any(isinstance(node, ast.Assert) for node in ast.walk(function))
        and not function.name.startswith("test_")
        and "fixture" not in decorators(function)
        and not is_mentioned(source, function.name)
    ]
    assert unused == []


def is_mentioned(source: Source, name: str) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == name)
        or (isinstance(node, ast.Attribute) and node.attr == name)
        for node in ast.walk(source.tree)
    )


def test_names_of_tests_are_unique_within_a_file() -> None:
    twice = []
    for source in sources("tests"):
        names = [node.name for node in source.tree.body if isinstance(node, ast.FunctionDef)]
        twice += [f"{source.name} {name}" for name in set(names) if names.count(name) > 1]
    assert twice == []


def test_whoever_is_left_out_says_why() -> None:
    silent = [
        source.at(node)
        for source in sources("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail")
        and not any(keyword.arg == "reason" for keyword in node.keywords)
    ]
    assert silent == []
