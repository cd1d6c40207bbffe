"""Proposals for local items, tried on the names that a real county list gives to items of the catalogue."""

from __future__ import annotations

import csv

import pytest

from services_catalog.catalogue_files import DATA, NOTES
from services_catalog.items import PublishedItem
from services_catalog.mapping import NameIndex, build_name_index, propose


@pytest.fixture(scope="module")
def index(items: dict[int, PublishedItem]) -> NameIndex:
    return build_name_index(items.values())


def county_names() -> list[tuple[int, str]]:
    """Item and local name, as the notes of the catalogue keep them: 区划 / 部门 / 名称."""
    with (DATA / NOTES).open(encoding="utf-8", newline="") as stream:
        return [
            (int(row["seq"]), evidence.split(" / ", 2)[2])
            for row in csv.DictReader(stream)
            for evidence in row["evidence_sc"].split(" ; ")
            if evidence
        ]


def test_names_of_a_real_county_list_find_their_item(index: NameIndex) -> None:
    first = among = 0
    names = county_names()
    for seq, name in names:
        found = [proposal.seq for proposal in propose(index, name)]
        first += found[:1] == [seq]
        among += seq in found
        if seq not in found:
            print(f"missed {seq} {index.names[seq]} <- {name}")
    print(f"first {first}, among three {among}, of {len(names)}")
    assert first / len(names) >= 0.8
    assert among / len(names) >= 0.9


def test_the_same_name_scores_one_whatever_its_brackets(index: NameIndex) -> None:
    (best, *_) = propose(index, "社会保障卡启用（激活）")
    assert (best.seq, best.score) == (113, 1.0)


@pytest.mark.parametrize(
    "name", ["", "（）", "医疗用毒性药品零售企业批准", "对食品生产经营者自建网站交易备案进行补办"]
)
def test_nothing_is_proposed_where_nothing_is_alike(index: NameIndex, name: str) -> None:
    assert propose(index, name) == []


def test_only_the_same_name_scores_one(index: NameIndex) -> None:
    for seq, name in index.names.items():
        proposals = propose(index, name)
        assert [p.seq for p in proposals if p.score >= 0.9995] == [seq]
        assert proposals[0].seq == seq
