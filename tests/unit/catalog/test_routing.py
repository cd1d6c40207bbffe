"""Who decides: every item in every division, real cases, and what is said when nobody can be named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from services_catalog.authorities import demo_code
from services_catalog.errors import ItemCancelled, NoRoute, UnknownItem
from services_catalog.items import PublishedItem
from services_catalog.routing import (
    BUREAU,
    AuthorityView,
    Route,
    RoutingFacts,
    World,
    make_world,
    route,
)

Items = dict[int, PublishedItem]
LEVELS = ("county", "prefecture", "province")

REAL_CASES = [
    (37, "510107", "成都市武侯区行政审批局"),
    (37, "510104", "成都市锦江区市场监督管理局"),
    (37, "511602", "广安市广安区行政审批局"),
    (37, "500106", "重庆市沙坪坝区市场监督管理局"),
    (295, "511602", "广安市广安区发展和改革局"),
    (272, "510107", "成都市武侯区市场监督管理局"),
    (33, "510107", "成都住房公积金管理中心"),
    (33, "510100", "成都住房公积金管理中心"),
    (33, "513225", "阿坝藏族羌族自治州住房公积金管理中心"),
    (33, "500106", "重庆市住房公积金管理中心"),
    (33, "510171", "成都住房公积金管理中心"),
    (87, "510107", "四川省生态环境厅"),
    (87, "500171", "重庆市生态环境局"),
    (87, "511971", "四川省生态环境厅"),
    (9, "510107", "成都市公安局"),
    (9, "500229", "重庆市公安局"),
    (64, "500240", "石柱土家族自治县公安局"),
    (64, "510107", "成都市公安局武侯区分局"),
    (57, "500106", "重庆市药品监督管理局"),
    (57, "510107", "成都市市场监督管理局"),
    (252, "500106", "重庆市住房和城乡建设委员会"),
    (252, "510107", "成都市武侯区住房和城乡建设局"),
    (176, "510107", "国家税务总局成都市武侯区税务局"),
    (2, "510107", "成都市公安局武侯区分局"),
]


def decide(world: World, item: PublishedItem, **facts: str) -> Route:
    return route(item, RoutingFacts(**facts), world)


def refusal(world: World, item: PublishedItem, **facts: str) -> NoRoute:
    with pytest.raises(NoRoute) as caught:
        decide(world, item, **facts)
    return caught.value


@pytest.mark.parametrize(("seq", "division", "name"), REAL_CASES)
def test_the_right_authority_decides(
    world: World, items: Items, seq: int, division: str, name: str
) -> None:
    assert decide(world, items[seq], district_code=division).authority_name == name


def test_every_item_in_every_division_has_an_authority_or_a_reason(
    world: World, items: Items
) -> None:
    answers: Counter[str] = Counter()
    for item in items.values():
        for code in world.districts:
            answers[outcome(world, item, code)] += 1
    print("\n311 × 253:", dict(answers.most_common()))
    assert sum(answers.values()) == 311 * 253
    assert set(answers) == {"routed", "level-too-high", "functional-area", "item-cancelled"}


def outcome(world: World, item: PublishedItem, code: str) -> str:
    """Route, and check that the answer is the organ of the item's kind, at its level, above the place."""
    try:
        answer = decide(world, item, district_code=code)
    except NoRoute as refused:
        return refused.why if has_cause(refused, item, world, code) else f"wrong {refused.why}"
    except ItemCancelled as refused:
        return refused.code
    place = world.districts[code]
    level, kind = terms(item, world, code)
    assert answer.level == level
    assert answer.district_code in chain(world, code)
    organs = (world.authorities.get((kind, answer.district_code)) for kind in (kind, BUREAU))
    assert answer.authority_code in {organ.code for organ in organs if organ}
    assert world.districts[answer.district_code].province == place.province
    return "routed"


def terms(item: PublishedItem, world: World, code: str) -> tuple[str, str]:
    if world.districts[code].province == "四川省":
        return item.decided_level_sc, item.organ_kind_sc
    return item.decided_level_cq, item.organ_kind_cq


def chain(world: World, code: str | None) -> list[str]:
    found = []
    while code is not None:
        found.append(code)
        code = world.districts[code].parent_code
    return found


def has_cause(refused: NoRoute, item: PublishedItem, world: World, code: str) -> bool:
    level, _ = terms(item, world, code)
    place = world.districts[code].level
    if refused.why == "functional-area":
        return place == "functional" and level == "county"
    return refused.why == "level-too-high" and LEVELS.index(place) > LEVELS.index(level)


def test_explanations_can_be_read_to_a_citizen(world: World, items: Items) -> None:
    answer = decide(world, items[37], district_code="510107")
    assert answer.explanation == (
        "“内资企业及分支机构设立登记”由营业场所所在地的机关办理。",
        "营业场所所在地是四川省成都市武侯区。",
        "该事项在四川省由区县级机关办理。",
        "武侯区的这类业务统一由行政审批局办理。",
        "办理机关是成都市武侯区行政审批局。",
        "办理层级是根据公开清单和法规推定的，以主管部门核实的为准。",
    )
    walked = decide(world, items[33], district_code="510107").explanation
    assert "武侯区的申请由四川省成都市的机关办理。" in walked
    municipal = decide(world, items[87], district_code="500106").explanation
    assert "该事项在重庆市由市级机关办理。" in municipal


def test_what_is_assumed_is_shown(world: World, items: Items) -> None:
    recalled = decide(world, items[2], district_code="510107")
    assert recalled.assumed
    assert "办理层级还没有找到公开依据，以办理机关的答复为准。" in recalled.explanation
    unnamed = decide(world, items[18], district_code="510107")
    assert unnamed.explanation[-1].startswith("各地社保经办机构名称不同")
    vouched = replace(items[37], trust="verified")
    answer = decide(world, vouched, district_code="510107")
    assert not answer.assumed
    assert answer.explanation[-1] == "办理机关是成都市武侯区行政审批局。"


@pytest.mark.parametrize(
    ("seq", "registrar", "decides"),
    [
        (38, "成都市市场监督管理局", "成都市市场监督管理局"),
        (38, "四川省市场监督管理局", "四川省市场监督管理局"),
        (38, "重庆市市场监督管理局", "重庆市市场监督管理局"),
        (38, " 成都市 锦江区市场监督管理局 ", "成都市锦江区市场监督管理局"),
        (38, "成都市武侯区行政审批局", "成都市武侯区行政审批局"),
        (223, "四川省民政厅", "四川省民政厅"),
        (223, "成都市民政局", "成都市民政局"),
        (191, "四川省水利厅", "四川省水利厅"),
        (253, "成都市武侯区交通运输局", "成都市武侯区交通运输局"),
        (258, "重庆市交通运输委员会", "重庆市交通运输委员会"),
    ],
)
def test_the_registrar_on_the_licence_decides_whatever_its_level(
    world: World, items: Items, seq: int, registrar: str, decides: str
) -> None:
    answer = decide(world, items[seq], district_code="510106", registrar_name=registrar)
    assert answer.authority_name == decides
    assert f"原证照由{decides}核发。" in answer.explanation


def test_a_department_whose_powers_moved_is_followed_to_the_bureau(
    world: World, items: Items
) -> None:
    answer = decide(world, items[38], registrar_name="成都市武侯区市场监督管理局")
    assert answer.authority_name == "成都市武侯区行政审批局"
    assert "当地的这类业务已统一由成都市武侯区行政审批局办理。" in answer.explanation
    kept = decide(world, items[271], registrar_name="成都市武侯区市场监督管理局")
    assert kept.authority_name == "成都市武侯区市场监督管理局"


def test_without_a_named_registrar_its_place_decides(world: World, items: Items) -> None:
    answer = decide(world, items[38], district_code="510107")
    assert answer.authority_name == "成都市武侯区行政审批局"


def test_a_registrar_is_ignored_where_the_place_alone_decides(world: World, items: Items) -> None:
    answer = decide(world, items[37], district_code="510104", registrar_name="成都市市场监督管理局")
    assert answer.authority_name == "成都市锦江区市场监督管理局"


@pytest.mark.parametrize(
    ("seq", "registrar"),
    [
        (38, "成都市公安局"),
        (38, "成都市武侯区民政局"),
        (223, "成都市市场监督管理局"),
        (271, "成都市武侯区行政审批局"),
        (295, "广安市广安区行政审批局"),
        (36, "重庆市沙坪坝区市场监督管理局"),
    ],
)
def test_an_organ_of_another_kind_never_decides(
    world: World, items: Items, seq: int, registrar: str
) -> None:
    item = replace(items[seq], routing_fact="登记机关所在地")
    assert refusal(world, item, registrar_name=registrar).why == "registrar-of-other-kind"


def test_kinds_of_one_province_do_not_hold_in_the_other(world: World, items: Items) -> None:
    pharmacists = replace(items[57], routing_fact="发证机关所在地")
    here = decide(world, pharmacists, registrar_name="成都市市场监督管理局")
    assert here.authority_name == "成都市市场监督管理局"
    there = refusal(world, pharmacists, registrar_name="重庆市市场监督管理局")
    assert there.why == "registrar-of-other-kind"


def test_an_unknown_registrar_is_asked_back_never_guessed(world: World, items: Items) -> None:
    near = refusal(world, items[38], district_code="510107", registrar_name="武侯区行政审批局")
    assert near.why == "unknown-registrar"
    assert "是不是“成都市武侯区行政审批局”？" in str(near)
    several = refusal(world, items[38], registrar_name="市中区市场监督管理局")
    assert "“内江市市中区市场监督管理局”或“乐山市市中区市场监督管理局”" in str(several)
    foreign = refusal(world, items[38], registrar_name="北京市海淀区市场监督管理局")
    assert str(foreign).endswith("请按原证照的印章填写机关全称，或到窗口办理")


@pytest.mark.parametrize(
    ("seq", "division", "why", "words"),
    [
        (37, "", "no-fact", "请选择营业场所所在地"),
        (
            37,
            "999999",
            "unknown-district",
            "没有代码为 999999 的行政区划，请重新选择营业场所所在地",
        ),
        (37, "510100", "level-too-high", "“成都市”范围太大，请选到区县"),
        (37, "500000", "level-too-high", "“重庆市”范围太大，请选到区县"),
        (33, "510000", "level-too-high", "“四川省”范围太大，请选到市"),
        (
            37,
            "500171",
            "functional-area",
            "两江新区是功能区，不直接办理该事项，请选择所在的行政区县",
        ),
        (
            37,
            "511071",
            "functional-area",
            "内江经济技术开发区是功能区，不直接办理该事项，请选择所在的行政区县",
        ),
    ],
)
def test_no_route_says_what_to_do(
    world: World, items: Items, seq: int, division: str, why: str, words: str
) -> None:
    refused = refusal(world, items[seq], district_code=division)
    assert (refused.why, str(refused)) == (why, words)


def test_a_missing_authority_is_named_not_replaced(world: World, items: Items) -> None:
    bare = replace(world, authorities={})
    refused = refusal(bare, items[37], district_code="510107")
    assert refused.why == "no-authority"
    assert str(refused) == "四川省成都市武侯区没有办理该事项的机关，请到窗口咨询"


def test_a_functional_area_decides_where_a_rule_made_it_an_authority(
    world: World, items: Items
) -> None:
    kind = "市场监督管理局"
    ruled = AuthorityView(
        demo_code(kind, "500171"), "重庆两江新区市场监督管理局", kind, "county", "500171", None
    )
    wider = make_world(
        world.districts.values(), [*world.authorities.values(), ruled], items, world.cancelled
    )
    answer = decide(wider, items[37], district_code="500171")
    assert (answer.authority_name, answer.district_code) == (ruled.name, "500171")
    assert "两江新区有自己的机关办理该事项。" in answer.explanation
    assert refusal(wider, items[18], district_code="500171").why == "functional-area"


@pytest.mark.parametrize("seq", [185, 286])
def test_a_cancelled_item_refuses_with_its_reason(world: World, items: Items, seq: int) -> None:
    with pytest.raises(ItemCancelled, match="无需办理"):
        decide(world, items[seq], district_code="510107")


def test_an_item_outside_the_list_is_unknown(world: World, items: Items) -> None:
    with pytest.raises(UnknownItem, match="第 312 项"):
        decide(world, replace(items[37], seq=312), district_code="510107")
