"""The authorities that the items need: one per kind of organ and division, only at the levels items name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from services_catalog.codes import credit_code_from_body
from services_catalog.organ_names import NameRules
from services_catalog.routing import FUNCTIONAL, SICHUAN, AuthorityView, DistrictView, Item

CHONGQING = "重庆市"
REGISTERED_AS_ORGAN = "11"  # 机构编制 registers, 机关 is the category (GB 32100).
ORGANISATION_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DEMO_MARK = "DM"
DEMO_CHARACTERS = 6


@dataclass(frozen=True)
class Need:
    """A kind of organ that must exist at a level of a province."""

    province: str
    level: str
    organ_kind: str


@dataclass(frozen=True)
class NamedAuthority:
    """An organ that exists because a source names it: an approval bureau, an organ of a functional area.

    ``excepted_items`` are those that it leaves to the department.
    """

    division_code: str
    organ_kind: str
    name: str
    excepted_items: tuple[int, ...] = ()


def needs_of(items: Iterable[Item]) -> set[Need]:
    """The kinds and levels the items are decided by, in each province."""
    needs = set()
    for item in items:
        needs.add(Need(SICHUAN, item.decided_level_sc, item.organ_kind_sc))
        needs.add(Need(CHONGQING, item.decided_level_cq, item.organ_kind_cq))
    return needs


def generate(
    needs: Iterable[Need],
    districts: Mapping[str, DistrictView],
    named: Iterable[NamedAuthority],
    rules: NameRules,
) -> list[AuthorityView]:
    """Every authority, in a stable order, each with a well-formed credit code marked as demo."""
    found = [
        _authority(need.organ_kind, district, *rules.name(need.organ_kind, district, districts))
        for need in sorted(needs, key=lambda need: (need.province, need.level, need.organ_kind))
        for district in districts.values()
        if district.province == need.province and district.level == need.level
    ]
    return found + [_named(organ, districts[organ.division_code]) for organ in named]


def demo_code(organ_kind: str, division_code: str) -> str:
    """A credit code nobody was given: registered 11, the division, DM and six characters of the kind's digest.

    The same kind in the same division has the same code in every run.
    """
    number = int.from_bytes(hashlib.sha256(organ_kind.encode()).digest()[:8])
    body = ""
    for _ in range(DEMO_CHARACTERS):
        number, digit = divmod(number, len(ORGANISATION_ALPHABET))
        body += ORGANISATION_ALPHABET[digit]
    return credit_code_from_body(REGISTERED_AS_ORGAN, division_code, DEMO_MARK + body)


def _authority(kind: str, district: DistrictView, name: str, assumed: str | None) -> AuthorityView:
    code = demo_code(kind, district.code)
    return AuthorityView(code, name, kind, district.level, district.code, assumed)


def _named(organ: NamedAuthority, district: DistrictView) -> AuthorityView:
    view = _authority(organ.organ_kind, district, organ.name, None)
    level = "county" if district.level == FUNCTIONAL else district.level
    return replace(view, level=level, excepted_items=organ.excepted_items)
