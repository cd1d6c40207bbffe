"""Proposes which of the catalogue's items a district's own item may be; a person confirms, nothing is mapped by itself.

Names are compared by the pairs of characters they share, rare pairs counting more. Codes are never compared: local
codes do not embed national ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services_catalog.list_checks import comparable_name

WORTH_SHOWING = (
    0.25  # Below this, names of the tried lists shared little more than “登记” or “申请”.
)
MOST_PROPOSALS = 3
NOT_LETTERS = re.compile(r"[^\w]+")
BRACKETED = re.compile(r"[(\[【〔].*?[)\]】〕]")
BRACKETED_WEIGHT = 0.5


class Named(Protocol):
    """What is read of a catalogue item."""

    @property
    def seq(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Proposal:
    """An item that a name may mean; ``score`` is 1.0 for the same name and falls to 0."""

    seq: int
    name: str
    score: float


@dataclass(frozen=True)
class NameIndex:
    """The catalogue's names by the pairs they contain."""

    names: Mapping[int, str]
    postings: Mapping[str, Mapping[int, float]]
    rarity: Mapping[str, float]


def build_name_index(items: Iterable[Named]) -> NameIndex:
    """The index over the names of these items."""
    names = {item.seq: item.name for item in items}
    pairs = {seq: _pairs(name) for seq, name in names.items()}
    frequency = Counter(pair for found in pairs.values() for pair in found)
    rarity = {pair: math.log(1 + len(names) / count) for pair, count in frequency.items()}
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for seq, found in pairs.items():
        for pair, weight in _weighed(found, rarity).items():
            postings[pair][seq] = weight
    return NameIndex(names, postings, rarity)


def propose(index: NameIndex, name: str) -> list[Proposal]:
    """Items that the name may mean, best first; empty where none is worth a look."""
    scores: Counter[int] = Counter()
    for pair, weight in _weighed(_pairs(name), index.rarity).items():
        for seq, other in index.postings.get(pair, {}).items():
            scores[seq] += weight * other  # type: ignore[assignment]
    wanted = comparable_name(name)
    proposals = [
        Proposal(seq, known, 1.0 if comparable_name(known) == wanted else round(score, 3))
        for seq, score in scores.items()
        for known in (index.names[seq],)
    ]
    worth = [proposal for proposal in proposals if proposal.score >= WORTH_SHOWING]
    return sorted(worth, key=lambda proposal: (-proposal.score, proposal.seq))[:MOST_PROPOSALS]


def _pairs(name: str) -> dict[str, float]:
    """Neighbouring characters with their weight; what stands in brackets only adds to the name."""
    text = comparable_name(name)
    pairs: dict[str, float] = {}
    for part, weight in ((BRACKETED.sub(" ", text), 1.0), (text, BRACKETED_WEIGHT)):
        for word in NOT_LETTERS.split(part):
            for start in range(len(word) - 1):
                pairs.setdefault(word[start : start + 2], weight)
    return pairs


def _weighed(pairs: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    """Weights of unit length. A pair that no item has is as rare as can be, and counts against a match."""
    rarest = max(rarity.values(), default=1.0)
    weights = {pair: weight * rarity.get(pair, rarest) for pair, weight in pairs.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {pair: weight / length for pair, weight in weights.items()} if length else {}
