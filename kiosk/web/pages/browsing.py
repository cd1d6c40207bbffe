"""Looking for an item: the themes, and the list that fits words, audience and theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.catalogue import Catalogue
from kiosk.web.api.items import find_items

PAGE = 30
LONGEST_WORDS = 100
AUDIENCES = ("个人", "法人")


@dataclass(frozen=True)
class Theme:
    """A theme of one audience. ``value`` is the catalogue's own name, 个人-社会保险."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """A list of items and the question it answers; ``more`` is the length of the longer list, or None."""

    words: str
    audience: str
    theme: str
    items: list[dict[str, Any]]
    more: int | None


def themes(held: Catalogue) -> dict[str, list[Theme]]:
    """The themes of either audience, the fullest first."""
    counts = Counter(item.theme for item in held.items.values() if not item.cancelled_reason)
    return {
        audience: [
            Theme(value, value.partition("-")[2], count)
            for value, count in counts.most_common()
            if value.startswith(audience)
        ]
        for audience in AUDIENCES
    }


def find_on_page(held: Catalogue, asked: Mapping[str, str]) -> Found:
    """The items for the words, audience and theme in the address; nonsense there counts as not given."""
    words = asked.get("q", "").strip()[:LONGEST_WORDS]
    audience = asked.get("audience", "") if asked.get("audience") in AUDIENCES else ""
    theme = asked.get("theme", "")
    limit = _limit(asked.get("limit", ""), len(held.items))
    lines = find_items(held, words, limit + 1, audience or None, theme or None)
    more = min(limit + 2 * PAGE, len(held.items)) if len(lines) > limit else None
    return Found(words, audience, theme, lines[:limit], more)


def _limit(text: str, most: int) -> int:
    return min(max(int(text), PAGE), most) if text.isdecimal() and len(text) < 6 else PAGE
