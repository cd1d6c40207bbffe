"""Text as search sees it: characters with their sound, and the grams by which query and catalogue meet.

A gram can meet on four channels, from strict to loose: the characters, their pinyin, their pinyin as many in
the south-west say it (no retroflex, n = l, no ng after e and i), and its initials.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pypinyin import lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

PIECES = re.compile(
    r"(?P<han>[\u3400-\u9fff\U00020000-\U000323af〇]+)|(?P<latin>[a-z']+)|(?P<digits>[0-9]+)"
)
ACCENTS = re.compile(r"[\u0300-\u036f]")
LONGEST_SYLLABLE = 6
CHARACTERS, SOUNDS, SOUTHERN, INITIALS = "c", "p", "s", "i"
Key = tuple[str, ...]


class Token(NamedTuple):
    """One character, syllable or letter. Parts that are not known are empty."""

    text: str
    syllable: str
    initial: str


class Gram(NamedTuple):
    """The keys under which neighbouring tokens may be met, strictest first, and their length."""

    keys: tuple[tuple[str, Key], ...]
    length: int
    start: int


BREAK = Token("", "", "")


def fold(text: str) -> str:
    """One spelling for comparison: half width, lower case, no accents on letters."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", plain)))


@lru_cache(maxsize=8192)
def tokens_of(text: str) -> list[Token]:
    """Tokens of text from the catalogue, where a Latin word is a word (CMA, QS)."""
    return _tokens(text, lambda word: [Token(word, "", word[:1])])


def typed_tokens(text: str, words: Container[str]) -> list[Token]:
    """Tokens of what a person typed: letters that are no word of the catalogue may be pinyin or its initials."""
    return _tokens(text, lambda word: [Token(word, "", word[:1])] if word in words else spell(word))


def grams(tokens: Sequence[Token]) -> Iterator[Gram]:
    """Every gram of one, two or three neighbouring tokens that can be met at all."""
    texts, syllables, initials = zip(*tokens, strict=True) if tokens else ((), (), ())
    spoken = tuple(map(southern, syllables))
    channels = {
        1: ((CHARACTERS, texts),),
        2: ((CHARACTERS, texts), (SOUNDS, syllables), (SOUTHERN, spoken), (INITIALS, initials)),
        3: ((INITIALS, initials),),
    }
    for length, parts in channels.items():
        for start in range(len(tokens) - length + 1):
            windows = ((channel, part[start : start + length]) for channel, part in parts)
            keys = tuple((channel, window) for channel, window in windows if "" not in window)
            if keys:
                yield Gram(keys, length, start)


@lru_cache(maxsize=4096)
def southern(syllable: str) -> str:
    """The syllable without the distinctions that many speakers of the south-west do not make."""
    plain = re.sub(r"^([zcs])h", r"\1", syllable)
    plain = re.sub(r"^n(?=.)", "l", plain)
    plain = re.sub(r"^hu$", "fu", plain)
    return re.sub(r"(?<=[ei])ng$", "n", plain)


def spell(word: str) -> list[Token]:
    """Letters as the fewest syllables, and what fits no syllable as initials: ``shenfz`` → shen f z."""
    best: list[tuple[int, list[Token]]] = [(0, [])]
    for end in range(1, len(word) + 1):
        starts = range(max(0, end - LONGEST_SYLLABLE), end)
        reached = [
            _reach(best[start], word[start:end]) for start in starts if word[start:end] in SPELLABLE
        ]
        best.append(min(reached, key=lambda option: option[0], default=best[-1]))
    return best[-1][1]


def is_pinyin(word: str) -> bool:
    """Whether the letters are whole syllables, as typed without choosing characters."""
    return all(token.syllable for token in spell(word))


def _all_syllables() -> frozenset[str]:
    toned = {sound for sounds in set(pinyin_dict.values()) for sound in sounds.split(",")}
    plain = {
        ACCENTS.sub("", unicodedata.normalize("NFD", sound).replace("u\u0308", "v"))
        for sound in toned
    }
    return frozenset(sound for sound in plain if re.fullmatch(r"[a-z]*[aeiouv][a-z]*", sound))


SYLLABLES = _all_syllables()
SPELLABLE = SYLLABLES | frozenset("abcdefghijklmnopqrstuvwxyz")


def _reach(before: tuple[int, list[Token]], part: str) -> tuple[int, list[Token]]:
    """A lone letter costs more than a syllable, so that syllables win wherever they fit."""
    if len(part) > 1:
        return before[0] + 1, [*before[1], Token("", part, part[0])]
    return before[0] + 2, [*before[1], Token("", "", part)]


def _tokens(text: str, latin: Callable[[str], list[Token]]) -> list[Token]:
    found: list[Token] = []
    last = 0
    for piece in PIECES.finditer(text):
        if found and text[last : piece.start()].strip():
            found.append(BREAK)
        last = piece.end()
        found += _piece(piece, latin)
    return found


def _piece(piece: re.Match[str], latin: Callable[[str], list[Token]]) -> list[Token]:
    text = piece[0]
    if piece["han"]:
        return [
            Token(char, sound, sound[:1]) for char, sound in zip(text, _sounds(text), strict=True)
        ]
    return latin(text) if piece["latin"] else [Token(text, "", "")]


def _sounds(text: str) -> list[str]:
    """One sound per character; a character without a known reading sounds like itself."""
    return lazy_pinyin(text, errors=list)  # type: ignore[arg-type]  # Lists are taken, only not declared.
