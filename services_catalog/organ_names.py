"""What organs are called: by the rule of their kind and level, or by the name one of them is known under. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services_catalog.routing import DistrictView

PLACEHOLDERS = ("{place}", "{parent}", "{name}")


@dataclass(frozen=True)
class NameRule:
    """How organs of a kind are called; level and division are empty where the rule holds for all.

    ``urban_pattern`` is the one for a 区, if it differs. ``assumed`` says in words why the name is not vouched for.
    """

    organ_kind: str
    level: str
    division_code: str
    pattern: str
    urban_pattern: str
    assumed: str


class NameRules:
    """All rules; the most particular one wins: for a division, then for a level, then for the kind."""

    def __init__(self, rules: Iterable[NameRule]) -> None:
        self._rules = {(rule.organ_kind, rule.level, rule.division_code): rule for rule in rules}

    def name(
        self, kind: str, district: DistrictView, districts: Mapping[str, DistrictView]
    ) -> tuple[str, str | None]:
        """The organ's name, and why it is assumed, or None. Without a rule: place and kind."""
        rule = self._rule(kind, district)
        pattern = rule.urban_pattern if rule.urban_pattern and is_urban(district) else rule.pattern
        parent = districts.get(district.parent_code or "")
        named = pattern.format(
            place=place_prefix(district, districts),
            parent=parent.name if parent else "",
            name=district.name,
        )
        return named, rule.assumed or None

    def _rule(self, kind: str, district: DistrictView) -> NameRule:
        keys = ((kind, "", district.code), (kind, district.level, ""), (kind, "", ""))
        plain = NameRule(kind, "", "", f"{{place}}{kind}", "", "")
        return next((self._rules[key] for key in keys if key in self._rules), plain)


def place_prefix(district: DistrictView, districts: Mapping[str, DistrictView]) -> str:
    """How names of organs begin: a 区 carries its prefecture or Chongqing, a county or city its own name only."""
    if is_urban(district):
        return districts[district.parent_code or ""].name + district.name
    return district.name


def full_name(district: DistrictView, districts: Mapping[str, DistrictView]) -> str:
    """The division with all above it, as it is said to people: 四川省成都市金堂县."""
    parent = districts.get(district.parent_code or "")
    if parent is None:
        return district.name
    if district.level == "functional":  # Its own name tells the city, often the province too.
        short = district.province.rstrip("省市")
        return (
            district.name if district.name.startswith(short) else district.province + district.name
        )
    return full_name(parent, districts) + district.name


def is_urban(district: DistrictView) -> bool:
    """Whether the division is a 区 (市辖区), not a county, a county-level city or a functional area."""
    return district.level == "county" and district.name.endswith("区")
