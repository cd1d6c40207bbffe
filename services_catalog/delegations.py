"""What the law asks of a delegation (行政许可法 art. 24): between administrative organs, and never passed on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from services_catalog.routing import AuthorityView, World, chain
from services_catalog.rules import AnyRule, Delegation

NO_ORGAN = (
    "机构",
    "中心",
    "公证处",
    "图书馆",
    "联合会",
    "考试院",
    "档案馆",
    "仲裁委员会",
    "鉴定委员会",
)
"""Kinds of bodies in the catalogue that are no administrative organs; recalled, not verified body by body."""


def delegation_faults(
    new: Iterable[AnyRule],
    held: Iterable[AnyRule],
    organs: Mapping[str, AuthorityView],
    world: World,
) -> Iterator[str]:
    """Why a proposed delegation can not be, in words; ``held`` are the rules that hold besides."""
    proposed = [rule for rule in new if isinstance(rule, Delegation)]
    known = [*proposed, *(rule for rule in held if isinstance(rule, Delegation))]
    for rule in proposed:
        delegate = organs[rule.delegate_code]
        if rule.delegate_code == rule.delegating_code:
            yield f"“{rule.number}”：机关不能委托自己"
        if delegate.organ_kind.endswith(NO_ORGAN):
            yield f"“{rule.number}”：{delegate.name}不是行政机关，不能受委托实施行政许可"
        if any(_passed_on(rule, other, world) for other in known):
            yield f"“{rule.number}”：受委托机关不得再委托其他机关"


def _passed_on(one: Delegation, other: Delegation, world: World) -> bool:
    """Whether the one hands on what the other gave, or the other would hand on what the one gives."""
    linked = (
        one.delegating_code == other.delegate_code or other.delegating_code == one.delegate_code
    )
    return linked and one.overlaps(other) and _share_ground(one.area_code, other.area_code, world)


def _share_ground(one: str, other: str, world: World) -> bool:
    return one in chain(world.districts[other], world) or other in chain(
        world.districts[one], world
    )
