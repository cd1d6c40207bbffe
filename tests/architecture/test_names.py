"""Names say what a thing does, and the repository names no machine it was made on."""

from __future__ import annotations

import re

from tests.support.sources import ROOT, product, sources, tracked_files

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
# Written in pieces, so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wor[k]|far[m]|root|home/\w+|opt/pypi|Users/\w+)/")
UNFINISHED = re.compile(
    r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|NotImplemented[E]rror|pragma: no[ ]cover"
)


def test_no_name_is_an_empty_word() -> None:
    empty = [
        source.name
        for source in sources()
        if EMPTY_WORDS & {part.removesuffix(".py") for part in source.path.relative_to(ROOT).parts}
    ]
    assert empty == []


def test_no_file_names_a_path_of_a_developers_machine() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(text.splitlines(), 1)
            if MACHINE_PATH.search(line)
        ]
    assert found == []


def test_nothing_is_left_unfinished() -> None:
    left = [
        f"{source.name}:{number}"
        for source in sources()
        for number, line in enumerate(source.text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert left == []


def test_the_package_of_the_application_holds_its_version_only() -> None:
    (package,) = [source for source in product() if source.name == "kiosk/__init__.py"]
    assert list(package.functions()) == []
