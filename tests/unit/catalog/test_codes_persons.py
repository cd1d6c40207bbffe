"""Numbers of citizens, residents and foreigners against the vectors of their standards."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services_catalog.codes import (
    CodeInvalid,
    TravelDocument,
    looks_like,
    mod_11_2_check,
    normalise_id_number,
    parse_citizen_id,
    parse_pr_card,
    parse_residence_permit,
    upgrade_old_citizen_id,
)
from services_catalog.codes.checks import MOD_11_2_CHECKS, MOD_11_2_WEIGHTS
from services_catalog.codes.persons import OFFICE_ZONE

GROUPS = json.loads(Path(__file__).with_name("standards_vectors.json").read_text("utf-8"))["groups"]
CITIZEN, PERMIT, CARD = (
    GROUPS[name] for name in ("citizen_id", "residence_permit_hmt", "foreign_pr_card")
)
TODAY = date(2026, 11, 21)
PARSERS = {
    "citizen": parse_citizen_id,
    "permit": parse_residence_permit,
    "card": parse_pr_card,
}
DOCUMENTS = {
    "中国普通护照": TravelDocument.PASSPORT,
    "港澳居民来往内地通行证": TravelDocument.HONG_KONG_MACAO_PERMIT,
    "台湾居民来往大陆通行证": TravelDocument.TAIWAN_PERMIT,
}
WARNED = {"KAZ110090123106"}  # The check of the 2017 card is known from samples: told, not refused.
LOOKS = [
    (DOCUMENTS[row["type"]], number, fits)
    for row in GROUPS["travel_documents"]["patterns"]
    for key, fits in (("valid", True), ("invalid", False))
    for number in row[key]
]


def rows(group: dict[str, Any], key: str) -> list[tuple[str, str]]:
    return [(row["value"], row.get("error", "")) for row in group.get(key, [])]


FAULTY = [
    (kind, value, reason)
    for kind, group in (("citizen", CITIZEN), ("permit", PERMIT), ("card", CARD))
    for key in ("invalid", "algorithm_ok_policy_reject")
    for value, reason in rows(group, key)
    if value not in WARNED
]
SOUND = [
    (kind, value)
    for kind, group in (("citizen", CITIZEN), ("permit", PERMIT), ("card", CARD))
    for value, _ in rows(group, "valid")
]


def number_of(area: str, born_on: date, serial: int) -> str:
    body = f"{area}{born_on:%Y%m%d}{serial:03d}"
    return body + mod_11_2_check(body)


numbers = st.builds(
    number_of,
    st.from_regex("[1-8][0-9]{5}", fullmatch=True),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


def test_the_tables_are_those_of_the_standard() -> None:
    assert CITIZEN["weights"] == list(MOD_11_2_WEIGHTS)
    assert CITIZEN["check_table"] == MOD_11_2_CHECKS


@pytest.mark.parametrize(("kind", "value"), SOUND)
def test_a_sound_number_is_read(kind: str, value: str) -> None:
    assert PARSERS[kind](value, today=TODAY).value == value


@pytest.mark.parametrize(("kind", "value", "reason"), FAULTY)
def test_a_faulty_number_is_refused_with_its_reason(kind: str, value: str, reason: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        PARSERS[kind](value, today=TODAY)
    assert caught.value.reason == reason
    assert value not in str(caught.value)
    assert value not in repr(caught.value)


@pytest.mark.parametrize(
    ("value", "born_on", "female"),
    [
        ("11010519491231002X", date(1949, 12, 31), True),
        ("510104199003070015", date(1990, 3, 7), False),
        ("500103198512011045", date(1985, 12, 1), True),
        ("511602200002291124", date(2000, 2, 29), True),
    ],
)
def test_a_citizen_number_tells_birth_and_sex(value: str, born_on: date, female: bool) -> None:
    person = parse_citizen_id(value, today=TODAY)
    assert (person.born_on, person.female, person.area) == (born_on, female, value[:6])


def test_the_number_stays_out_of_representations() -> None:
    assert "0307" not in repr(parse_citizen_id("510104199003070015", today=TODAY))
    assert "0803" not in repr(parse_pr_card("911124198108030024", today=TODAY))


def test_a_card_of_2023_tells_province_nationality_birth_and_sex() -> None:
    card = parse_pr_card("911124198108030024", today=TODAY)
    assert (card.version, card.province, card.nationality) == (2023, "11", "124")
    assert (card.born_on, card.female, card.check_fits) == (date(1981, 8, 3), True, True)


def test_a_card_of_2017_tells_its_nationality_only() -> None:
    card = parse_pr_card("KAZ110090123105", today=TODAY)
    assert (card.version, card.nationality, card.check_fits) == (2017, "KAZ", True)
    assert (card.province, card.born_on, card.female) == (None, None, None)


@pytest.mark.parametrize("value", sorted(WARNED))
def test_a_failing_check_of_a_2017_card_is_told_and_not_refused(value: str) -> None:
    assert value in [row["value"] for row in CARD["invalid"]]
    assert not parse_pr_card(value, today=TODAY).check_fits


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("KAZ110090133105", "BIRTHDATE"),
        ("KA1110090123105", "CHARSET"),
        ("510104900307001", "CHARSET"),
    ],
)
def test_a_card_of_2017_has_letters_and_a_day(value: str, reason: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        parse_pr_card(value, today=TODAY)
    assert caught.value.reason == reason


def test_a_foreigner_s_number_is_no_citizen_s() -> None:
    with pytest.raises(CodeInvalid) as caught:
        parse_citizen_id("911124198108030024", today=TODAY)
    assert caught.value.reason == "AREA"


def test_a_child_born_today_is_not_born_in_the_future() -> None:
    newborn = number_of("510104", TODAY, 1)
    assert parse_citizen_id(newborn, today=TODAY).born_on == TODAY
    with pytest.raises(CodeInvalid, match="今天之后"):
        parse_citizen_id(newborn, today=TODAY - timedelta(days=1))


def test_without_a_day_the_present_one_in_china_counts() -> None:
    today = datetime.now(OFFICE_ZONE).date()
    assert parse_citizen_id(number_of("510104", today, 1)).born_on in (today, today - timedelta(1))
    with pytest.raises(CodeInvalid) as caught:
        parse_citizen_id(number_of("510104", today + timedelta(days=2), 1))
    assert caught.value.reason == "BIRTH_IN_FUTURE"


def test_nobody_is_older_than_130_years() -> None:
    oldest, older = (number_of("510104", date(TODAY.year - age, 6, 1), 1) for age in (130, 131))
    assert parse_citizen_id(oldest, today=TODAY).value == oldest
    with pytest.raises(CodeInvalid) as caught:
        parse_citizen_id(older, today=TODAY)
    assert caught.value.reason == "BIRTH_TOO_EARLY"


@pytest.mark.parametrize(
    "typed", ["51010419900307004x", "51010419900307004Ｘ", " 510104 19900307 004ｘ"]
)
def test_every_form_of_the_roman_ten_is_stored_as_x(typed: str) -> None:
    assert normalise_id_number(typed) == "51010419900307004X"


def test_a_number_of_the_first_generation_is_brought_up_for_old_records() -> None:
    assert upgrade_old_citizen_id("510104900307001") == "510104199003070015"


@pytest.mark.parametrize(
    ("value", "reason"), [("51010490030700", "LENGTH"), ("51010490030700X", "CHARSET")]
)
def test_only_fifteen_digits_are_brought_up(value: str, reason: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        upgrade_old_citizen_id(value)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("document", "number", "fits"), LOOKS)
def test_travel_documents_have_their_looks(
    document: TravelDocument, number: str, fits: bool
) -> None:
    assert looks_like(document, number) is fits


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_birth_and_sex_are_read_back(born_on: date, serial: int) -> None:
    person = parse_citizen_id(number_of("510104", born_on, serial), today=TODAY)
    assert (person.born_on, person.female) == (born_on, serial % 2 == 0)


@settings(deadline=None)
@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_changed_character_is_caught(number: str, place: int, other: str) -> None:
    assume(number[place] != other)
    with pytest.raises(CodeInvalid):
        parse_citizen_id(number[:place] + other + number[place + 1 :], today=TODAY)


@settings(deadline=None)
@given(
    st.text() | st.text("0123456789X", min_size=15, max_size=18), st.sampled_from(sorted(PARSERS))
)
def test_whatever_is_typed_is_read_or_refused(text: str, kind: str) -> None:
    try:
        read = PARSERS[kind](text, today=TODAY).value
    except CodeInvalid:
        return
    assert read == text
