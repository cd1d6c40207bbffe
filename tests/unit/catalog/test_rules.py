"""Rules with dates: what they change in an answer, what the proof finds, what a rehearsal tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from services_catalog.authorities import demo_code
from services_catalog.errors import NoRoute
from services_catalog.items import PublishedItem
from services_catalog.proof import PastCase, prove, rehearse
from services_catalog.routing import AuthorityView, RoutingFacts, World, make_world, route
from services_catalog.rules import (
    Agreement,
    AnyRule,
    Assignment,
    Delegation,
    Succession,
    days_of_change,
    in_force,
)

Items = dict[int, PublishedItem]
DAY = date(2026, 3, 2)
LATER = date(2026, 7, 1)
JINJIANG, WUHOU, LIANGJIANG = "510104", "510107", "500171"


def on(world: World, day: date, rules: Iterable[AnyRule], *more: AuthorityView) -> World:
    return make_world(
        world.districts.values(),
        [*world.by_code.values(), *more],
        world.seqs,
        world.cancelled,
        in_force(rules, day),
    )


def organ(world: World, name: str) -> str:
    return world.by_name[name].code


def succession(world: World, number: str, old: str, new: str) -> Succession:
    return Succession(number, "机构改革方案", LATER, None, None, organ(world, old), new)


def renamed() -> AuthorityView:
    kind = "市场监督管理局"
    code = demo_code(f"{kind}:新", JINJIANG)
    return AuthorityView(
        code, "成都市锦江区市场监管服务局", kind, "county", JINJIANG, None, (), LATER
    )


def test_a_renamed_organ_is_followed_from_its_day_on(world: World, items: Items) -> None:
    new = renamed()
    rules = [succession(world, "s1", "成都市锦江区市场监督管理局", new.code)]
    facts = RoutingFacts(district_code=JINJIANG)
    before = route(items[37], facts, on(world, DAY, rules, new))
    after = route(items[37], facts, on(world, LATER, rules, new))
    assert before.authority_name == "成都市锦江区市场监督管理局"
    assert after.authority_name == new.name
    followed = f"自2026年7月1日起，成都市锦江区市场监督管理局的职责由{new.name}承担。"
    assert followed in after.explanation
    named = RoutingFacts(registrar_name="成都市锦江区市场监督管理局")
    assert route(items[38], named, on(world, LATER, rules, new)).authority_code == new.code


def test_two_successors_are_a_conflict_and_a_circle_is_a_gap(world: World, items: Items) -> None:
    one, other = "成都市锦江区市场监督管理局", "成都市武侯区行政审批局"
    torn = [
        succession(world, "s1", one, organ(world, other)),
        succession(world, "s2", one, organ(world, "成都市公安局")),
    ]
    report = prove([items[37]], on(world, LATER, torn), LATER)
    assert [found.district_code for found in report.conflicts] == [JINJIANG]
    assert not report.gaps
    circle = [
        succession(world, "s1", one, organ(world, other)),
        succession(world, "s2", other, organ(world, one)),
    ]
    report = prove([items[37]], on(world, LATER, circle), LATER)
    assert {found.why for found in report.gaps} == {"succession-circle"}
    assert not report.sound


def test_an_organ_not_yet_founded_is_a_gap(world: World, items: Items) -> None:
    late = replace(renamed(), begun_on=date(2027, 1, 1))
    rules = [succession(world, "s1", "成都市锦江区市场监督管理局", late.code)]
    report = prove([items[37]], on(world, LATER, rules, late), LATER)
    assert [found.why for found in report.gaps] == ["no-authority"]


def test_an_organ_decides_for_an_area_that_is_not_its_own(world: World, items: Items) -> None:
    name = "重庆市江北区市场监督管理局"
    rule = Assignment("a1", "市政府文件", DAY, None, None, LIANGJIANG, organ(world, name))
    facts = RoutingFacts(district_code=LIANGJIANG)
    answer = route(items[37], facts, on(world, DAY, [rule]))
    assert answer.authority_name == name
    assert f"按规定，两江新区的这类申请由{name}办理。" in answer.explanation
    with pytest.raises(NoRoute, match="功能区"):
        route(items[18], facts, on(world, DAY, [rule]))
    other = replace(rule, number="a2", authority_code=organ(world, "重庆市渝北区市场监督管理局"))
    report = prove([items[37]], on(world, DAY, [rule, other]), DAY)
    assert [found.district_code for found in report.conflicts] == [LIANGJIANG]


def test_an_item_open_to_partners_only_is_refused_elsewhere(world: World, items: Items) -> None:
    rule = Agreement("p1", "协议", DAY, None, None, "500106", WUHOU, (37,), LATER)
    pair = RoutingFacts(district_code=WUHOU, received_in="500106")
    stranger = RoutingFacts(district_code=WUHOU, received_in="500103")
    spoken = "沙坪坝区与武侯区订有异地办理合作协议。"
    assert spoken in route(items[37], pair, on(world, DAY, [rule])).explanation
    with pytest.raises(NoRoute) as refused:
        route(items[37], stranger, on(world, DAY, [rule]))
    assert refused.value.why == "partners-only"
    assert route(items[37], stranger, on(world, LATER, [rule]))
    assert route(items[37], replace(stranger, received_in="510104"), on(world, DAY, [rule]))
    assert route(items[36], stranger, on(world, DAY, [rule]))


def test_rules_hold_from_their_first_to_their_last_day(world: World) -> None:
    rule = Delegation(
        "d1",
        "委托书",
        DAY,
        LATER,
        None,
        organ(world, "成都市公安局"),
        "x",
        9,
        WUHOU,
        "1号",
        DAY,
        "公告",
    )
    held = [bool(in_force([rule], day).delegations) for day in (date(2026, 3, 1), DAY, LATER)]
    assert held == [False, True, True]
    assert days_of_change([rule], date(2026, 4, 1)) == [date(2026, 4, 1), date(2026, 7, 2)]


def test_every_item_and_division_is_proved(world: World, items: Items) -> None:
    report = prove(items.values(), world, DAY)
    print(f"\n{report.checked} checked, {report.routed} routed, {dict(report.intended)}")
    assert report.checked == 311 * 253
    assert report.sound
    assert report.routed + sum(report.intended.values()) == report.checked
    bare = prove(items.values(), replace(world, authorities={}), DAY)
    assert len(bare.gaps) == report.routed


def test_a_rehearsal_names_moved_cases_and_gaps(world: World, items: Items) -> None:
    old = world.by_name["成都市锦江区市场监督管理局"]
    cases = [
        PastCase("1", 37, RoutingFacts(district_code=JINJIANG), old.code, old.name),
        PastCase("2", 37, RoutingFacts(district_code=WUHOU),
                 organ(world, "成都市武侯区行政审批局"), "成都市武侯区行政审批局"),
        PastCase("3", 37, RoutingFacts(district_code="500171"), "x", "旧机关"),
    ]  # fmt: skip
    new = renamed()
    rules = [succession(world, "s1", old.name, new.code)]
    report = rehearse(cases, items, on(world, LATER, rules, new), LATER)
    assert report.replayed == 3
    assert [(case.number, case.to) for case in report.moved] == [("1", new.name)]
    assert [case.number for case in report.gaps] == ["3"]
