"""Pinyin on a screen: the likeliest words first, every character reachable, nothing typed lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.typing.pinyin import Dictionary, plain_syllable, read_words, word_of

NAMES = ("武侯区", "沙坪坝区", "成都市", "重庆市")


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    """The shipped words, and the names of some divisions."""
    return Dictionary([*read_words(), *(word_of(name, 60_000) for name in NAMES)])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kaifengongsi", "开分公司"),
        ("yingyezhizhao", "营业执照"),
        ("shenfenzheng", "身份证"),
        ("chongqingshishapingbaqu", "重庆市沙坪坝区"),
        ("CHENGDUSHIWUHOUQU", "成都市武侯区"),
        ("zhonghuarenmingongheguo", "中华人民共和国"),
        ("xi'an", "西安"),
        ("wo", "我"),
        ("lvse", "绿色"),
    ],
)
def test_whole_words_and_sentences_come_first(
    dictionary: Dictionary, typed: str, first: str
) -> None:
    found = dictionary.candidates(typed, 20)[0]
    assert (found.text, found.takes) == (first, len(typed))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("sfz", "身份证"), ("zhongqi", "中期"), ("shenfenz", "身份证"), ("xian", "西安")],
)
def test_initials_and_beginnings_are_offered(
    dictionary: Dictionary, typed: str, wanted: str
) -> None:
    assert wanted in [found.text for found in dictionary.candidates(typed, 20)]


@pytest.mark.parametrize(
    ("typed", "character"),
    [
        ("yang", "阳"),
        ("zhang", "张"),
        ("yan", "䶮"),
        ("wei", "𬱖"),
        ("ji", "𠮷"),
        ("hang", "行"),
        ("le", "乐"),
        ("yue", "乐"),
    ],
)
def test_every_reading_of_a_character_leads_to_it(
    dictionary: Dictionary, typed: str, character: str
) -> None:
    assert character in [found.text for found in dictionary.candidates(typed, 2000)]


def test_what_was_not_understood_stays_to_be_typed_on(dictionary: Dictionary) -> None:
    found = dictionary.candidates("zhangweiq", 5)[0]
    assert found.takes == len("zhangwei")


@pytest.mark.parametrize("typed", ["", "'", "123", "，", "iii"])
def test_what_is_no_pinyin_offers_nothing_wrong(dictionary: Dictionary, typed: str) -> None:
    assert all(found.takes <= len(typed) for found in dictionary.candidates(typed, 20))


@given(st.text("abcdefghijklmnopqrstuvwxyz'", max_size=40), st.integers(1, 30))
def test_candidates_are_few_different_and_never_take_too_much(
    dictionary: Dictionary, typed: str, limit: int
) -> None:
    found = dictionary.candidates(typed, limit)
    assert len(found) <= limit
    assert len({candidate.text for candidate in found}) == len(found)
    assert all(1 <= candidate.takes <= len(typed) and candidate.text for candidate in found)


def test_a_very_long_typing_is_cut(dictionary: Dictionary) -> None:
    assert all(found.takes <= 60 for found in dictionary.candidates("zhong" * 1000, 20))


@pytest.mark.parametrize(
    ("reading", "plain"), [("lǜ", "lv"), ("zhōng", "zhong"), ("ê̄", "e"), ("ńg", "ng")]
)
def test_tones_fall_away(reading: str, plain: str) -> None:
    assert plain_syllable(reading) == plain
