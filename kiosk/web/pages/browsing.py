"""Looking for an item: the themes, and the list that fits words, audience and theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from kiosk.catalogue import Catalogue, catalogue
from kiosk.web.finding import AUDIENCES, Wanted, find_items
from kiosk.web.guides import guide_for_reader

PAGE = 30
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Found:
    """A list of items and the question it answers; ``more`` is the length of the longer list, or None."""

    words: str
    audience: str
    theme: str
    items: list[dict[str, Any]]
    more: int | None


def guide_on_page(seq: int) -> dict[str, Any]:
    """The guide for the day and the division in the address; nonsense there counts as not given."""
    asked = request.args
    try:
        on = date.fromisoformat(asked.get("on", ""))
    except ValueError:
        on = None
    district = asked.get("district", "")
    known = district in catalogue().world.districts
    return guide_for_reader(seq, on=on, district=district if known else None)


def find_on_page(held: Catalogue, asked: Mapping[str, str]) -> Found:
    """The items for the words, audience and theme in the address; nonsense there counts as not given."""
    words = asked.get("q", "").strip()[:LONGEST_WORDS]
    audience = asked.get("audience", "") if asked.get("audience") in AUDIENCES else ""
    theme = asked.get("theme", "")
    limit = _limit(asked.get("limit", ""), len(held.items))
    lines = find_items(held, Wanted(words, audience or None, theme or None), limit + 1)
    more = min(limit + 2 * PAGE, len(held.items)) if len(lines) > limit else None
    return Found(words, audience, theme, lines[:limit], more)


def _limit(text: str, most: int) -> int:
    return min(max(int(text), PAGE), most) if text.isdecimal() and len(text) < 6 else PAGE
