"""People's own words find their item: measured on two sets of queries, and fact by fact.

The second set was written from the items' names alone, before its author had read the synonyms or the search; no
word was added to the catalogue for one of its queries.
"""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services_catalog.search import Match, SearchIndex, build_index, search
from services_catalog.search_tokens import fold, southern, spell
from services_catalog.search_words import KINDS, SYNONYMS, lexicon, make_lexicon
from tests.support.sample_items import published_items

FIRST_SET, SECOND_SET = "search_queries.csv", "search_queries_second.csv"
SHOWN = 3
ID_CARD, CARD_OF_CHILD, LOST_DRIVING_LICENCE, WEDDING, DIVORCE = 1, 103, 9, 165, 166
SET_UP, FOREIGN_TRADE, BUSINESS_LICENCE, NEWBORN, LABORATORY = 37, 185, 49, 102, 51


class Answer(NamedTuple):
    """A query of the development set and what came back."""

    query: str
    kind: str
    wanted: set[int]
    seqs: list[int]
    spent: float

    @property
    def is_first(self) -> bool:
        return self.seqs[:1] != [] and self.seqs[0] in self.wanted

    @property
    def is_among(self) -> bool:
        return bool(self.wanted & set(self.seqs))


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    """The shipped items."""
    return build_index(published_items().values())


def rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def found(index: SearchIndex, query: str) -> list[int]:
    return [match.seq for match in search(index, query, SHOWN)]


def best(index: SearchIndex, query: str) -> Match:
    return search(index, query, 1)[0]


@pytest.mark.parametrize("name", [FIRST_SET, SECOND_SET])
def test_a_set_is_large_and_names_items_that_exist(name: str) -> None:
    asked = rows(name)
    queries = [row["query"] for row in asked]
    assert len(queries) >= 120
    assert len(queries) == len(set(queries))
    assert {int(seq) for row in asked for seq in row["seqs"].split(";")} <= set(published_items())
    assert {row["kind"] for row in asked} == {
        "方言",
        "口语",
        "名称",
        "首字母",
        "拼音",
        "错字",
        "英文",
    }


def test_the_sets_share_no_query() -> None:
    assert not {row["query"] for row in rows(FIRST_SET)} & {
        row["query"] for row in rows(SECOND_SET)
    }


@pytest.fixture(scope="module", params=[FIRST_SET, SECOND_SET])
def answers(index: SearchIndex, request: pytest.FixtureRequest) -> list[Answer]:
    """What search says to a set of queries, and the processor time it took."""
    return [ask(index, row) for row in rows(request.param)]


def ask(index: SearchIndex, row: dict[str, str]) -> Answer:
    began = time.process_time()
    seqs = found(index, row["query"])
    spent = time.process_time() - began
    return Answer(
        row["query"], row["kind"], {int(seq) for seq in row["seqs"].split(";")}, seqs, spent
    )


def test_the_right_item_stands_first_or_among_the_first_three(answers: list[Answer]) -> None:
    """Issue 2.9: first in at least 70 %, among the first three in at least 90 %."""
    for answer in answers:
        if not answer.is_among:
            wanted = sorted(answer.wanted)
            print(f"{answer.kind} “{answer.query}”: wanted {wanted}, found {answer.seqs}")
    count = len(answers)
    first = sum(answer.is_first for answer in answers)
    among = sum(answer.is_among for answer in answers)
    print(f"{count} queries: first {first / count:.1%}, among the first three {among / count:.1%}")
    assert first >= 0.70 * count
    assert among >= 0.90 * count


def test_every_kind_of_query_works(answers: list[Answer]) -> None:
    for kind in {answer.kind for answer in answers}:
        asked = [answer for answer in answers if answer.kind == kind]
        assert sum(answer.is_among for answer in asked) >= 0.75 * len(asked), kind


def test_every_alias_and_every_name_finds_its_item(index: SearchIndex) -> None:
    lost = [
        (item.seq, words)
        for item in published_items().values()
        for words in (item.name, *item.aliases)
        if item.seq not in found(index, words)
    ]
    assert len(lost) <= 5, lost


@pytest.mark.parametrize(
    ("query", "seq", "why"),
    [
        ("身份证掉了", ID_CARD, "别名“身份证掉了”"),
        ("失业登记", 14, "名称“失业登记”"),
        ("sfz", ID_CARD, "拼音“sfz”"),
        ("jiazhao diule", LOST_DRIVING_LICENCE, "拼音“diule”"),
        ("marriage", WEDDING, "“marriage”即“结婚登记”"),
        ("打脱离", DIVORCE, "别名"),
        ("离昏登记", DIVORCE, "登记”"),
        ("CMA", LABORATORY, "别名“CMA”"),
    ],
)
def test_an_answer_says_why(index: SearchIndex, query: str, seq: int, why: str) -> None:
    match = next(match for match in search(index, query, SHOWN) if match.seq == seq)
    assert why in match.why
    assert 0 < match.score <= 1


def test_a_match_by_sound_alone_says_so(index: SearchIndex) -> None:
    assert best(index, "护召").why.startswith("读音相近")


@pytest.mark.parametrize("query", ["ＳＦＺ", "sfz ", "Sfz", "s f z"])
def test_width_case_and_spaces_do_not_matter(index: SearchIndex, query: str) -> None:
    assert found(index, query) == found(index, "sfz")


def test_traditional_characters_are_found_by_sound(index: SearchIndex) -> None:
    assert best(index, "護照").seq == 2


@pytest.mark.parametrize("query", ["", "  ", "？？", "咋个办", "请问怎么办理", "vvvv", "𬱖"])
def test_words_that_mean_nothing_here_find_nothing(index: SearchIndex, query: str) -> None:
    assert search(index, query, SHOWN) == []


def test_the_limit_is_kept_and_order_falls_with_the_score(index: SearchIndex) -> None:
    matches = search(index, "公积金", 50)
    assert 5 < len(matches) <= 50
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert len({match.seq for match in matches}) == len(matches)
    assert search(index, "公积金", 2) == matches[:2]


def test_an_abolished_item_stands_behind_an_equal_one_in_use() -> None:
    item = published_items()[DIVORCE]
    gone = replace(item, seq=1, cancelled_reason="已取消")
    assert [match.seq for match in search(build_index([gone, item]), "离婚", 2)] == [DIVORCE, 1]


def test_a_new_alias_is_found_without_a_change_of_code() -> None:
    items = published_items() | {
        NEWBORN: replace(published_items()[NEWBORN], aliases=("办百日宴户口",))
    }
    assert best(build_index(items.values()), "百日宴").seq == NEWBORN


def test_an_index_of_nothing_finds_nothing() -> None:
    assert search(build_index([]), "身份证", SHOWN) == []


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_answered(text: str) -> None:
    for match in search(SMALL, text, SHOWN):
        assert 0 < match.score <= 1.0001


SMALL = build_index([published_items()[seq] for seq in (ID_CARD, WEDDING, SET_UP, LABORATORY)])


def test_search_is_fast(answers: list[Answer]) -> None:
    """The bound leaves room for a busy machine; a quiet one takes about 3 ms."""
    p95 = sorted(answer.spent for answer in answers)[int(0.95 * len(answers))]
    print(f"search: p95 {p95 * 1000:.1f} ms")
    assert p95 < 0.025


def test_letters_are_read_as_syllables_and_initials() -> None:
    assert [token.syllable or token.initial for token in spell("shenfz")] == ["shen", "f", "z"]
    assert [token.syllable for token in spell("gongjijin")] == ["gong", "ji", "jin"]
    assert [token.syllable for token in spell("nvfang")] == ["nv", "fang"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("zheng", "zen"), ("nan", "lan"), ("ning", "lin"), ("hu", "fu"), ("shi", "si")],
)
def test_sounds_that_many_speakers_do_not_tell_apart(one: str, other: str) -> None:
    assert southern(one) == southern(other)


def test_folding_keeps_one_spelling() -> None:
    assert fold("ＣＭＡ　Café’s") == "cma cafe's"


def test_the_words_are_well_made() -> None:
    with SYNONYMS.open(encoding="utf-8-sig", newline="") as stream:
        held = list(csv.DictReader(stream))
    words = [(row["word"], row["kind"] == "english") for row in held]
    assert len(words) == len(set(words))
    assert {row["kind"] for row in held} == set(KINDS)
    assert all(row["source"] for row in held)
    assert all(row["means"] or row["kind"] in ("filler", "english") for row in held)
    same = {row["word"] for row in held if row["kind"] == "same"}
    assert not [row["word"] for row in held if row["kind"] == "same" and row["means"] in same]


def test_a_query_is_read_as_typed_and_in_the_catalogues_words() -> None:
    words = make_lexicon(
        [
            {"word": "掉了", "means": "遗失", "kind": "same"},
            {"word": "咋个办", "means": "", "kind": "filler"},
            {"word": "本本", "means": "证;户口簿", "kind": "means"},
            {"word": "id cards", "means": "身份证", "kind": "english"},
            {"word": "my", "means": "", "kind": "english"},
        ]
    )
    assert [reading.text for reading in words.readings("本本掉了咋个办")] == [
        "本本掉了咋个办",
        "本本遗失 ",
        "证遗失 ",
        "户口簿遗失 ",
    ]
    assert [reading.text for reading in words.readings("my id card")] == ["my id card", " 身份证"]
    assert words.canonical("证掉了") == "证遗失"
    assert words.readings("咋个办") == []


def test_a_misspelt_english_word_is_guessed() -> None:
    assert "婚登记" in lexicon().readings("marrige")[-1].text
