"""Licence identifiers (GB/T 36904-2018) and levels of satisfaction against the vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services_catalog.codes import (
    CodeInvalid,
    LicenceIdentifier,
    evaluator_from_gbt39046,
    gbt39046_from_evaluator,
    is_negative_rating,
    mod_37_36_check,
    parse_licence_identifier,
)
from services_catalog.codes.checks import ALPHABET_36
from services_catalog.codes.licences import ROOT
from services_catalog.codes.ratings import EVALUATOR_LEVELS, NEGATIVE

VECTORS = json.loads(Path(__file__).with_name("standards_vectors.json").read_text("utf-8"))
GROUP, RATING = VECTORS["groups"]["e_licence_id"], VECTORS["groups"]["rating"]
TYPE, ISSUER = "11100000000013338W011", "11430000006122244L"

identifiers = st.builds(
    LicenceIdentifier,
    st.from_regex("[0-9A-Z]{18}[0-9]{3}", fullmatch=True),
    st.from_regex("[0-9A-Z]{18}|[0-9]{6}", fullmatch=True),
    st.text(ALPHABET_36, min_size=1, max_size=32),
    st.integers(1, 999),
)


def refusal(text: str) -> str:
    with pytest.raises(CodeInvalid) as caught:
        parse_licence_identifier(text)
    return caught.value.reason


def test_the_alphabet_is_that_of_the_standard() -> None:
    assert VECTORS["meta"]["alphabets"]["A36"] == ALPHABET_36


@pytest.mark.parametrize("row", GROUP["valid"], ids=lambda row: row["value"])
def test_an_identifier_is_read_and_written_alike(row: dict[str, str]) -> None:
    identifier = parse_licence_identifier(row["value"])
    assert identifier.text() == row["value"]
    parts = row["value"].removeprefix(ROOT + ".").split(".")
    assert [identifier.type_code, identifier.issuer, identifier.serial] == parts[:3]
    assert f"{identifier.version:03d}" == parts[3]


@pytest.mark.parametrize("row", GROUP["invalid"], ids=lambda row: row["reason"])
def test_a_faulty_identifier_is_refused_with_its_reason(row: dict[str, str]) -> None:
    assert refusal(row["value"]) == row["error"]


def test_version_nought_was_never_issued() -> None:
    body = [TYPE, ISSUER, "1", "000"]
    assert refusal(".".join([ROOT, *body, mod_37_36_check("".join(body))])) == "VERSION"


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        (LicenceIdentifier(TYPE, ISSUER, "1", 0), "VERSION"),
        (LicenceIdentifier(TYPE, ISSUER, "1", 1000), "VERSION"),
        (LicenceIdentifier(TYPE[:-1], ISSUER, "1", 1), "FORMAT"),
        (LicenceIdentifier("A" * 21, ISSUER, "1", 1), "FORMAT"),
        (LicenceIdentifier(TYPE, ISSUER, "", 1), "FORMAT"),
        (LicenceIdentifier(TYPE, ISSUER, "a1", 1), "CHARSET"),
        (LicenceIdentifier(TYPE, ISSUER, "1.2", 1), "CHARSET"),
    ],
)
def test_no_faulty_identifier_is_written(identifier: LicenceIdentifier, reason: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        identifier.text()
    assert caught.value.reason == reason


def test_reissue_raises_the_version_and_changes_the_check() -> None:
    first = LicenceIdentifier(TYPE, ISSUER, "20230000403", 1)
    again = first.raised()
    assert (again.version, again.serial) == (2, first.serial)
    assert again.text()[-1] != first.text()[-1]


def test_the_last_version_cannot_be_raised() -> None:
    with pytest.raises(CodeInvalid) as caught:
        LicenceIdentifier(TYPE, ISSUER, "1", 999).raised()
    assert caught.value.reason == "VERSION"


@pytest.mark.parametrize("text", ["a", "A.B", "中", "Ａ"])
def test_the_check_knows_digits_and_capitals_only(text: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        mod_37_36_check(text)
    assert caught.value.reason == "CHARSET"


@settings(deadline=None)
@given(identifiers)
def test_identifiers_round_trip(identifier: LicenceIdentifier) -> None:
    assert parse_licence_identifier(identifier.text()) == identifier


@settings(deadline=None)
@given(identifiers, st.data())
def test_any_single_changed_character_is_caught(
    identifier: LicenceIdentifier, data: st.DataObject
) -> None:
    text = identifier.text()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET_36 + "."))
    assume(text[place] != other)
    assert refusal(text[:place] + other + text[place + 1 :]) in ("FORMAT", "CHECK_CHAR")


@settings(deadline=None)
@given(st.text(ALPHABET_36, min_size=1), st.data())
def test_the_check_finds_any_single_change(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET_36))
    assume(text[place] != other)
    assert mod_37_36_check(text) != mod_37_36_check(text[:place] + other + text[place + 1 :])


def test_the_levels_are_those_of_the_evaluators() -> None:
    assert {words: level for level, words in EVALUATOR_LEVELS.items()} == RATING[
        "evaluator_level_codes"
    ]
    assert list(NEGATIVE) == RATING["negative_levels_evaluator"]


@pytest.mark.parametrize("words", sorted(RATING["evaluator_level_codes"]))
def test_the_two_directions_meet_in_the_words(words: str) -> None:
    evaluator, gbt = RATING["evaluator_level_codes"][words], RATING["gbt39046_A8_codes"][words]
    assert gbt39046_from_evaluator(evaluator) == gbt
    assert evaluator_from_gbt39046(gbt) == evaluator


@pytest.mark.parametrize("row", RATING["cases"], ids=lambda row: str(row["evaluator"]))
def test_only_the_last_two_levels_are_negative(row: dict[str, Any]) -> None:
    assert gbt39046_from_evaluator(row["evaluator"]) == row["gbt39046"]
    assert is_negative_rating(row["evaluator"]) is row["negative"]


@pytest.mark.parametrize(
    "convert", [gbt39046_from_evaluator, evaluator_from_gbt39046, is_negative_rating]
)
@pytest.mark.parametrize("level", [0, 6, -1])
def test_other_levels_are_refused(convert: Any, level: int) -> None:
    with pytest.raises(CodeInvalid) as caught:
        convert(level)
    assert caught.value.reason == "RANGE"
