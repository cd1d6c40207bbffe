"""Which authority decides: facts of the application and rules of the catalogue, nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from services_catalog.errors import ItemCancelled, NoRoute, UnknownItem
from services_catalog.rules import Agreement, RulesInForce

REGISTRAR_FACTS = frozenset({"登记机关所在地", "发证机关所在地"})
LEVELS = ("county", "prefecture", "province")
LEVEL_WORDS = {"county": "区县级", "prefecture": "市级", "province": "省级"}
FUNCTIONAL = "functional"
SICHUAN = "四川省"
BUREAU = "行政审批局"
ORGAN_ENDINGS = ("委员会", "厅", "局")
SAME_WORK = {"水务": "水利"}  # A county's 水务局 does what the province's 水利厅 does above it.
MOST_SUGGESTIONS = 3
DOUBTS = {
    "inferred": "办理层级是根据公开清单和法规推定的，以主管部门核实的为准。",
    "recalled": "办理层级还没有找到公开依据，以办理机关的答复为准。",
}


class Item(Protocol):
    """What routing reads of an item."""

    @property
    def seq(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def routing_fact(self) -> str: ...
    @property
    def decided_level_sc(self) -> str: ...
    @property
    def decided_level_cq(self) -> str: ...
    @property
    def organ_kind_sc(self) -> str: ...
    @property
    def organ_kind_cq(self) -> str: ...
    @property
    def approval_bureau(self) -> bool: ...
    @property
    def trust(self) -> str: ...


@dataclass(frozen=True)
class DistrictView:
    """A division as routing sees it. ``full_name`` begins with the province."""

    code: str
    name: str
    full_name: str
    level: str
    parent_code: str | None
    province: str
    pseudo: bool


@dataclass(frozen=True)
class AuthorityView:
    """An authority as routing sees it. ``assumed`` says why its name is not vouched for.

    ``excepted_items`` are those it leaves to the department although others of its kind decide them. An organ that
    a rule founded has ``begun_on``; it decides only where a rule names it.
    """

    code: str
    name: str
    organ_kind: str
    level: str
    district_code: str
    assumed: str | None
    excepted_items: tuple[int, ...] = ()
    begun_on: date | None = None


@dataclass(frozen=True)
class World:
    """What routing knows of one day: divisions, authorities by kind and place, by name and by code, cancelled items,
    and the rules in force.
    """

    districts: Mapping[str, DistrictView]
    authorities: Mapping[tuple[str, str], AuthorityView]
    by_name: Mapping[str, AuthorityView]
    cancelled: Mapping[int, str]
    seqs: frozenset[int] = field(default_factory=frozenset)
    by_code: Mapping[str, AuthorityView] = field(default_factory=dict)
    rules: RulesInForce = field(default_factory=RulesInForce)

    def require_offered(self, seq: int) -> None:
        """Raises UnknownItem or ItemCancelled."""
        if seq not in self.seqs:
            raise UnknownItem(seq)
        if seq in self.cancelled:
            raise ItemCancelled(seq, self.cancelled[seq])


@dataclass(frozen=True)
class RoutingFacts:
    """What the applicant said: the division of the routing fact, and the registrar named on an existing licence.

    ``received_in`` is the division of the window or machine that receives; none for those who apply from anywhere.
    """

    district_code: str | None = None
    registrar_name: str | None = None
    received_in: str | None = None


@dataclass(frozen=True)
class Route:
    """The authority that decides. ``explanation`` can be read aloud; ``assumed`` marks unverified rules."""

    authority_code: str
    authority_name: str
    district_code: str
    level: str
    explanation: tuple[str, ...]
    assumed: bool


def make_world(
    districts: Iterable[DistrictView],
    authorities: Iterable[AuthorityView],
    seqs: Iterable[int],
    cancelled: Mapping[int, str],
    rules: RulesInForce | None = None,
) -> World:
    """The world of these divisions, authorities in force, items and rules of the day."""
    held = rules or RulesInForce()
    known = [view for view in authorities if view.begun_on is None or view.begun_on <= held.on]
    return World(
        districts={district.code: district for district in districts},
        authorities={
            (view.organ_kind, view.district_code): view for view in known if view.begun_on is None
        },
        by_name={normalise_organ(view.name): view for view in known},
        cancelled=cancelled,
        seqs=frozenset(seqs),
        by_code={view.code: view for view in known},
        rules=held,
    )


def route(item: Item, facts: RoutingFacts, world: World) -> Route:
    """Name the deciding authority. Raises UnknownItem, ItemCancelled, or NoRoute with what is missing.

    A registrar or issuer named on the existing licence decides whatever its level; otherwise the place of the
    routing fact is walked up to the level that the item is decided at. A functional area receives; it decides only
    where a rule made an authority for it, and never lends its case to a neighbouring county by guess. An organ that
    was merged or renamed is followed to its successor. The rules are those of the day that the world is of.
    """
    world.require_offered(item.seq)
    if item.routing_fact in REGISTRAR_FACTS and facts.registrar_name:
        authority, reasons = _by_registrar(item, facts.registrar_name, world)
    else:
        authority, reasons = _by_place(item, facts, world)
    authority, followed = _follow(authority, world)
    reasons = (*reasons, *followed, *_agreed(item, facts, authority, world))
    doubts = _doubts(item, authority)
    closing = f"办理机关是{authority.name}。"
    return Route(
        authority.code,
        authority.name,
        authority.district_code,
        authority.level,
        (*reasons, closing, *doubts),
        bool(doubts),
    )


def normalise_organ(name: str) -> str:
    """An organ's name for comparison only: no spaces, no brackets' width differences."""
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def level_words(level: str, place: DistrictView) -> str:
    """The level as people say it; a municipality's own organs are 市级."""
    if level == "province" and place.province != SICHUAN:
        return LEVEL_WORDS["prefecture"]
    return LEVEL_WORDS[level]


def _by_registrar(item: Item, name: str, world: World) -> tuple[AuthorityView, tuple[str, ...]]:
    registrar = world.by_name.get(normalise_organ(name))
    if registrar is None:
        raise NoRoute("unknown-registrar", _unknown_registrar(item, name, world))
    if not _issues(registrar, item, world):
        raise NoRoute("registrar-of-other-kind", f"“{registrar.name}”不办理这类证照，请核对原证照")
    said = (f"“{item.name}”由原登记、发证机关办理。", f"原证照由{registrar.name}核发。")
    successor = _bureau(item, registrar.district_code, world)
    if successor is None or successor == registrar:
        return registrar, said
    return successor, (*said, f"当地的这类业务已统一由{successor.name}办理。")


def _unknown_registrar(item: Item, name: str, world: World) -> str:
    """What to say when no authority has that name, with those whose full name ends like it."""
    ending = normalise_organ(name)
    meant = [
        authority.name
        for known, authority in world.by_name.items()
        if known.endswith(ending) and _issues(authority, item, world)
    ]
    if 0 < len(meant) <= MOST_SUGGESTIONS:
        return f"没有找到“{name}”，是不是“{'”或“'.join(meant)}”？请按原证照的印章填写全称"
    return f"没有找到“{name}”，请按原证照的印章填写机关全称，或到窗口办理"


def _issues(authority: AuthorityView, item: Item, world: World) -> bool:
    """Whether the authority is of the kind that issues this item's licences, at whatever level."""
    if authority.organ_kind == BUREAU:
        return item.approval_bureau and item.seq not in authority.excepted_items
    kind = _kind(item, world.districts[authority.district_code])
    return _work(authority.organ_kind) == _work(kind)


def _work(kind: str) -> str:
    """What an organ is for, whether it calls itself 局, 厅 or 委员会 at its level."""
    ending = next((ending for ending in ORGAN_ENDINGS if kind.endswith(ending)), "")
    work = kind.removesuffix(ending)
    return SAME_WORK.get(work, work)


def _by_place(
    item: Item, facts: RoutingFacts, world: World
) -> tuple[AuthorityView, tuple[str, ...]]:
    start = _district(item, facts, world)
    said = [
        f"“{item.name}”由{item.routing_fact}的机关办理。",
        f"{item.routing_fact}是{start.full_name}。",
    ]
    kind = _kind(item, start)
    if start.level == FUNCTIONAL and (kind, start.code) in world.authorities:
        said.append(f"{start.name}有自己的机关办理该事项。")
        return world.authorities[(kind, start.code)], tuple(said)
    level = item.decided_level_sc if start.province == SICHUAN else item.decided_level_cq
    if start.code in world.rules.assignments:
        assigned = _assigned(item, kind, level, start, world)
        if assigned is not None:
            said.append(f"按规定，{start.name}的这类申请由{assigned.name}办理。")
            return assigned, tuple(said)
    place = _walk(start, level, world)
    said.append(f"该事项在{start.province}由{level_words(level, start)}机关办理。")
    if place.code != start.code:
        said.append(f"{start.name}的申请由{place.full_name}的机关办理。")
    authority = _authority(item, kind, place, world)
    if authority.organ_kind == BUREAU:
        said.append(f"{place.name}的这类业务统一由行政审批局办理。")
    return authority, tuple(said)


def _assigned(
    item: Item, kind: str, level: str, start: DistrictView, world: World
) -> AuthorityView | None:
    """The organ that a rule lets decide for the place, or None. Raises NoRoute if rules name two."""
    named = {}
    for rule in world.rules.assignments[start.code]:
        authority = _known(rule.authority_code, world)
        of_its_kind = (_work(authority.organ_kind), authority.level) == (_work(kind), level)
        if item.seq in rule.item_seqs or (not rule.item_seqs and of_its_kind):
            named[authority.code] = authority
    return _only(list(named.values()))


def _follow(authority: AuthorityView, world: World) -> tuple[AuthorityView, tuple[str, ...]]:
    """The organ that decides today what this one decided. Raises NoRoute if rules name two, or lead in a circle."""
    said: list[str] = []
    passed = {authority.code}
    while found := world.rules.successions.get(authority.code):
        successors = {rule.successor_code: rule for rule in found}
        following = _only([_known(code, world) for code in successors]) or authority
        if following.code in passed:
            raise NoRoute(
                "succession-circle", f"{authority.name}的职责承接规则互相循环，请联系管理员"
            )
        first = successors[following.code].valid_from
        day = f"{first.year}年{first.month}月{first.day}日"
        said.append(f"自{day}起，{authority.name}的职责由{following.name}承担。")
        passed.add(following.code)
        authority = following
    return authority, tuple(said)


def _known(code: str, world: World) -> AuthorityView:
    if code not in world.by_code:
        raise NoRoute("no-authority", f"规则写明的机关（{code}）不存在或尚未成立，请联系管理员")
    return world.by_code[code]


def _only(authorities: list[AuthorityView]) -> AuthorityView | None:
    if len(authorities) > 1:
        names = "”和“".join(sorted(authority.name for authority in authorities))
        raise NoRoute("two-authorities", f"规则同时写明“{names}”，请联系管理员")
    return authorities[0] if authorities else None


def _agreed(
    item: Item, facts: RoutingFacts, authority: AuthorityView, world: World
) -> tuple[str, ...]:
    """What the partners of an agreement are told. Raises NoRoute where the item is open to partners only."""
    rules = world.rules
    received = world.districts.get(facts.received_in or "")
    decided = world.districts[facts.district_code or authority.district_code]
    if not rules.agreements or received is None or received.province == decided.province:
        return ()
    here, there = chain(received, world), chain(decided, world)
    for agreement in rules.agreements:
        if agreement.joins(here, there) and item.seq in (agreement.item_seqs or (item.seq,)):
            return (_agreement_words(agreement, world),)
    if any(agreement.closes(item.seq, rules.on) for agreement in rules.agreements):
        raise NoRoute(
            "partners-only",
            f"“{item.name}”目前只在签有合作协议的区县之间异地办理，请到{decided.full_name}的窗口办理",
        )
    return ()


def _agreement_words(agreement: Agreement, world: World) -> str:
    first, second = world.districts[agreement.first_code], world.districts[agreement.second_code]
    doubt = f"（{agreement.assumed}）" if agreement.assumed else ""
    return f"{first.name}与{second.name}订有异地办理合作协议{doubt}。"


def chain(place: DistrictView, world: World) -> list[str]:
    """The place and every division above it, by code."""
    codes = [place.code]
    while place.parent_code is not None:
        place = world.districts[place.parent_code]
        codes.append(place.code)
    return codes


def _kind(item: Item, place: DistrictView) -> str:
    return item.organ_kind_sc if place.province == SICHUAN else item.organ_kind_cq


def _district(item: Item, facts: RoutingFacts, world: World) -> DistrictView:
    if not facts.district_code:
        raise NoRoute("no-fact", f"请选择{item.routing_fact}")
    district = world.districts.get(facts.district_code)
    if district is None:
        unknown = f"没有代码为 {facts.district_code} 的行政区划"
        raise NoRoute("unknown-district", f"{unknown}，请重新选择{item.routing_fact}")
    return district


def _walk(start: DistrictView, level: str, world: World) -> DistrictView:
    """From the place up to the level that decides."""
    if start.level != FUNCTIONAL and LEVELS.index(start.level) > LEVELS.index(level):
        wanted = level_words(level, start).removesuffix("级")
        raise NoRoute("level-too-high", f"“{start.name}”范围太大，请选到{wanted}")
    place = start
    while place.level != level:
        if place.parent_code is None or _passes(place, level, world):
            raise NoRoute(
                "functional-area", f"{start.name}是功能区，不直接办理该事项，请选择所在的行政区县"
            )
        place = world.districts[place.parent_code]
    return place


def _passes(place: DistrictView, level: str, world: World) -> bool:
    """Whether the next step up would already be above the level, as it is from a functional area to a county."""
    parent = world.districts[place.parent_code or ""]
    return LEVELS.index(parent.level) > LEVELS.index(level)


def _authority(item: Item, kind: str, place: DistrictView, world: World) -> AuthorityView:
    authority = _bureau(item, place.code, world) or world.authorities.get((kind, place.code))
    if authority is None:
        raise NoRoute("no-authority", f"{place.full_name}没有办理该事项的机关，请到窗口咨询")
    return authority


def _bureau(item: Item, district_code: str, world: World) -> AuthorityView | None:
    """The approval bureau that took this item over from the department, where there is one."""
    found = world.authorities.get((BUREAU, district_code)) if item.approval_bureau else None
    return None if found is None or item.seq in found.excepted_items else found


def _doubts(item: Item, authority: AuthorityView) -> tuple[str, ...]:
    doubts = (DOUBTS.get(item.trust), authority.assumed and f"{authority.assumed}。")
    return tuple(doubt for doubt in doubts if doubt)
