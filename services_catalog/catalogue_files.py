"""Reads the catalogue's files, checks every row, and reports every fault in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from services_catalog.authorities import CHONGQING, NamedAuthority, Need
from services_catalog.errors import CatalogFileInvalid, Fault
from services_catalog.fault_reader import Reader, Row, RowFaults, is_date, is_positive
from services_catalog.items import COLUMNS, LEVELS, row_faults, to_content
from services_catalog.organ_files import read_organs
from services_catalog.organ_names import NameRules, full_name
from services_catalog.routing import FUNCTIONAL, SICHUAN, DistrictView

DATA = Path(__file__).parent / "data"
ITEMS, NOTES, DIVISIONS = "catalogue_311.csv", "catalogue_311_notes.csv", "divisions.csv"
PROVINCES = {SICHUAN: "51", CHONGQING: "50"}
PARENT_LEVELS = {
    "province": (),
    "prefecture": ("province",),
    "county": ("prefecture", "province"),
    FUNCTIONAL: ("prefecture", "province"),
}
DIVISION_COLUMNS = ("code", "name", "level", "parent_code", "province", "source")


@dataclass(frozen=True)
class CatalogueFiles:
    """Everything the files say, checked."""

    contents: dict[int, dict[str, Any]]
    districts: dict[str, DistrictView]
    cancelled: dict[int, tuple[date, str]]
    named: list[NamedAuthority]
    registrars: list[Need]
    names: NameRules


def read_files(folder: Path = DATA) -> CatalogueFiles:
    """Read and check the folder. Raises CatalogFileInvalid with every fault of every file."""
    reader = Reader(folder)
    contents, seqs = _contents(reader)
    districts = _districts(reader)
    cancelled = _cancelled(reader, seqs)
    organs = read_organs(reader, districts, seqs)
    if reader.faults:
        raise CatalogFileInvalid(sorted(reader.faults, key=lambda fault: (fault.file, fault.line)))
    told = {
        code: replace(view, full_name=full_name(view, districts))
        for code, view in districts.items()
    }
    return CatalogueFiles(contents, told, cancelled, organs.named, organs.registrars, organs.names)


def _contents(reader: Reader) -> tuple[dict[int, dict[str, Any]], set[int]]:
    """The sound rows by number, and every number that the file has, sound or not."""
    rows = reader.rows(ITEMS, COLUMNS)
    reader.unique(ITEMS, "seq", rows)
    reader.unique(ITEMS, "name", rows)
    seqs = {int(row["seq"]) for _, row in rows if is_positive(row["seq"])}
    reader.faults += [
        Fault(ITEMS, 1, "seq", str(seq), "缺少这一项")
        for seq in sorted(set(range(1, max(seqs, default=0))) - seqs)
    ]
    notes = _notes(reader, seqs)
    contents = {}
    for line, row in rows:
        found = row_faults(row)
        reader.check(ITEMS, line, row, found)
        if not found:
            contents[int(row["seq"])] = to_content(row, notes.get(int(row["seq"]), ""))
    return contents, seqs


def _notes(reader: Reader, seqs: set[int]) -> dict[int, str]:
    def faults(row: Row) -> RowFaults:
        return [] if _is_item(row["seq"], seqs) else [("seq", "没有这个事项")]

    rows = reader.sound_rows(NOTES, ("seq", "note"), faults, key="seq")
    return {int(row["seq"]): row["note"] for row in rows}


def _cancelled(reader: Reader, seqs: set[int]) -> dict[int, tuple[date, str]]:
    def faults(row: Row) -> RowFaults:
        found = [] if _is_item(row["seq"], seqs) else [("seq", "没有这个事项")]
        if not is_date(row["cancelled_on"]):
            found.append(("cancelled_on", "应为日期，如 2022-12-30"))
        return found + [
            (column, "不能为空") for column in ("reason", "source") if not row[column].strip()
        ]

    columns = ("seq", "cancelled_on", "reason", "source")
    rows = reader.sound_rows("cancelled_items.csv", columns, faults, key="seq")
    return {int(r["seq"]): (date.fromisoformat(r["cancelled_on"]), r["reason"]) for r in rows}


def _districts(reader: Reader) -> dict[str, DistrictView]:
    rows = reader.rows(DIVISIONS, DIVISION_COLUMNS)
    reader.unique(DIVISIONS, "code", rows)
    levels = {row["code"]: row["level"] for _, row in rows}
    for line, row in rows:
        reader.check(DIVISIONS, line, row, _division_faults(row, levels))
    return {row["code"]: _view(row) for _, row in rows}


def _division_faults(row: Row, levels: Mapping[str, str]) -> RowFaults:
    faults = [(column, "不能为空") for column in ("name", "source") if not row[column].strip()]
    if not (row["code"].isascii() and row["code"].isdecimal() and len(row["code"]) == 6):
        faults.append(("code", "应为 6 位数字"))
    if row["province"] not in PROVINCES:
        faults.append(("province", f"应为 {'、'.join(PROVINCES)} 之一"))
    elif not row["code"].startswith(PROVINCES[row["province"]]):
        faults.append(("code", f"与{row['province']}不符"))
    if row["level"] not in PARENT_LEVELS:
        return [*faults, ("level", f"应为 {'、'.join((*LEVELS, FUNCTIONAL))} 之一")]
    return faults + _parent_faults(row, levels)


def _parent_faults(row: Row, levels: Mapping[str, str]) -> RowFaults:
    allowed = PARENT_LEVELS[row["level"]]
    if not allowed:
        return [("parent_code", "省级区划没有上级")] if row["parent_code"] else []
    if row["parent_code"] not in levels:
        return [("parent_code", "没有这个上级区划")]
    fits = levels[row["parent_code"]] in allowed
    return [] if fits else [("parent_code", "上级区划的层级不对")]


def _view(row: Row) -> DistrictView:
    return DistrictView(
        code=row["code"],
        name=row["name"],
        full_name=row["name"],
        level=row["level"],
        parent_code=row["parent_code"] or None,
        province=row["province"],
        pseudo=row["level"] == FUNCTIONAL,
    )


def _is_item(seq: str, seqs: set[int]) -> bool:
    return not seqs or (is_positive(seq) and int(seq) in seqs)
