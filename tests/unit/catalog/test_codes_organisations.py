"""Credit codes against the vectors of GB 32100-2015 and GB 11714-1997."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services_catalog.codes import (
    CodeInvalid,
    credit_code_check,
    credit_code_from_body,
    is_credit_code,
    organisation_check,
    parse_credit_code,
)
from services_catalog.codes.organisations import ALPHABET, REGISTRARS, WEIGHTS

VECTORS = json.loads(Path(__file__).with_name("standards_vectors.json").read_text("utf-8"))
GROUP = VECTORS["groups"]["uscc"]
VALID = [row["value"] for row in GROUP["valid"]]
WARNED = [row["value"] for row in GROUP["invalid"] if row["error"] == "ORG_CHECK"]
INVALID = [(row["value"], row["error"]) for row in GROUP["invalid"] if row["error"] != "ORG_CHECK"]

pairs = st.sampled_from([first + second for first, all_ in REGISTRARS.items() for second in all_])
divisions = st.from_regex("[1-8][0-9]{5}", fullmatch=True)
bodies = st.text(ALPHABET, min_size=8, max_size=8)
codes = st.builds(credit_code_from_body, pairs, divisions, bodies)


def refusal(value: str) -> str:
    with pytest.raises(CodeInvalid) as caught:
        parse_credit_code(value)
    return caught.value.reason


def test_the_tables_are_those_of_the_standard() -> None:
    assert GROUP["alphabet"] == ALPHABET
    assert GROUP["weights"] == list(WEIGHTS)
    assert GROUP["registrar_pairs"] == REGISTRARS


@pytest.mark.parametrize("value", VALID)
def test_a_sound_code_is_read_in_its_parts(value: str) -> None:
    code = parse_credit_code(value)
    assert code.value == value
    assert code.registrar + code.category + code.area + code.organisation + value[17] == value
    assert code.organisation_fits
    assert is_credit_code(value)
    assert credit_code_from_body(value[:2], value[2:8], value[8:16]) == value


@pytest.mark.parametrize(("value", "reason"), INVALID)
def test_a_faulty_code_is_refused_with_its_reason(value: str, reason: str) -> None:
    assert refusal(value) == reason
    assert not is_credit_code(value)


@pytest.mark.parametrize("value", WARNED)
def test_a_faulty_organisation_code_inside_is_only_told(value: str) -> None:
    assert not parse_credit_code(value).organisation_fits
    assert is_credit_code(value)


def test_letters_where_the_area_stands_are_refused() -> None:
    first17 = "91A10100MA6TEXT13"
    assert refusal(first17 + credit_code_check(first17)) == "AREA"


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert refusal("９1510100MA6TEXT13M") == "CHARSET"


@pytest.mark.parametrize(
    ("body", "check"), [("00000006", "X"), ("00000000", "0"), ("MB2D0681", "1"), ("00001333", "8")]
)
def test_the_organisation_check_writes_ten_as_x_and_eleven_as_nought(body: str, check: str) -> None:
    assert organisation_check(body) == check


@pytest.mark.parametrize(
    ("pair", "division", "body", "reason"),
    [
        ("99", "510107", "00000001", "REGISTRAR"),
        ("91", "51010A", "00000001", "AREA"),
        ("91", "510107", "0000001", "LENGTH"),
        ("91", "51010", "00000001", "LENGTH"),
        ("91", "510107", "0000000z", "CHARSET"),
        ("91", "510107", "0000000Z", "CHARSET"),
    ],
)
def test_no_faulty_code_is_composed(pair: str, division: str, body: str, reason: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        credit_code_from_body(pair, division, body)
    assert caught.value.reason == reason


@settings(deadline=None)
@given(pairs, divisions, bodies)
def test_what_is_composed_is_read_back(pair: str, division: str, body: str) -> None:
    code = parse_credit_code(credit_code_from_body(pair, division, body))
    assert (code.registrar + code.category, code.area, code.organisation[:8]) == (
        pair,
        division,
        body,
    )
    assert code.organisation_fits


@settings(deadline=None)
@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_changed_character_is_caught(code: str, place: int, other: str) -> None:
    assume(code[place] != other)
    assert not is_credit_code(code[:place] + other + code[place + 1 :])


@settings(deadline=None)
@given(codes, st.integers(0, 16))
def test_any_exchanged_neighbours_are_caught(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    assert not is_credit_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@settings(deadline=None)
@given(st.text())
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    assert is_credit_code(text) in (True, False)
