"""Proof that every item in every division routes to one authority, and rehearsal of rules on past cases. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from services_catalog.errors import ItemCancelled, NoRoute, UnknownItem
from services_catalog.routing import Item, RoutingFacts, World, route

CANCELLED = "item-cancelled"
INTENDED = frozenset({"functional-area", "level-too-high", "partners-only", CANCELLED})
CONFLICT = "two-authorities"


@dataclass(frozen=True)
class Finding:
    """One item in one division that the rules leave without an authority, or give to two."""

    item_seq: int
    item_name: str
    district_code: str
    district_name: str
    why: str
    words: str

    def __str__(self) -> str:
        return f"第 {self.item_seq} 项“{self.item_name}”在{self.district_name}：{self.words}"


@dataclass(frozen=True)
class ProofReport:
    """What was checked for a day; ``intended`` counts the pairs that rightly name a reason instead of an organ."""

    on: date
    checked: int
    routed: int
    intended: Mapping[str, int]
    gaps: tuple[Finding, ...]
    conflicts: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether there is neither gap nor conflict."""
        return not self.gaps and not self.conflicts

    def as_answer(self) -> dict[str, Any]:
        """The report as plain values."""
        return {**asdict(self), "on": self.on.isoformat(), "sound": self.sound}


@dataclass(frozen=True)
class PastCase:
    """A case as rehearsal sees it: what was asked, and who decided."""

    number: str
    item_seq: int
    facts: RoutingFacts
    authority_code: str
    authority_name: str


@dataclass(frozen=True)
class Moved:
    """A past case that the rules would give to another authority, or to none: then ``to`` says why not."""

    number: str
    item_seq: int
    came_to: str
    to: str


@dataclass(frozen=True)
class Rehearsal:
    """The rules replayed on past cases as if they came on that day."""

    on: date
    replayed: int
    moved: tuple[Moved, ...]
    gaps: tuple[Moved, ...]

    def as_answer(self) -> dict[str, Any]:
        """The report as plain values."""
        return {**asdict(self), "on": self.on.isoformat()}


def prove(items: Iterable[Item], world: World, on: date) -> ProofReport:
    """Route every item in every division of ``world``, which holds the rules of the day ``on``."""
    outcomes: Counter[str] = Counter()
    gaps: list[Finding] = []
    conflicts: list[Finding] = []
    for item in items:
        for code, district in world.districts.items():
            why, words = _outcome(item, RoutingFacts(district_code=code), world)
            outcomes[why] += 1
            if why == CONFLICT or (why and why not in INTENDED):
                found = Finding(item.seq, item.name, code, district.full_name, why, words)
                (conflicts if why == CONFLICT else gaps).append(found)
    intended = {why: count for why, count in outcomes.items() if why in INTENDED or why == ""}
    routed = intended.pop("", 0)
    return ProofReport(on, outcomes.total(), routed, intended, tuple(gaps), tuple(conflicts))


def rehearse(
    cases: Iterable[PastCase], items: Mapping[int, Item], world: World, on: date
) -> Rehearsal:
    """Replay the rules of the day ``on``, which ``world`` holds, on past cases."""
    replayed, moved, gaps = 0, [], []
    for case in cases:
        replayed += 1
        item = items.get(case.item_seq)
        try:
            if item is None:
                raise UnknownItem(case.item_seq)
            answer = route(item, case.facts, world)
        except (NoRoute, ItemCancelled, UnknownItem) as refused:
            gaps.append(Moved(case.number, case.item_seq, case.authority_name, str(refused)))
            continue
        if answer.authority_code != case.authority_code:
            moved.append(
                Moved(case.number, case.item_seq, case.authority_name, answer.authority_name)
            )
    return Rehearsal(on, replayed, tuple(moved), tuple(gaps))


def _outcome(item: Item, facts: RoutingFacts, world: World) -> tuple[str, str]:
    """'' for an item that routes, else why it does not and in what words."""
    try:
        route(item, facts, world)
    except NoRoute as refused:
        return refused.why, str(refused)
    except ItemCancelled as refused:
        return CANCELLED, str(refused)
    return "", ""
