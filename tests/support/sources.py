"""The repository's own source files, parsed once, for the tests that read code."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services_catalog", "printing", "kiosk")
FOREIGN_FOLDERS = {".git", ".venv", "instance", "build", "dist", "node_modules", "__pycache__"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the root of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    def functions(self) -> Iterator[Function]:
        """Every function and method, also those inside others."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def at(self, node: ast.stmt | ast.expr) -> str:
        """``path:line`` of a node."""
        return f"{self.name}:{node.lineno}"


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file of the repository: those git knows or would add, else whatever lies here."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    if listed.returncode:
        found = (path for path in ROOT.rglob("*") if path.is_file())
        return tuple(
            path for path in found if not FOREIGN_FOLDERS & set(path.relative_to(ROOT).parts)
        )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return tuple(path for path in (ROOT / name for name in sorted(names)) if path.is_file())


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under these folders; without any, of the whole repository except migrations."""
    return tuple(
        Source(path)
        for path in tracked_files()
        if path.suffix == ".py"
        and (path.relative_to(ROOT).parts[0] in folders if folders else True)
        and not path.is_relative_to(ROOT / "migrations" / "versions")
    )


def product() -> tuple[Source, ...]:
    """The Python files of the three packages."""
    return sources(*PACKAGES)
