"""The files about organs: how they are called, which bureaus exist, who registers at further levels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services_catalog.authorities import CHONGQING, NamedAuthority, Need
from services_catalog.fault_reader import Reader, Row, RowFaults, is_positive
from services_catalog.organ_names import PLACEHOLDERS, NameRule, NameRules
from services_catalog.routing import BUREAU, FUNCTIONAL, LEVELS, SICHUAN, DistrictView

ORGAN_NAMES = "organ_names.csv"
NAME_COLUMNS = (
    "organ_kind",
    "level",
    "division_code",
    "pattern",
    "urban_pattern",
    "assumed",
    "source",
)
BUREAU_COLUMNS = ("division_code", "name", "since", "excepted_items", "source")
AREA_COLUMNS = ("division_code", "organ_kind", "name", "source")
REGISTRAR_COLUMNS = ("seq", "province", "level", "organ_kind", "source")


@dataclass(frozen=True)
class OrganFiles:
    """What the files say about organs, checked."""

    named: list[NamedAuthority]
    registrars: list[Need]
    names: NameRules


def read_organs(
    reader: Reader, districts: Mapping[str, DistrictView], seqs: Collection[int]
) -> OrganFiles:
    """Read the four files; faults stay with the reader.

    Where the divisions or the items could not be read at all, nothing is checked against them: one fault is enough.
    """
    return OrganFiles(
        named=_bureaus(reader, districts, seqs) + _areas(reader, districts),
        registrars=_registrars(reader, seqs),
        names=NameRules(_names(reader, districts)),
    )


def _bureaus(
    reader: Reader, districts: Mapping[str, DistrictView], seqs: Collection[int]
) -> list[NamedAuthority]:
    def faults(row: Row) -> RowFaults:
        found = _place_faults(row, districts, "county") + _filled(row, ("name", "source"))
        if any(not _known(seq, seqs) for seq in _listed(row["excepted_items"])):
            found.append(("excepted_items", "有不存在的事项"))
        return found

    rows = reader.sound_rows("approval_bureaus.csv", BUREAU_COLUMNS, faults, key="division_code")
    return [
        NamedAuthority(
            row["division_code"],
            BUREAU,
            row["name"],
            tuple(int(seq) for seq in _listed(row["excepted_items"])),
        )
        for row in rows
    ]


def _areas(reader: Reader, districts: Mapping[str, DistrictView]) -> list[NamedAuthority]:
    def faults(row: Row) -> RowFaults:
        found = _place_faults(row, districts, FUNCTIONAL)
        return found + _filled(row, ("organ_kind", "name", "source"))

    rows = reader.sound_rows("area_authorities.csv", AREA_COLUMNS, faults)
    return [NamedAuthority(row["division_code"], row["organ_kind"], row["name"]) for row in rows]


def _registrars(reader: Reader, seqs: Collection[int]) -> list[Need]:
    def faults(row: Row) -> RowFaults:
        found = _filled(row, ("organ_kind", "source"))
        if not _known(row["seq"], seqs):
            found.append(("seq", "没有这个事项"))
        if row["province"] not in (SICHUAN, CHONGQING):
            found.append(("province", f"应为 {SICHUAN}、{CHONGQING} 之一"))
        if row["level"] not in LEVELS:
            found.append(("level", f"应为 {'、'.join(LEVELS)} 之一"))
        return found

    rows = reader.sound_rows("registrar_levels.csv", REGISTRAR_COLUMNS, faults)
    return [Need(row["province"], row["level"], row["organ_kind"]) for row in rows]


def _names(reader: Reader, districts: Mapping[str, DistrictView]) -> list[NameRule]:
    def faults(row: Row) -> RowFaults:
        found = _filled(row, ("organ_kind", "pattern"))
        if row["level"] not in ("", *LEVELS):
            found.append(("level", f"应为 {'、'.join(LEVELS)} 之一，或留空"))
        if districts and row["division_code"] and row["division_code"] not in districts:
            found.append(("division_code", "没有这个区划"))
        return found + [
            (column, f"只能使用 {'、'.join(PLACEHOLDERS)}")
            for column in ("pattern", "urban_pattern")
            if _has_strange_brackets(row[column])
        ]

    rows = reader.sound_rows(ORGAN_NAMES, NAME_COLUMNS, faults)
    return [NameRule(*(row[column] for column in NAME_COLUMNS[:-1])) for row in rows]


def _has_strange_brackets(pattern: str) -> bool:
    for placeholder in PLACEHOLDERS:
        pattern = pattern.replace(placeholder, "")
    return "{" in pattern or "}" in pattern


def _place_faults(row: Row, districts: Mapping[str, DistrictView], level: str) -> RowFaults:
    district = districts.get(row["division_code"])
    if district is None:
        return [("division_code", "没有这个区划")] if districts else []
    return [] if district.level == level else [("division_code", f"应为 {level} 一级的区划")]


def _filled(row: Row, columns: tuple[str, ...]) -> RowFaults:
    return [(column, "不能为空") for column in columns if not row[column].strip()]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _known(seq: str, seqs: Collection[int]) -> bool:
    return not seqs or (is_positive(seq) and int(seq) in seqs)
