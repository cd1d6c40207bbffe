"""Which items several authorities of both provinces decide together (多地联办), and in which parts: a file of data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from services_catalog.routing import Item, Route, RoutingFacts, World, route

FILE = Path(__file__).parent / "data" / "joint_items.json"


@dataclass(frozen=True)
class JointPart:
    """One part: the item its authority decides, and the form's field that names the place of that authority."""

    key: str
    name: str
    item_seq: int
    place: str


@dataclass(frozen=True)
class JointItem:
    """An item in parts. ``in_order``: each begins when the one before is granted; else all begin at receipt.

    ``refusal_stops``: one refusal ends the whole; else the other parts go on. ``label`` marks what is a mere example.
    """

    item_seq: int
    label: str
    basis: str
    in_order: bool
    refusal_stops: bool
    parts: tuple[JointPart, ...]


@dataclass(frozen=True)
class RoutedPart:
    """A part, the authority that decides it, and the facts that say so."""

    part: JointPart
    decided: Route
    facts: RoutingFacts


@cache
def joint_items() -> dict[int, JointItem]:
    """Every joint item by its number."""
    listed = json.loads(FILE.read_text(encoding="utf-8"))["items"]
    return {entry["item"]: _joint_item(entry) for entry in listed}


def route_parts(
    joint: JointItem,
    form: Mapping[str, Any],
    facts: RoutingFacts,
    items: Mapping[int, Item],
    world: World,
) -> list[RoutedPart]:
    """The parts with their authorities; none if all places lie in one province, which then decides as usual.

    Raises NoRoute, UnknownItem, ItemCancelled.
    """
    places = {part.key: str(form.get(part.place) or "") for part in joint.parts}
    known = [world.districts[place] for place in places.values() if place in world.districts]
    if len(known) < len(places) or len({district.province for district in known}) == 1:
        return []
    return [
        _routed(part, replace(facts, district_code=places[part.key]), items, world)
        for part in joint.parts
    ]


def _routed(
    part: JointPart, facts: RoutingFacts, items: Mapping[int, Item], world: World
) -> RoutedPart:
    return RoutedPart(part, route(items[part.item_seq], facts, world), facts)


def _joint_item(entry: dict[str, Any]) -> JointItem:
    parts = tuple(
        JointPart(part["key"], part["name"], part["item"], part["place"]) for part in entry["parts"]
    )
    return JointItem(
        entry["item"],
        entry["label"],
        entry["basis"],
        entry["in_order"],
        entry["refusal_stops"],
        parts,
    )
