"""Every refusal has a code of its own, a status and words a citizen can read."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from kiosk.errors import KioskError
from kiosk.web.wording import ANSWERS
from printing.errors import PrintingError
from services_catalog.errors import CatalogError
from tests.support.sources import PACKAGES, product

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOOLS = ("__main__", "build_fonts")  # Run, never imported; the latter wants libraries of its own.
LATIN_OR_DATE = re.compile(r"[a-z]{2}|\d{4}-\d{2}")
SPOKEN = ("kiosk/casework/", "kiosk/fees/", "kiosk/voices/")
KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def descend(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__.partition(".")[0] in PACKAGES:
            yield from descend(child)


def code_of(refusal: type[Exception]) -> str:
    return str(getattr(refusal, "code", None))


def import_everything() -> None:
    """Import every module, so that every subclass is known."""
    for package in PACKAGES:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if not found.name.endswith(TOOLS):
                importlib.import_module(found.name)


@pytest.fixture(scope="module")
def refusals() -> list[type[Exception]]:
    import_everything()
    roots = (KioskError, PrintingError, CatalogError)
    return [refusal for root in roots for refusal in descend(root)]


def test_every_refusal_has_a_status_and_chinese_words(refusals: list[type[Exception]]) -> None:
    missing = [refusal.__qualname__ for refusal in refusals if code_of(refusal) not in ANSWERS]
    assert missing == []
    wrong = [
        code
        for code, (status, words) in ANSWERS.items()
        if not 400 <= status < 600 or not CHINESE.search(words)
    ]
    assert wrong == []


def test_no_answer_is_for_a_refusal_that_does_not_exist(refusals: list[type[Exception]]) -> None:
    assert set(ANSWERS) - {code_of(refusal) for refusal in refusals} == set()


def test_every_refusal_has_a_code_of_its_own(refusals: list[type[Exception]]) -> None:
    codes = Counter(code_of(refusal) for refusal in refusals)
    assert [code for code, count in codes.items() if count > 1] == []
    assert [code for code in codes if not KEBAB.fullmatch(code)] == []


def test_refusals_are_documented(refusals: list[type[Exception]]) -> None:
    assert [refusal.__qualname__ for refusal in refusals if not refusal.__doc__] == []


def test_the_words_of_refusals_hold_no_code_and_no_raw_date() -> None:
    assert [words for _, words in ANSWERS.values() if LATIN_OR_DATE.search(words)] == []


def test_what_casework_fees_and_voices_say_in_refusing_holds_no_code() -> None:
    """Whatever stands in the text itself; what is put into it the random lives read."""
    found = [
        f"{source.name} {text}"
        for source in product()
        if source.name.startswith(SPOKEN)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise) and "SettingsInvalid" not in ast.dump(node)
        for text in texts_of(node)
        if LATIN_OR_DATE.search(text) and CHINESE.search(text)
    ]
    assert found == []


def texts_of(raised: ast.Raise) -> Iterator[str]:
    for node in ast.walk(raised):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
