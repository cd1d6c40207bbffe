"""Names, lines of text, masks and old private-use characters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services_catalog.codes import (
    CodeInvalid,
    check_name,
    check_organisation_name,
    check_text,
    mask_case_number,
    mask_id,
    mask_name,
    mask_phone,
    normalise_name,
    suggest_standard,
)

GROUPS = json.loads(Path(__file__).with_name("standards_vectors.json").read_text("utf-8"))["groups"]
NAMES, MASKS = GROUPS["names"], GROUPS["masking"]
# The vectors say why in prose; the words of the code stand here.
REASONS = {
    "inner space": "SPACE",
    "leading separator": "SEPARATOR",
    "double separator": "SEPARATOR",
    "private-use code point (legacy GBK form of 䶮) must be mapped to U+4DAE, never stored": "PRIVATE_USE",
    "empty": "EMPTY",
}
MASKERS = {"name": mask_name, "id18": mask_id, "phone": mask_phone}


def refusal(value: str) -> str:
    with pytest.raises(CodeInvalid) as caught:
        check_name(value)
    return caught.value.reason


@pytest.mark.parametrize("row", NAMES["normalise_to_U+00B7"], ids=lambda row: row["codepoint"])
def test_every_form_of_the_separator_becomes_one(row: dict[str, str]) -> None:
    assert normalise_name(row["in"]) == row["out"]
    assert check_name(row["in"]) == row["out"]


@pytest.mark.parametrize("name", NAMES["valid"])
def test_a_good_name_stays_as_it_is(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("row", NAMES["invalid"], ids=lambda row: REASONS[row["reason"]])
def test_a_bad_name_is_refused_with_its_reason(row: dict[str, str]) -> None:
    assert refusal(row["value"]) == REASONS[row["reason"]]


@pytest.mark.parametrize("row", NAMES["code_units"], ids=lambda row: row["codepoint"])
def test_rare_characters_count_once_and_are_kept(row: dict[str, str]) -> None:
    assert check_name(row["char"] * 100) == row["char"] * 100
    assert refusal(row["char"] * 101) == "LENGTH"
    assert mask_name("李" + row["char"]) == "李*"
    assert mask_name(row["char"] + "李") == row["char"] + "*"


@pytest.mark.parametrize("name", ["李\U00031350", "李\U0002ebf0", "欧阳·娜孜𬱖䶮"])
def test_ideographs_newer_than_the_interpreter_are_letters(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["JOHN A. SMITH", "Anne-Marie O'Neil", "Nguyễn Văn An", "ван дер Берг"]
)
def test_foreign_names_keep_spaces_and_stops(name: str) -> None:
    assert check_name(name) == name


def test_accents_are_composed() -> None:
    assert check_name("Rene\u0301") == "Ren\u00e9"


def test_compatibility_ideographs_are_not_exchanged() -> None:
    assert check_name("李\uf92c") == "李\uf92c"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("张三3", "CHARSET"),
        ("<b>张三</b>", "CHARSET"),
        ("阿旺་扎西", "CHARSET"),
        ("张\n三", "CONTROL"),
        ("张\u2028三", "CONTROL"),
        ("张\u200b三", "INVISIBLE"),
        ("张\u202e三", "INVISIBLE"),
        ("张\U000e0100三", "INVISIBLE"),
        ("张\ud840", "UNASSIGNED"),
        ("张\U0002ffff", "UNASSIGNED"),
        ("张\U0003fffe", "UNASSIGNED"),
        ("张\u3000三", "SPACE"),
        ("艾力·", "SEPARATOR"),
    ],
)
def test_what_paper_cannot_show_is_refused(name: str, reason: str) -> None:
    assert refusal(name) == reason


def test_outer_spaces_go() -> None:
    assert check_name(" 张三\u3000") == "张三"
    assert check_organisation_name(" 成都（样章）有限公司 ") == "成都（样章）有限公司"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "EMPTY"),
        ("  ", "EMPTY"),
        ("公" * 101, "LENGTH"),
        ("公司\ue000", "PRIVATE_USE"),
        ("公\t司", "CONTROL"),
    ],
)
def test_an_organisation_s_name_is_one_legible_line(name: str, reason: str) -> None:
    with pytest.raises(CodeInvalid) as caught:
        check_organisation_name(name)
    assert (caught.value.kind, caught.value.reason) == ("organisation-name", reason)


def test_text_is_as_long_as_its_field_allows() -> None:
    assert check_text("𬱖" * 300, longest=300) == "𬱖" * 300
    with pytest.raises(CodeInvalid, match="300"):
        check_text("𬱖" * 301, longest=300)


@pytest.mark.parametrize("row", NAMES["gb18030_python_codec_trap"], ids=lambda row: row["bytes"])
def test_characters_the_codec_leaves_private_have_a_suggestion(row: dict[str, str]) -> None:
    old = bytes.fromhex(row["bytes"]).decode("gb18030")
    new = row.get("gb18030_2022") or row["gb18030_2005_and_later"]
    assert f"U+{ord(old):04X}" == row["python"]
    assert suggest_standard(old) == chr(int(new.removeprefix("U+"), 16))


def test_the_old_placement_of_a_surname_has_a_suggestion() -> None:
    assert suggest_standard("李\ue863") == "李䶮"
    assert suggest_standard("李\ue000") == "李\ue000"
    assert check_name(suggest_standard("李\ue863")) == "李䶮"


@pytest.mark.parametrize(
    ("what", "plain", "masked"),
    [(what, row["in"], row["out"]) for what in MASKERS for row in MASKS[what]],
)
def test_masks_are_those_agreed(what: str, plain: str, masked: str) -> None:
    assert MASKERS[what](plain) == masked


@pytest.mark.parametrize(
    ("masked", "wanted"),
    [
        (mask_id("KAZ110090123105"), "KAZ********3105"),
        (mask_id("E12345678"), "E*******8"),
        (mask_id("12345"), "*****"),
        (mask_phone("02887654321"), "028****4321"),
        (mask_phone("87654321"), "******21"),
        (mask_phone("12345"), "*****"),
        (mask_case_number("500106202611210000017"), "*****************0017"),
        (mask_case_number("12345678"), "********"),
        (mask_name(""), ""),
        (mask_id(""), ""),
        (mask_phone(""), ""),
    ],
)
def test_short_numbers_show_less(masked: str, wanted: str) -> None:
    assert masked == wanted


@settings(deadline=None)
@given(st.text(min_size=2), st.sampled_from([mask_name, mask_id, mask_phone, mask_case_number]))
def test_a_mask_keeps_the_length_and_never_shows_all(text: str, mask: Callable[[str], str]) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert "*" in masked
    assert sum(shown == plain != "*" for shown, plain in zip(masked, text, strict=True)) < len(text)


@settings(deadline=None)
@given(st.text())
def test_a_name_that_passed_passes_again_unchanged(text: str) -> None:
    try:
        name = check_name(text)
    except CodeInvalid:
        return
    assert check_name(name) == name
