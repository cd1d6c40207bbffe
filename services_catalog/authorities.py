"""The authorities that the items need: one per kind of organ and division, only at the levels items name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services_catalog.codes import credit_code_from_body
from services_catalog.routing import BUREAU, SICHUAN, AuthorityView, DistrictView, Item

CHONGQING = "重庆市"
ORGANISATION_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DEMO_MARK = "DM"
GENERIC_KINDS = {"社会保险事务机构", "公证处", "公共图书馆", "知识产权维权援助机构"}
GENERIC_NAME = "机构名称按类别生成，未经核实"
TAX = "税务局"
POLICE = "公安局"


@dataclass(frozen=True)
class Bureau:
    """An administrative approval bureau known from a source."""

    division_code: str
    name: str


@dataclass(frozen=True)
class Need:
    """A kind of organ that must exist at a level of a province."""

    province: str
    level: str
    organ_kind: str


def needs_of(items: Iterable[Item]) -> set[Need]:
    """The kinds and levels the items are decided by, in each province."""
    needs = set()
    for item in items:
        needs.add(Need(SICHUAN, item.decided_level_sc, item.organ_kind_sc))
        needs.add(Need(CHONGQING, item.decided_level_cq, item.organ_kind_cq))
    return needs


def generate(
    needs: Iterable[Need], districts: Mapping[str, DistrictView], bureaus: Iterable[Bureau]
) -> list[AuthorityView]:
    """Every authority, in a stable order, each with a well-formed credit code marked as demo."""
    found = [
        _authority(need.organ_kind, district, organ_name(need.organ_kind, district, districts))
        for need in sorted(needs, key=lambda need: (need.province, need.level, need.organ_kind))
        for district in districts.values()
        if district.province == need.province and district.level == need.level
    ]
    found += [_authority(BUREAU, districts[b.division_code], b.name) for b in bureaus]
    return found


def organ_name(kind: str, district: DistrictView, districts: Mapping[str, DistrictView]) -> str:
    """The organ's name as in real life.

    A 区 carries the name of its prefecture or of Chongqing, a county or county-level city its own; tax offices are
    led by the State and say so; the police of a 区 is a branch of the city's.
    """
    prefix = place_prefix(district, districts)
    if kind == TAX:
        return f"国家税务总局{prefix}{TAX}"
    if kind == POLICE and _is_urban(district):
        return f"{districts[district.parent_code or ''].name}{POLICE}{district.name}分局"
    return prefix + kind


def place_prefix(district: DistrictView, districts: Mapping[str, DistrictView]) -> str:
    """How names of organs of this division begin."""
    if _is_urban(district):
        return districts[district.parent_code or ""].name + district.name
    return district.name


def full_name(district: DistrictView, districts: Mapping[str, DistrictView]) -> str:
    """The division with its province, as it is said to people."""
    prefix = place_prefix(district, districts)
    return prefix if prefix.startswith(district.province) else district.province + prefix


def _is_urban(district: DistrictView) -> bool:
    return district.level == "county" and district.name.endswith("区")


def _authority(kind: str, district: DistrictView, name: str) -> AuthorityView:
    assumed = GENERIC_NAME if kind in GENERIC_KINDS else None
    return AuthorityView(_demo_code(kind, district), name, kind, district.level, district.code, assumed)


def _demo_code(kind: str, district: DistrictView) -> str:
    """Registered 11 (机关), the division, and DM with six characters drawn from the kind's digest."""
    number = int.from_bytes(hashlib.sha256(kind.encode()).digest()[:8])
    body = ""
    for _ in range(6):
        number, digit = divmod(number, len(ORGANISATION_ALPHABET))
        body += ORGANISATION_ALPHABET[digit]
    return credit_code_from_body("11", district.code, DEMO_MARK + body)
