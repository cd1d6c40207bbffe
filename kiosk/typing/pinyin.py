"""Candidates for what was typed: whole sentences by the likeliest words, words, and single characters.

The words come from ``words.csv`` (common Chinese), from pypinyin (every character it knows, with all its readings) and
from the caller (names of divisions and items), who may weigh them.
"""

from __future__ import annotations

import csv
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import NamedTuple

from pypinyin import lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

WORDS = Path(__file__).with_name("words.csv")
LONGEST_TYPED = 60
LONGEST_KEY = 36
RARE = 1
COMPLETIONS = 8
#: Characters of 通用规范汉字表 and of names whose common reading pypinyin does not have.
ALSO_READ = {"𬱖": "wei", "𠮷": "ji"}


class Candidate(NamedTuple):
    """Text to take over, and how many of the typed letters it stands for."""

    text: str
    takes: int


@dataclass(frozen=True)
class Word:
    """A word with its syllables, without tones, and how often it occurs."""

    text: str
    syllables: tuple[str, ...]
    frequency: int


class Dictionary:
    """Words by the letters a person types for them: full pinyin, and initials."""

    def __init__(self, words: Iterable[Word]) -> None:
        by_key: dict[str, dict[str, int]] = defaultdict(dict)
        by_initials: dict[str, dict[str, int]] = defaultdict(dict)
        for word in words:
            _raise_to(by_key["".join(word.syllables)], word.text, word.frequency)
            if len(word.text) > 1:
                initials = "".join(syllable[0] for syllable in word.syllables)
                _raise_to(by_initials[initials], word.text, word.frequency)
        self._by_key = {key: _commonest_first(found) for key, found in by_key.items()}
        self._by_initials = {key: _commonest_first(found) for key, found in by_initials.items()}
        self._keys = sorted(self._by_key)
        self._weight = log(sum(sum(found.values()) for found in by_key.values()))
        self._frequency = {key: max(found.values()) for key, found in by_key.items()}

    def candidates(self, typed: str, limit: int) -> list[Candidate]:
        """At most ``limit``, likeliest first, none twice. ``'`` parts syllables (xi'an); other signs are dropped.

        Typing longer than LONGEST_TYPED is cut; what no word begins with gives an empty list.
        """
        letters = _letters(typed)
        found: dict[str, int] = {}
        for candidate in self._in_order(letters):
            found.setdefault(candidate.text, candidate.takes)
            if len(found) == limit:
                break
        return [Candidate(text, takes) for text, takes in found.items()]

    def _in_order(self, letters: str) -> Iterator[Candidate]:
        plain = letters.replace("'", "")
        if not plain:
            return
        yield from (Candidate(text, len(letters)) for text in self._exact(letters)[:2])
        yield from self._sentence(letters)
        for text in self._exact(letters)[2:]:
            yield Candidate(text, len(letters))
        yield from (Candidate(text, len(letters)) for text in self._by_initials.get(plain, []))
        yield from (Candidate(text, len(letters)) for text in self._completions(plain))
        for end in range(min(len(letters) - 1, LONGEST_KEY), 0, -1):
            yield from (Candidate(text, end) for text in self._exact(letters[:end]))

    def _exact(self, letters: str) -> list[str]:
        """Words of exactly these letters; with ``'`` in them, only words whose syllables part there."""
        found = self._by_key.get(letters.replace("'", ""), [])
        parts = [part for part in letters.split("'") if part]
        if len(parts) < 2:
            return found
        return [text for text in found if len(text) >= len(parts)]

    def _completions(self, plain: str) -> list[str]:
        """The commonest words whose pinyin goes on after what was typed."""
        start = bisect_left(self._keys, plain)
        going_on = []
        for position in range(start, len(self._keys)):
            key = self._keys[position]
            if not key.startswith(plain):
                break
            if key != plain:
                going_on.append(key)
        going_on.sort(key=lambda key: -self._frequency[key])
        return [self._by_key[key][0] for key in going_on[:COMPLETIONS]]

    def _sentence(self, letters: str) -> Iterator[Candidate]:
        """The likeliest words for as many of the letters as words can be found for."""
        best: list[tuple[float, str] | None] = [(0.0, "")] + [None] * len(letters)
        for start in range(len(letters)):
            before = best[start]
            if before is None:
                continue
            for end in range(start + 1, min(start + LONGEST_KEY, len(letters)) + 1):
                words = self._exact(letters[start:end])
                if not words:
                    continue
                key = letters[start:end].replace("'", "")
                score = before[0] + log(self._frequency[key]) - self._weight
                held = best[end]
                if held is None or score > held[0]:
                    best[end] = (score, before[1] + words[0])
        for end in range(len(letters), 0, -1):
            reached = best[end]
            if reached is not None:
                yield Candidate(reached[1], end)
                return


def read_words(path: Path = WORDS) -> Iterator[Word]:
    """The common words, then every character that pypinyin can read, with all its readings."""
    frequencies: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            frequencies[row["word"]] = int(row["frequency"])
            yield Word(row["word"], tuple(row["pinyin"].split()), int(row["frequency"]))
    yield from (Word(text, (syllable,), RARE) for text, syllable in ALSO_READ.items())
    for code, readings in pinyin_dict.items():
        character = chr(code)
        if not unicodedata.name(character, "").startswith("CJK UNIFIED"):
            continue
        for position, reading in enumerate(readings.split(",")):
            # A second reading is the rarer one; it must not come before characters that are mostly read so.
            frequency = frequencies.get(character, RARE) // 100**position
            yield Word(character, (plain_syllable(reading),), max(frequency, RARE))


def word_of(text: str, frequency: int) -> Word:
    """A word of the catalogue, read by pypinyin."""
    return Word(text, tuple(lazy_pinyin(text)), frequency)


def plain_syllable(reading: str) -> str:
    """``lǜ`` → ``lv``: letters without tones, ü as v."""
    decomposed = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ê", "e"))
    letters = decomposed.replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _letters(typed: str) -> str:
    lowered = typed.lower()[:LONGEST_TYPED]
    return "".join(letter for letter in lowered if "a" <= letter <= "z" or letter == "'").strip("'")


def _raise_to(found: dict[str, int], text: str, frequency: int) -> None:
    found[text] = max(found.get(text, 0), frequency)


def _commonest_first(found: dict[str, int]) -> list[str]:
    return sorted(found, key=lambda text: (-found[text], text))
