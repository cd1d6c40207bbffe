"""The words a machine's on-screen keyboard offers: common Chinese, and the names the catalogue knows."""

from __future__ import annotations

from functools import lru_cache

from kiosk.catalogue import Catalogue
from kiosk.typing.pinyin import Candidate, Dictionary, read_words, word_of

LIMIT = 80
OFTEN, SOMETIMES = 60_000, 3_000


def candidates(held: Catalogue, typed: str) -> list[Candidate]:
    """What the letters may stand for, likeliest first; the catalogue's own names come early."""
    divisions = sorted({district.name for district in held.world.districts.values()})
    items = sorted({item.name for item in held.items.values()})
    return _dictionary(tuple(divisions), tuple(items)).candidates(typed, LIMIT)


@lru_cache(maxsize=1)
def _dictionary(divisions: tuple[str, ...], items: tuple[str, ...]) -> Dictionary:
    words = [*read_words()]
    words += [word_of(name, OFTEN) for name in divisions]
    words += [word_of(name, SOMETIMES) for name in items if name.isalpha()]
    return Dictionary(words)
