"""Item codes and case numbers against the vectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services_catalog.codes import (
    CodeInvalid,
    check_case_number,
    check_foreign_case_number,
    compose_case_number,
    compose_item_code,
    compose_national_case_number,
    mod_37_36_check,
    parse_base_code,
    parse_item_code,
    parse_local_item_code,
    parse_national_case_number,
    parse_printed_code,
)
from services_catalog.codes.checks import ALPHABET_36
from services_catalog.codes.items import LEVELS, TYPES

GROUPS = json.loads(Path(__file__).with_name("standards_vectors.json").read_text("utf-8"))["groups"]
ITEMS, LOCAL, CASES = (GROUPS[n] for n in ("item_codes", "sichuan_local_item_code", "case_no"))
ORGAN, TASK = "11440232MB2D06811W", "11440232MB2D06811W4000117051000"
DAY = date(2026, 11, 21)


def refusal(read: Callable[..., Any], *values: Any) -> str:
    with pytest.raises(CodeInvalid) as caught:
        read(*values)
    return caught.value.reason


def test_the_item_types_are_those_of_the_standard() -> None:
    assert ITEMS["types"] == TYPES


@pytest.mark.parametrize("row", ITEMS["valid"], ids=lambda row: row["value"])
def test_an_item_code_is_read_in_its_parts(row: dict[str, Any]) -> None:
    code, parsed = parse_item_code(row["value"]), row["parsed"]
    assert (code.organ, code.level, code.base.text()) == (
        parsed["organ"],
        parsed["level"],
        parsed["base"],
    )
    assert (code.base.region, code.base.item_type) == (parsed["base_region"], parsed["base_type"])
    assert (code.base.main, code.base.sub) == (parsed["base_main"], parsed["base_sub"])
    assert code.handle_item == parsed.get("handle_item")
    assert code.text() == row["value"]
    assert code.task_code == row["value"][:31]


@pytest.mark.parametrize("row", ITEMS["valid"], ids=lambda row: row["value"])
def test_an_item_code_is_composed_again(row: dict[str, Any]) -> None:
    parsed = row["parsed"]
    handle = int(parsed["handle_item"]) if "handle_item" in parsed else None
    assert (
        compose_item_code(parsed["organ"], parsed["level"], parsed["base"], handle) == row["value"]
    )


@pytest.mark.parametrize("row", ITEMS["invalid"], ids=lambda row: row["error"])
def test_a_faulty_item_code_is_refused_with_its_reason(row: dict[str, str]) -> None:
    assert refusal(parse_item_code, row["value"]) == row["error"]


@pytest.mark.parametrize("row", ITEMS["base_codes"], ids=lambda row: row["value"])
def test_base_codes_are_read_as_guides_print_them(row: dict[str, str]) -> None:
    base, handle = parse_printed_code(row["value"])
    assert base.text() + (handle or "") == row["value"]


def test_a_code_ending_00y_is_a_directory() -> None:
    assert parse_base_code("00013112700Y").is_directory
    assert not parse_base_code("000131127004").is_directory
    assert refusal(parse_printed_code, "00013112700Y01") == "PARENT_CODE"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0001170510", "LENGTH"),
        ("00011705101Y", "FORMAT"),
        ("000017051000", "TYPE"),
        ("0A0117051000", "FORMAT"),
        ("００0117051000", "FORMAT"),
    ],
)
def test_a_faulty_base_code_is_refused(value: str, reason: str) -> None:
    assert refusal(parse_base_code, value) == reason


@pytest.mark.parametrize("tail", ["00", "0A", "1", "001"])
def test_handle_items_are_numbered_from_01(tail: str) -> None:
    assert refusal(parse_printed_code, "000131127004" + tail) == "HANDLE_ITEM"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((ORGAN, "7", "000117051000", None), "LEVEL"),
        ((ORGAN, "4", "00013112700Y", None), "PARENT_CODE"),
        ((ORGAN, "4", "000117051000", 0), "HANDLE_ITEM"),
        ((ORGAN, "4", "000117051000", 100), "HANDLE_ITEM"),
        ((ORGAN[:-1], "4", "0000117051000", None), "LENGTH"),
        ((ORGAN[:-1] + "X", "4", "000117051000", None), "ORGAN_CHECK_DIGIT"),
    ],
)
def test_no_faulty_item_code_is_composed(parts: tuple[Any, ...], reason: str) -> None:
    assert refusal(compose_item_code, *parts) == reason


@settings(deadline=None)
@given(
    st.sampled_from(sorted(LEVELS)),
    st.from_regex("[0-9]{2}(?:0[1-9]|[1-9][0-9])[0-9]{8}", fullmatch=True),
    st.none() | st.integers(1, 99),
)
def test_item_codes_round_trip(level: str, base: str, handle: int | None) -> None:
    text = compose_item_code(ORGAN, level, base, handle)
    assert len(text) == (31 if handle is None else 33)
    assert parse_item_code(text).text() == text


@pytest.mark.parametrize("row", LOCAL["valid"], ids=lambda row: row["value"])
def test_a_local_code_is_anchored_on_area_and_tail(row: dict[str, Any]) -> None:
    code = parse_local_item_code(row["value"])
    parts = [code.base, code.area, code.extension, code.organ, code.family, code.tail]
    assert parts == row["segments"]
    assert code.value == row["value"] == "-".join(parts)


def test_the_first_area_of_a_local_code_ends_its_base() -> None:
    code = parse_local_item_code("1J-5100-511602000000-000-X-511602000000-000-Y-1-00")
    assert (code.base, code.organ) == ("1J-5100", "X-511602000000-000-Y")


def test_a_dirty_organ_of_a_local_code_is_told_and_not_refused() -> None:
    sound = [parse_local_item_code(row["value"]).organ_is_sound for row in LOCAL["valid"]]
    assert sound[0] is True
    assert sound[-1] is False


@pytest.mark.parametrize("row", LOCAL["invalid"], ids=lambda row: row["value"])
def test_a_truncated_local_code_is_refused(row: dict[str, str]) -> None:
    assert refusal(parse_local_item_code, row["value"]) == "FORMAT"


@pytest.mark.parametrize("row", LOCAL["valid"], ids=lambda row: row["value"])
def test_a_local_code_is_never_a_national_one(row: dict[str, str]) -> None:
    assert refusal(parse_item_code, row["value"]) == "LENGTH"


@pytest.mark.parametrize("row", CASES["valid"], ids=lambda row: row["value"])
def test_a_case_number_of_the_national_form_is_read(row: dict[str, Any]) -> None:
    number, parsed = parse_national_case_number(row["value"]), row["parsed"]
    assert number.task_code == parsed["task_code"]
    assert f"{number.received_on:%Y%m%d}" == parsed["date"]
    assert f"{number.serial:04d}" == parsed["seq"]
    assert number.text() == row["value"]
    assert check_foreign_case_number(row["value"]) == row["value"]


@pytest.mark.parametrize("row", CASES["invalid"], ids=lambda row: row["error"])
def test_a_faulty_case_number_of_the_national_form_is_refused(row: dict[str, str]) -> None:
    assert refusal(parse_national_case_number, row["value"]) == row["error"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (f"{TASK}20201020000X", "FORMAT"),
        (f"{TASK}202010200000", "SERIAL"),
        ("X" + TASK[1:] + "202010200001", "ORGAN_REGISTRAR"),
    ],
)
def test_the_national_form_has_item_day_and_serial(value: str, reason: str) -> None:
    assert refusal(parse_national_case_number, value) == reason


@pytest.mark.parametrize("serial", [0, 10_000])
def test_the_national_serial_never_overflows(serial: int) -> None:
    assert refusal(compose_national_case_number, TASK, DAY, serial) == "SERIAL"


@settings(deadline=None)
@given(st.dates(), st.integers(1, 9999))
def test_case_numbers_of_the_national_form_round_trip(day: date, serial: int) -> None:
    number = parse_national_case_number(compose_national_case_number(TASK, day, serial))
    assert (number.task_code, number.received_on, number.serial) == (TASK, day, serial)


@pytest.mark.parametrize(
    ("value", "reason"),
    [("", "LENGTH"), ("A" * 51, "LENGTH"), ("川A1", "CHARSET"), ("a1", "CHARSET")],
)
def test_a_foreign_number_is_only_measured(value: str, reason: str) -> None:
    assert check_foreign_case_number("A" * 50) == "A" * 50
    assert refusal(check_foreign_case_number, value) == reason


def signed(body: str) -> str:
    return body + mod_37_36_check(body)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("50010620261121000001", "LENGTH"),
        ("50010620261121000A010", "FORMAT"),
        (signed("50010620261321000001"), "DATE"),
        (signed("50010620261121000000"), "SERIAL"),
    ],
)
def test_our_number_has_division_day_and_serial(value: str, reason: str) -> None:
    assert refusal(check_case_number, value) == reason


@pytest.mark.parametrize("serial", [0, 1_000_000])
def test_our_serial_never_overflows(serial: int) -> None:
    assert refusal(compose_case_number, "500106", DAY, serial) == "SERIAL"


def test_our_number_is_as_printed_on_receipts() -> None:
    number = compose_case_number("500106", DAY, 1)
    assert number == signed("50010620261121000001")
    assert check_case_number(number) == number


@settings(deadline=None)
@given(
    st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    st.integers(1, 999_999),
    st.integers(0, 20),
    st.sampled_from(ALPHABET_36),
)
def test_any_single_changed_character_of_ours_is_caught(
    day: date, serial: int, place: int, other: str
) -> None:
    number = compose_case_number("510107", day, serial)
    assume(number[place] != other)
    assert refusal(check_case_number, number[:place] + other + number[place + 1 :])
