"""Who may import whom, and where."""

from __future__ import annotations

import ast

import pytest
from importlinter.cli import lint_imports

from tests.support.sources import ROOT, Function, Source, sources

AGENT_MAY_IMPORT = (
    "printing.agent",
    "printing.errors",
    "printing.messages",  # The shapes that the wire carries.
    "printing.verify",
    "printing.wire",
)


def test_import_contracts_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{source.at(node)} in {function.name}"
        for source in sources()
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_agent_imports_only_the_wire_and_the_verifier() -> None:
    own = [
        (source, module)
        for source in sources("printing")
        if source.name.startswith("printing/agent/")
        for module in imported_modules(source)
        if module.partition(".")[0] in ("services_catalog", "printing", "kiosk")
    ]
    assert own, "the agent imports nothing of ours: this test looks in the wrong place"
    wrong = [
        f"{source.name}: {module}"
        for source, module in own
        if not any(
            module == allowed or module.startswith(f"{allowed}.") for allowed in AGENT_MAY_IMPORT
        )
    ]
    assert wrong == []


def imported_modules(source: Source) -> list[str]:
    """Every module the file imports, by its full name."""
    names = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_functions_are_found() -> None:
    assert any(
        isinstance(node, Function) for source in sources("kiosk") for node in source.functions()
    )
