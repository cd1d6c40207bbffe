"""Finds items by the citizen's own words: names, aliases, results and materials, by character and by sound.

A query is read in several ways (``search_words``). Each reading is cut into grams; a gram that few items have
tells more than one that many have (idf). An item's score joins how much of the query the item explains at
all and how well its best single phrase fits.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

from services_catalog.search_tokens import (
    CHARACTERS,
    INITIALS,
    SOUNDS,
    SOUTHERN,
    Key,
    fold,
    grams,
    tokens_of,
    typed_tokens,
)
from services_catalog.search_words import Lexicon, Reading, lexicon

CHANNEL_WEIGHTS = {CHARACTERS: 1.0, SOUNDS: 0.75, SOUTHERN: 0.6, INITIALS: 0.7}
LENGTH_WEIGHTS = {1: 0.35, 2: 1.0, 3: 1.0}
ALIAS, NAME, RESULT, MATERIAL, SUBJECT = "别名", "名称", "办理结果", "所需材料", "类别"
FIELD_WEIGHTS = {ALIAS: 1.0, NAME: 1.0, RESULT: 0.8, MATERIAL: 0.35, SUBJECT: 0.4}
LEAST_NAMING = 0.8
PHRASES = (ALIAS, NAME, RESULT)
PHRASE_SHARE = 0.55  # Of the score; the rest is what the item explains over all its fields.
QUERY_SHARE = (
    0.6  # In a phrase's fit, how much of the query is met counts more than how much of the phrase.
)
LONGEST_QUERY = 60
LEAST_SCORE = 0.12
LEAST_OF_BEST = 0.3
CANCELLED = 0.9
LATIN = re.compile("[a-z']+")

Address = tuple[str, Key]


class Item(Protocol):
    """What search reads of an item."""

    @property
    def seq(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def theme(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def materials(self) -> tuple[str, ...]: ...
    @property
    def result_document(self) -> str: ...
    @property
    def status(self) -> str: ...


class Match(NamedTuple):
    """An item that fits. ``why`` says in Chinese what of it fits; ``score`` is between 0 and 1."""

    seq: int
    name: str
    why: str
    score: float


class Phrase(NamedTuple):
    """A text of an item that is short enough to be met as a whole; ``form`` is how it is indexed."""

    position: int
    kind: str
    text: str
    form: str


class Entry(NamedTuple):
    """An item in the index."""

    seq: int
    name: str
    worth: float
    phrases: list[int]


class Asked(NamedTuple):
    """A gram of a query: what it tells on each channel, loosest first, and its share of the query."""

    rates: tuple[tuple[float, Address], ...]
    share: float


class Hit(NamedTuple):
    """What speaks for an item: the score, the best phrase (-1: only other fields were met), and the reading."""

    score: float
    phrase: int
    reading: Reading


@dataclass(repr=False, eq=False)
class SearchIndex:
    """Postings over the items of one catalogue; built once, then only read."""

    lexicon: Lexicon
    entries: list[Entry] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)
    in_phrases: dict[Address, list[int]] = field(default_factory=dict)
    in_items: dict[Address, dict[int, float]] = field(default_factory=dict)
    idf: dict[Address, float] = field(default_factory=dict)
    latin: frozenset[str] = frozenset()


def build_index(items: Iterable[Item]) -> SearchIndex:
    """Index the items. Takes about a millisecond per item."""
    index = SearchIndex(lexicon())
    for position, item in enumerate(items):
        worth = CANCELLED if item.status == "已取消" else 1.0
        index.entries.append(Entry(item.seq, item.name, worth, []))
        for kind, text in _texts(item):
            _add(index, position, kind, text)
    index.idf = {address: _rarity(index, address) for address in index.in_items}
    index.totals = [_total(index, phrase.form) for phrase in index.phrases]
    words = (address[1][0] for address in index.in_items if address[0] == CHARACTERS)
    index.latin = frozenset(word for word in words if word.isascii() and word.isalpha())
    return index


def search(index: SearchIndex, text: str, limit: int) -> list[Match]:
    """The items that fit the words, best first; none if nothing fits well enough to be shown."""
    best: dict[int, Hit] = {}
    for reading in index.lexicon.readings(fold(text)[:LONGEST_QUERY]):
        for position, hit in _hits(index, reading):
            if position not in best or hit.score > best[position].score:
                best[position] = hit
    floor = max([LEAST_SCORE, *(hit.score * LEAST_OF_BEST for hit in best.values())])
    ranked = heapq.nlargest(limit, best.items(), key=lambda found: (found[1].score, -found[0]))
    return [_match(index, position, hit) for position, hit in ranked if hit.score >= floor]


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    yield NAME, item.name
    yield from ((ALIAS, alias) for alias in item.aliases)
    if item.result_document:
        yield RESULT, item.result_document
    yield from ((MATERIAL, material) for material in item.materials)
    yield SUBJECT, item.theme.partition("-")[2]
    yield SUBJECT, item.department


def _add(index: SearchIndex, position: int, kind: str, text: str) -> None:
    """Post a text as it stands, and again in the lexicon's words where they differ."""
    folded = fold(text)
    for form in dict.fromkeys([folded, index.lexicon.canonical(folded)]):
        addresses = _addresses(form)
        for address in addresses:
            held = index.in_items.setdefault(address, {})
            held[position] = max(held.get(position, 0.0), FIELD_WEIGHTS[kind])
        if kind in PHRASES:
            for address in addresses:
                index.in_phrases.setdefault(address, []).append(len(index.phrases))
            index.entries[position].phrases.append(len(index.phrases))
            index.phrases.append(Phrase(position, kind, text, form))


@lru_cache(maxsize=8192)
def _addresses(text: str) -> frozenset[Address]:
    return frozenset(address for gram in grams(tokens_of(text)) for address in gram.keys)


def _rarity(index: SearchIndex, address: Address) -> float:
    """How much meeting this gram tells. Materials name the identity card everywhere: they do not make it common."""
    weights = index.in_items[address].values()
    named = sum(weight >= LEAST_NAMING for weight in weights)
    return math.log(1 + len(index.entries) / (named or len(weights)))


def _total(index: SearchIndex, text: str) -> float:
    """What a phrase weighs when every gram of its characters is met."""
    met = {
        (gram.keys[0], gram.length)
        for gram in grams(tokens_of(text))
        if gram.keys[0][0] == CHARACTERS
    }
    return sum(index.idf[address] * LENGTH_WEIGHTS[length] for address, length in met)


def _hits(index: SearchIndex, reading: Reading) -> Iterator[tuple[int, Hit]]:
    """What speaks for each item that the reading may mean."""
    asked, total = _asked(index, reading)
    explained: dict[int, float] = defaultdict(float)
    for gram in asked:
        for position, rate in _met_in_items(index, gram).items():
            explained[position] += rate * gram.share
    least = LEAST_OF_BEST * max(explained.values(), default=0.0)
    candidates = {position: met / total for position, met in explained.items() if met >= least}
    fits = _fits(index, asked, total, candidates)
    for position, share in candidates.items():
        fit, phrase = fits.get(position, (0.0, -1))
        score = (PHRASE_SHARE * fit + (1 - PHRASE_SHARE) * share) * reading.weight
        yield position, Hit(score * index.entries[position].worth, phrase, reading)


def _asked(index: SearchIndex, reading: Reading) -> tuple[list[Asked], float]:
    """The reading's grams, each once, and what meeting all of them would tell.

    Initials count only where somebody typed single letters.
    """
    found = [
        (token, part.weight)
        for part in reading.parts
        for token in typed_tokens(part.text, index.latin)
    ]
    tokens = [token for token, _ in found]
    lettered = any(not token.text and not token.syllable and token.initial for token in tokens)
    asked: dict[tuple[Address, ...], Asked] = {}
    total = 0.0
    for gram in grams(tokens):
        keys = gram.keys if lettered else tuple(key for key in gram.keys if key[0] != INITIALS)
        if keys and keys not in asked:
            share = (
                sum(weight for _, weight in found[gram.start : gram.start + gram.length])
                / gram.length
            )
            asked[keys] = one = Asked(_rates(index, keys, gram.length), share)
            total += share * (max(one.rates)[0] if one.rates else _unseen(index, gram.length))
    return list(asked.values()), total


def _rates(
    index: SearchIndex, keys: tuple[Address, ...], length: int
) -> tuple[tuple[float, Address], ...]:
    """What the gram tells on each channel, loosest first; a channel that reaches no further is left out."""
    size = LENGTH_WEIGHTS[length]
    rates: list[tuple[float, Address]] = []
    reached = 0
    for key in keys:
        reach = len(index.in_items.get(key, ()))
        if reach > reached:
            reached = reach
            rates.append((CHANNEL_WEIGHTS[key[0]] * index.idf[key] * size, key))
    return tuple(reversed(rates))


def _unseen(index: SearchIndex, length: int) -> float:
    """What a gram counts that no item has."""
    return math.log(1 + len(index.entries)) * LENGTH_WEIGHTS[length]


def _met_in_items(index: SearchIndex, gram: Asked) -> dict[int, float]:
    met: dict[int, float] = {}
    for rate, address in gram.rates:
        for position, weight in index.in_items[address].items():
            met[position] = max(met.get(position, 0.0), rate * weight)
    return met


def _fits(
    index: SearchIndex, asked: list[Asked], total: float, candidates: Iterable[int]
) -> dict[int, tuple[float, int]]:
    """For each candidate its best phrase and how well that fits the query."""
    of_query = [0.0] * len(index.phrases)
    of_phrase = of_query.copy()
    for gram in asked:
        met: dict[int, float] = {}
        for rate, address in gram.rates:
            met |= dict.fromkeys(index.in_phrases.get(address, ()), rate)
        for number, rate in met.items():
            of_query[number] += rate * gram.share
            of_phrase[number] += rate
    fits: dict[int, tuple[float, int]] = {}
    for position in candidates:
        numbers = [number for number in index.entries[position].phrases if of_query[number]]
        if numbers:
            fits[position] = max(
                (_fit(index, number, of_query[number] / total, of_phrase[number]), number)
                for number in numbers
            )
    return fits


def _fit(index: SearchIndex, number: int, of_query: float, met: float) -> float:
    """Weighted harmonic mean of the shares of the query and of the phrase that were met."""
    of_phrase = min(1.0, met / index.totals[number])
    mean = 1 / (QUERY_SHARE / of_query + (1 - QUERY_SHARE) / of_phrase)
    return mean * FIELD_WEIGHTS[index.phrases[number].kind]


def _match(index: SearchIndex, position: int, hit: Hit) -> Match:
    entry = index.entries[position]
    return Match(entry.seq, entry.name, _why(index, hit), round(hit.score, 4))


def _why(index: SearchIndex, hit: Hit) -> str:
    reasons = [f"“{part.word}”即“{part.text}”" for part in hit.reading.parts if part.word]
    typed = LATIN.findall("".join(part.text for part in hit.reading.parts if not part.word))
    reasons += [f"拼音“{letters}”" for letters in typed if letters not in index.latin]
    if hit.phrase < 0:
        return "，".join(reasons) or "所需材料或类别相符"
    phrase = index.phrases[hit.phrase]
    if not reasons and not _shares_words(hit.reading.text, phrase.form):
        reasons.append("读音相近")
    return "，".join([*reasons, f"{phrase.kind}“{phrase.text}”"])


def _shares_words(one: str, other: str) -> bool:
    return any(one[start : start + 2] in other for start in range(max(len(one) - 1, 1)))
