"""Which authority decides: facts of the application and rules of the catalogue, nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services_catalog.errors import ItemCancelled, NoRoute, UnknownItem

REGISTRAR_FACTS = frozenset({"登记机关所在地", "发证机关所在地"})
LEVELS = ("county", "prefecture", "province")
LEVEL_WORDS = {"county": "区县级", "prefecture": "市级", "province": "省级"}
SICHUAN = "四川省"
BUREAU = "行政审批局"


class Item(Protocol):
    """What routing reads of an item."""

    seq: int
    name: str
    routing_fact: str
    decided_level_sc: str
    decided_level_cq: str
    organ_kind_sc: str
    organ_kind_cq: str
    approval_bureau: bool
    trust: str


@dataclass(frozen=True)
class DistrictView:
    """A division as routing sees it. ``organ_prefix`` is how names of its organs begin."""

    code: str
    name: str
    full_name: str
    level: str
    parent_code: str | None
    province: str
    pseudo: bool


@dataclass(frozen=True)
class AuthorityView:
    """An authority as routing sees it."""

    code: str
    name: str
    organ_kind: str
    level: str
    district_code: str
    assumed: str | None


@dataclass(frozen=True)
class World:
    """The rules in memory: divisions, authorities by kind and place, authorities by name, cancelled items."""

    districts: Mapping[str, DistrictView]
    authorities: Mapping[tuple[str, str], AuthorityView]
    by_name: Mapping[str, AuthorityView]
    cancelled: Mapping[int, str]
    seqs: frozenset[int] = field(default_factory=frozenset)

    def require_offered(self, seq: int) -> None:
        """Raises UnknownItem or ItemCancelled."""
        if seq not in self.seqs:
            raise UnknownItem(seq)
        if seq in self.cancelled:
            raise ItemCancelled(seq, self.cancelled[seq])


@dataclass(frozen=True)
class RoutingFacts:
    """What the applicant said: the division of the routing fact, and the registrar named on an existing licence."""

    district_code: str | None = None
    registrar_name: str | None = None


@dataclass(frozen=True)
class Route:
    """The authority that decides. ``explanation`` is what a clerk can read aloud; ``assumed`` marks unverified rules."""

    authority_code: str
    authority_name: str
    district_code: str
    level: str
    explanation: tuple[str, ...]
    assumed: bool


def route(item: Item, facts: RoutingFacts, world: World) -> Route:
    """Name the deciding authority. Raises UnknownItem, ItemCancelled, or NoRoute with what is missing.

    A registrar or issuer named on the existing licence decides whatever its level; otherwise the place of the
    routing fact is walked up to the level that the item is decided at. A functional area decides nothing by itself.
    """
    world.require_offered(item.seq)
    opening = f"“{item.name}”按{item.routing_fact}确定办理机关。"
    if item.routing_fact in REGISTRAR_FACTS and facts.registrar_name:
        authority = _registrar(item, facts.registrar_name, world)
        reasons = (opening, f"原证照由{authority.name}核发，仍由该机关办理。")
    else:
        authority, walked = _by_place(item, facts, world)
        reasons = (opening, *walked, f"办理机关是{authority.name}。")
    return Route(
        authority.code, authority.name, authority.district_code, authority.level,
        reasons + _doubts(item, authority), bool(_doubts(item, authority)),
    )


def normalise_organ(name: str) -> str:
    """An organ's name for comparison only: no spaces, no brackets' width differences."""
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def level_words(level: str, place: DistrictView) -> str:
    """The level as people say it; a municipality's own organs are 市级."""
    if level == "province" and place.province != SICHUAN:
        return LEVEL_WORDS["prefecture"]
    return LEVEL_WORDS[level]


def _registrar(item: Item, name: str, world: World) -> AuthorityView:
    authority = world.by_name.get(normalise_organ(name))
    if authority is None:
        raise NoRoute("unknown-registrar", f"没有找到“{name}”，请按证照上的印章填写机关全称，或到窗口办理")
    if authority.organ_kind not in _kinds(item):
        raise NoRoute("registrar-of-other-kind", f"“{authority.name}”不办理这类证照，请核对原证照")
    return authority


def _kinds(item: Item) -> set[str]:
    """Kinds of organ that may have issued the licence; a province may call its own 厅 what a city calls 局."""
    kinds = {item.organ_kind_sc, item.organ_kind_cq}
    kinds |= {f"{kind.removesuffix('局')}厅" for kind in kinds if kind.endswith("局")}
    return kinds | {BUREAU} if item.approval_bureau else kinds


def _by_place(item: Item, facts: RoutingFacts, world: World) -> tuple[AuthorityView, tuple[str, ...]]:
    start = _district(item, facts, world)
    sichuan = start.province == SICHUAN
    level = item.decided_level_sc if sichuan else item.decided_level_cq
    kind = item.organ_kind_sc if sichuan else item.organ_kind_cq
    place = _walk(start, level, world)
    authority = _authority(item, kind, place, world)
    said = [f"{item.routing_fact}是{start.full_name}。", f"该事项在{start.province}由{level_words(level, start)}机关办理。"]
    if place.code != start.code:
        said.append(f"{start.name}的申请由{place.full_name}的机关办理。")
    return authority, tuple(said)


def _district(item: Item, facts: RoutingFacts, world: World) -> DistrictView:
    if not facts.district_code:
        raise NoRoute("no-fact", f"请选择{item.routing_fact}")
    district = world.districts.get(facts.district_code)
    if district is None:
        raise NoRoute("unknown-district", f"没有代码为 {facts.district_code} 的行政区划，请重新选择{item.routing_fact}")
    return district


def _walk(start: DistrictView, level: str, world: World) -> DistrictView:
    """From the place up to the level that decides."""
    if start.level != "functional" and LEVELS.index(start.level) > LEVELS.index(level):
        raise NoRoute("level-too-high", f"请选择到{level_words(level, start)}，“{start.name}”范围太大")
    place = start
    while place.level != level:
        if place.parent_code is None or _passes(place, level, world):
            raise NoRoute("functional-area", f"{start.name}是功能区，不直接办理该事项，请选择所在的行政区县")
        place = world.districts[place.parent_code]
    return place


def _passes(place: DistrictView, level: str, world: World) -> bool:
    """Whether the next step up would already be above the level, as it is from a functional area to a county."""
    parent = world.districts[place.parent_code or ""]
    return LEVELS.index(parent.level) > LEVELS.index(level)


def _authority(item: Item, kind: str, place: DistrictView, world: World) -> AuthorityView:
    if item.approval_bureau and (BUREAU, place.code) in world.authorities:
        return world.authorities[(BUREAU, place.code)]
    try:
        return world.authorities[(kind, place.code)]
    except KeyError:
        raise NoRoute("no-authority", f"{place.full_name}没有办理该事项的机关，请到窗口咨询") from None


def _doubts(item: Item, authority: AuthorityView) -> tuple[str, ...]:
    doubts = []
    if item.trust in ("inferred", "recalled"):
        doubts.append("办理层级为推定，正式运行前须由主管部门核实。")
    if authority.assumed:
        doubts.append(f"{authority.assumed}。")
    return tuple(doubts)
