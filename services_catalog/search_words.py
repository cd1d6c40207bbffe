"""Words that people use for the catalogue's words, and the ways a query can be read with them.

The words are data (``data/synonyms.csv``). Its kinds: ``same`` (either word may stand for the other, in
queries and in the catalogue alike), ``means`` (a query's word may be read as any of these), ``english``
(the same for words of Latin letters), ``filler`` (says nothing about what is wanted).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from services_catalog.search_tokens import fold, is_pinyin

SYNONYMS = Path(__file__).parent / "data" / "synonyms.csv"
KINDS = ("same", "means", "english", "filler")
MOST_READINGS = 6
LONGEST_ENGLISH = 4  # Words in one entry.
SHORTEST_TYPO = 5
NEAR_ENOUGH = 0.8
READ_AS = 0.92  # A reading through other words counts a little less than the words themselves.
RUNS = re.compile(r"[a-z][a-z' -]*|[^a-z]+")
HAN_PER_WORD = 2  # An English word says about as much as two characters.


class Part(NamedTuple):
    """A piece of a reading. ``weight`` is what each of its characters counts: a long reading of a short word
    must not drown the rest of the query. ``word`` is what was typed where that is something else."""

    text: str
    weight: float = 1.0
    word: str = ""


class Reading(NamedTuple):
    """A query as it may be meant."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(part.text for part in self.parts)

    @property
    def weight(self) -> float:
        """What a score by this reading is worth."""
        return READ_AS if any(part.word for part in self.parts) else 1.0


@dataclass(frozen=True)
class Lexicon:
    """The words by kind, folded; English ones by their singular."""

    same: dict[str, str]
    means: dict[str, tuple[str, ...]]
    english: dict[str, tuple[str, ...]]
    fillers: frozenset[str]
    words: frozenset[str]
    longest: int

    def canonical(self, text: str) -> str:
        """The text with every word of a ``same`` pair in its one form."""
        return "".join(self.same.get(part, part) for part in _cut(text, self.same, self.longest))

    def readings(self, text: str) -> list[Reading]:
        """How a folded query may be meant, as typed first; none for a query of nothing but fillers."""
        options = [option for run in RUNS.findall(text) for option in self._options(run)]
        plain = tuple(option[-1] for option in options)
        if not any(part.text.strip() for option in options for part in option):
            return []
        chosen = [(Part(text),), plain, *islice(product(*options), MOST_READINGS)]
        readings: dict[str, Reading] = {}
        for parts in chosen:
            reading = _merged(parts)
            readings.setdefault(reading.text, reading)
        return [reading for spoken, reading in readings.items() if spoken.strip()]

    def _options(self, run: str) -> list[list[Part]]:
        """The ways to read each part of a run of letters or of anything else; the plainest stands last."""
        if not ("a" <= run[0] <= "z"):
            return [self._meanings(part) for part in _cut(run, self.words, self.longest)]
        words = [_singular(word) for word in run.replace("-", " ").split()]
        parts = list(_match_words(words, self.english))
        parts = [part if part in self.english else self._near(part) or part for part in parts]
        if not any(part in self.english for part in parts):
            return [[Part(run)]]
        return [self._english(part) for part in parts]

    def _meanings(self, part: str) -> list[Part]:
        if part in self.fillers:
            return [Part(" ")]
        plain = self.same.get(part, part)
        meanings = self.means.get(part) or self.means.get(plain, ())
        return [*(_read_as(part, len(part), meaning) for meaning in meanings), Part(plain)]

    def _english(self, part: str) -> list[Part]:
        """Unknown words between known ones say nothing to us."""
        size = HAN_PER_WORD * len(part.split())
        meanings = self.english.get(part, ())
        return [_read_as(part, size, meaning) for meaning in meanings if meaning] or [Part(" ")]

    def _near(self, word: str) -> str | None:
        """The entry that a misspelt English word may have been meant for."""
        if len(word) < SHORTEST_TYPO or is_pinyin(word):
            return None
        return next(iter(get_close_matches(word, self.english, 1, NEAR_ENOUGH)), None)


@cache
def lexicon() -> Lexicon:
    """The shipped words."""
    with SYNONYMS.open(encoding="utf-8-sig", newline="") as stream:
        return make_lexicon(csv.DictReader(stream))


def make_lexicon(rows: Iterable[Mapping[str, str]]) -> Lexicon:
    """A lexicon of rows with the columns ``word``, ``means`` (parts separated by ;) and ``kind``."""
    held: dict[str, dict[str, tuple[str, ...]]] = {kind: {} for kind in KINDS}
    for row in rows:
        meanings = tuple(fold(part) for part in row["means"].split(";"))
        held[row["kind"]][fold(row["word"])] = meanings
    english = {
        " ".join(map(_singular, word.split())): means for word, means in held["english"].items()
    }
    words = frozenset(held["same"]) | frozenset(held["means"]) | frozenset(held["filler"])
    return Lexicon(
        same={word: means[0] for word, means in held["same"].items()},
        means=held["means"],
        english=english,
        fillers=frozenset(held["filler"]),
        words=words,
        longest=max(map(len, words), default=1),
    )


def _read_as(word: str, size: int, meaning: str) -> Part:
    return Part(meaning, min(1.0, size / len(meaning)), word)


def _merged(parts: tuple[Part, ...]) -> Reading:
    """Neighbours that count alike become one part, so that sounds are told from whole words."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if last is not None and not part.word and not last.word:
            merged[-1] = Part(last.text + part.text)
        else:
            merged.append(part)
    return Reading(tuple(merged))


def _cut(text: str, words: Container[str], longest: int) -> Iterator[str]:
    """The text in parts: the longest known words from the left, single characters between them."""
    start = 0
    while start < len(text):
        sizes = range(min(longest, len(text) - start), 1, -1)
        size = next((size for size in sizes if text[start : start + size] in words), 1)
        yield text[start : start + size]
        start += size


def _match_words(words: list[str], entries: Container[str]) -> Iterator[str]:
    """The same for words of a language that is written with spaces."""
    start = 0
    while start < len(words):
        sizes = range(min(LONGEST_ENGLISH, len(words) - start), 1, -1)
        size = next((size for size in sizes if " ".join(words[start : start + size]) in entries), 1)
        yield " ".join(words[start : start + size])
        start += size


def _singular(word: str) -> str:
    """``driver's licences`` → ``driver licence``; crude, and the same for entries and queries."""
    plain = word.removesuffix("'s").strip("'")
    return (
        plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain
    )
