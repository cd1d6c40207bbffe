"""Authorities exist where items need them, and are called as in real life."""

from __future__ import annotations

from collections import Counter

import pytest

from services_catalog.authorities import NamedAuthority, demo_code, generate
from services_catalog.catalogue_files import CatalogueFiles
from services_catalog.codes import parse_credit_code
from services_catalog.items import PublishedItem
from services_catalog.organ_names import full_name
from services_catalog.routing import BUREAU, AuthorityView, World, normalise_organ

NAMES = {
    ("市场监督管理局", "510107"): "成都市武侯区市场监督管理局",
    ("市场监督管理局", "500106"): "重庆市沙坪坝区市场监督管理局",
    ("市场监督管理局", "500229"): "城口县市场监督管理局",
    ("市场监督管理局", "510100"): "成都市市场监督管理局",
    ("市场监督管理局", "510000"): "四川省市场监督管理局",
    ("市场监督管理局", "500000"): "重庆市市场监督管理局",
    ("公安局", "510781"): "江油市公安局",
    ("公安局", "500240"): "石柱土家族自治县公安局",
    ("公安局", "510107"): "成都市公安局武侯区分局",
    ("公安局", "500106"): "重庆市公安局沙坪坝区分局",
    ("公安局", "513200"): "阿坝藏族羌族自治州公安局",
    ("公安局", "500000"): "重庆市公安局",
    ("民政局", "511002"): "内江市市中区民政局",
    ("民政局", "511102"): "乐山市市中区民政局",
    ("税务局", "510107"): "国家税务总局成都市武侯区税务局",
    ("税务局", "510121"): "国家税务总局金堂县税务局",
    ("住房公积金管理中心", "510100"): "成都住房公积金管理中心",
    ("住房公积金管理中心", "510700"): "绵阳市住房公积金管理中心",
    ("住房公积金管理中心", "500000"): "重庆市住房公积金管理中心",
    ("生态环境厅", "510000"): "四川省生态环境厅",
    ("生态环境局", "500000"): "重庆市生态环境局",
    ("公共图书馆", "510104"): "成都市锦江区图书馆",
    ("教育局", "511602"): "广安市广安区教育科技和体育局",
    (BUREAU, "510107"): "成都市武侯区行政审批局",
    (BUREAU, "511602"): "广安市广安区行政审批局",
}


@pytest.mark.parametrize(
    ("kind", "division", "name"), [(*key, name) for key, name in NAMES.items()]
)
def test_organs_are_called_as_in_real_life(
    world: World, kind: str, division: str, name: str
) -> None:
    assert world.authorities[(kind, division)].name == name


@pytest.mark.parametrize(
    ("kind", "division"),
    [
        ("住房公积金管理中心", "510107"),
        ("住房公积金管理中心", "500106"),
        ("生态环境局", "510107"),
        ("公安局", "510000"),
        ("消防救援总队", "510100"),
        ("民政局", "500171"),
        (BUREAU, "510104"),
        (BUREAU, "500106"),
    ],
)
def test_no_authority_exists_where_no_item_and_no_source_names_it(
    world: World, kind: str, division: str
) -> None:
    assert (kind, division) not in world.authorities


def test_every_kind_that_an_item_names_exists_in_every_division_of_its_level(
    world: World, items: dict[int, PublishedItem]
) -> None:
    missing = [
        (item.seq, district.code)
        for item in items.values()
        for district in world.districts.values()
        for level, kind in [
            (item.decided_level_sc, item.organ_kind_sc)
            if district.province == "四川省"
            else (item.decided_level_cq, item.organ_kind_cq)
        ]
        if district.level == level and (kind, district.code) not in world.authorities
    ]
    assert missing == []


def test_names_and_codes_are_unique(authorities: list[AuthorityView]) -> None:
    names = Counter(normalise_organ(view.name) for view in authorities)
    codes = Counter(view.code for view in authorities)
    assert [name for name, count in names.items() if count > 1] == []
    assert [code for code, count in codes.items() if count > 1] == []


def test_codes_are_well_formed_and_marked_as_demo(authorities: list[AuthorityView]) -> None:
    for view in authorities:
        code = parse_credit_code(view.code)
        assert view.code.startswith("11" + view.district_code + "DM")
        assert code.value == view.code


def test_the_same_organ_has_the_same_code_in_every_run() -> None:
    assert demo_code("市场监督管理局", "510107") == "11510107DMFG4CMP68"


def test_names_that_are_not_vouched_for_say_why(authorities: list[AuthorityView]) -> None:
    doubtful = {view.organ_kind for view in authorities if view.assumed}
    assert {"社会保险事务机构", "公证处", "公共图书馆", "知识产权维权援助机构"} <= doubtful
    assert not {"市场监督管理局", "公安局", "税务局", BUREAU} & doubtful
    assert all("以当地公布的为准" in view.assumed for view in authorities if view.assumed)


def test_an_organ_of_a_functional_area_acts_at_county_level(files: CatalogueFiles) -> None:
    organ = NamedAuthority("500171", "市场监督管理局", "重庆两江新区市场监督管理局")
    (view,) = generate([], files.districts, [organ], files.names)
    assert (view.name, view.level, view.district_code) == (organ.name, "county", "500171")
    assert view.code.startswith("11500171DM")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("510107", "四川省成都市武侯区"),
        ("510121", "四川省成都市金堂县"),
        ("513225", "四川省阿坝藏族羌族自治州九寨沟县"),
        ("500106", "重庆市沙坪坝区"),
        ("500240", "重庆市石柱土家族自治县"),
        ("500171", "重庆市两江新区"),
        ("510171", "四川天府新区"),
        ("510000", "四川省"),
    ],
)
def test_divisions_are_told_in_full(files: CatalogueFiles, code: str, name: str) -> None:
    assert full_name(files.districts[code], files.districts) == name
    assert files.districts[code].full_name == name
