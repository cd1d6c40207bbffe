"""Where one province asks or promises otherwise, and the recorded reason, as inputs of the form of a draft.

An input is called like its place in the content, ``provinces.四川省.materials`` or ``justifications.materials``. An
empty one says that the province has no rule of its own; ``NOTHING`` in it says that there it asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.errors import InputInvalid
from services_catalog.divergences import COMPARED, PROVINCES

LISTS = ("materials", "conditions")
NUMBERS = ("legal_days", "promised_days")
NOTHING = "未规定"
REASON = "justifications"
DAYS = re.compile(f"[0-9]{{0,5}}|{NOTHING}")
OWN = {
    (province, name): f"provinces.{province}.{name}" for province in PROVINCES for name in COMPARED
}
REASONS = {name: f"{REASON}.{name}" for name in COMPARED}
INPUTS = (*OWN.values(), *REASONS.values())


def as_typed(content: Mapping[str, Any]) -> dict[str, str]:
    """What a content says of each province, and why, as it stands in the form."""
    reasons = content.get(REASON) or {}
    typed = {REASONS[name]: str(reasons.get(name) or "") for name in COMPARED}
    for (province, name), place in OWN.items():
        own = _own(content, province)
        typed[place] = _words(own[name]) if name in own else ""
    return typed


def changes_of(before: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The tables of the content that were typed otherwise than they stood; what was not touched stays as it is.

    Raises InputInvalid with every number of days that can not be read.
    """
    stood = as_typed(before)
    typed = {place: given.get(place, "").strip().replace("\r\n", "\n") for place in INPUTS}
    touched = {place for place in INPUTS if typed[place] != stood[place].strip()}
    _require_days({place: typed[place] for place in touched})
    changes: dict[str, Any] = {}
    if touched & set(OWN.values()):
        tables = {
            province: dict(_table(before, province, typed, touched)) for province in PROVINCES
        }
        changes["provinces"] = {province: own for province, own in tables.items() if own}
    if touched & set(REASONS.values()):
        changes[REASON] = {name: typed[place] for name, place in REASONS.items() if typed[place]}
    return changes


def _table(
    before: Mapping[str, Any], province: str, typed: Mapping[str, str], touched: set[str]
) -> Iterator[tuple[str, Any]]:
    own = _own(before, province)
    for name in COMPARED:
        place = OWN[province, name]
        if place in touched and typed[place]:
            yield name, _meant(name, typed[place])
        elif place not in touched and name in own:
            yield name, own[name]


def _own(content: Mapping[str, Any], province: str) -> Mapping[str, Any]:
    own: Mapping[str, Any] = (content.get("provinces") or {}).get(province) or {}
    return own


def _words(value: Any) -> str:
    if value in (None, "", []):
        return NOTHING
    return "\n".join(value) if isinstance(value, list) else str(value)


def _meant(name: str, typed: str) -> Any:
    if name in LISTS:
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        return [] if lines == [NOTHING] else lines
    if name in NUMBERS:
        return None if typed == NOTHING else int(typed)
    return typed


def _require_days(typed: Mapping[str, str]) -> None:
    wrong = [
        place
        for (_, name), place in OWN.items()
        if name in NUMBERS and not DAYS.fullmatch(typed.get(place, ""))
    ]
    if wrong:
        raise InputInvalid(
            fields={place: [f"请填写整数天数，没有期限就写“{NOTHING}”"] for place in wrong}
        )
