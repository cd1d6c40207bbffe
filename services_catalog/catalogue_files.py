"""Reads the catalogue's files, checks every row, and reports every fault in one go."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from services_catalog.authorities import Bureau, Need, full_name
from services_catalog.errors import CatalogFileInvalid, Fault
from services_catalog.items import COLUMNS, LEVELS, row_faults, to_content
from services_catalog.routing import DistrictView

DATA = Path(__file__).parent / "data"
DIVISION_LEVELS = (*LEVELS, "functional")
DIVISION_COLUMNS = ("code", "name", "level", "parent_code", "province", "source")
Row = dict[str, str]


@dataclass(frozen=True)
class CatalogueFiles:
    """Everything the files say, checked."""

    contents: dict[int, dict[str, Any]]
    districts: dict[str, DistrictView]
    bureaus: list[Bureau]
    cancelled: dict[int, tuple[date, str]]
    registrars: list[Need]


class Reader:
    """Reads one folder; collects faults instead of stopping at the first one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[Fault] = []

    def rows(self, name: str, columns: tuple[str, ...]) -> list[tuple[int, Row]]:
        """The rows of a file with their line numbers; a missing file or column is a fault."""
        path = self._folder / name
        if not path.exists():
            self.faults.append(Fault(name, 1, "", "", "文件不存在"))
            return []
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [column for column in columns if column not in (reader.fieldnames or [])]
            self.faults += [Fault(name, 1, column, "", "缺少这一列") for column in missing]
            return [] if missing else list(self._complete(name, reader))

    def check(self, name: str, line: int, row: Mapping[str, str], found: list[tuple[str, str]]) -> None:
        """Add the faults of one row."""
        self.faults += [Fault(name, line, column, row.get(column, ""), why) for column, why in found]

    def unique(self, name: str, column: str, rows: list[tuple[int, Row]]) -> None:
        """Every value of the column once only."""
        counts = Counter(row[column] for _, row in rows)
        for line, row in rows:
            if counts[row[column]] > 1:
                self.faults.append(Fault(name, line, column, row[column], "与其他行重复"))

    def _complete(self, name: str, reader: csv.DictReader[str]) -> Iterator[tuple[int, Row]]:
        for row in reader:
            if None in row or None in row.values():
                self.faults.append(Fault(name, reader.line_num, "", "", "列数与表头不符"))
            else:
                yield reader.line_num, row


def read_files(folder: Path = DATA) -> CatalogueFiles:
    """Read and check the folder. Raises CatalogFileInvalid with every fault of every file."""
    reader = Reader(folder)
    districts = _districts(reader)
    contents = _contents(reader)
    files = CatalogueFiles(
        contents=contents,
        districts=districts,
        bureaus=_bureaus(reader, districts),
        cancelled=_cancelled(reader, contents),
        registrars=_registrars(reader, contents),
    )
    if reader.faults:
        raise CatalogFileInvalid(sorted(reader.faults, key=lambda fault: (fault.file, fault.line)))
    return files


def _contents(reader: Reader) -> dict[int, dict[str, Any]]:
    name = "catalogue_311.csv"
    notes = {row["seq"]: row["note"] for _, row in reader.rows("catalogue_311_notes.csv", ("seq", "note"))}
    rows = reader.rows(name, COLUMNS)
    reader.unique(name, "seq", rows)
    contents = {}
    for line, row in rows:
        found = row_faults(row)
        reader.check(name, line, row, found)
        if not found:
            contents[int(row["seq"])] = to_content(row, notes.get(row["seq"], ""))
    return contents


def _districts(reader: Reader) -> dict[str, DistrictView]:
    name = "divisions.csv"
    rows = reader.rows(name, DIVISION_COLUMNS)
    reader.unique(name, "code", rows)
    codes = {row["code"] for _, row in rows}
    for line, row in rows:
        reader.check(name, line, row, _division_faults(row, codes))
    views = {row["code"]: _view(row) for _, row in rows}
    if reader.faults:
        return views
    return {code: replace(view, full_name=full_name(view, views)) for code, view in views.items()}


def _division_faults(row: Row, codes: set[str]) -> list[tuple[str, str]]:
    faults = []
    if not (row["code"].isdigit() and len(row["code"]) == 6):
        faults.append(("code", "应为 6 位数字"))
    if not row["name"].strip():
        faults.append(("name", "不能为空"))
    if row["level"] not in DIVISION_LEVELS:
        faults.append(("level", f"应为 {'、'.join(DIVISION_LEVELS)} 之一"))
    if row["level"] != "province" and row["parent_code"] not in codes:
        faults.append(("parent_code", "没有这个上级区划"))
    return faults


def _view(row: Row) -> DistrictView:
    return DistrictView(
        code=row["code"], name=row["name"], full_name=row["name"], level=row["level"],
        parent_code=row["parent_code"] or None, province=row["province"],
        pseudo=row["level"] == "functional",
    )


def _bureaus(reader: Reader, districts: Mapping[str, DistrictView]) -> list[Bureau]:
    def faults(row: Row) -> list[tuple[str, str]]:
        known = row["division_code"] in districts
        sourced = bool(row["source"].strip())
        return ([] if known else [("division_code", "没有这个区划")]) + (
            [] if sourced else [("source", "须注明来源")]
        )

    rows = _checked(reader, "approval_bureaus.csv", ("division_code", "name", "source"), faults)
    return [Bureau(row["division_code"], row["name"]) for row in rows]


def _cancelled(reader: Reader, contents: Mapping[int, Any]) -> dict[int, tuple[date, str]]:
    def faults(row: Row) -> list[tuple[str, str]]:
        found = [] if _known_item(row["seq"], contents) else [("seq", "没有这个事项")]
        return found if _is_date(row["cancelled_on"]) else [*found, ("cancelled_on", "应为日期")]

    rows = _checked(reader, "cancelled_items.csv", ("seq", "cancelled_on", "reason"), faults)
    return {int(row["seq"]): (date.fromisoformat(row["cancelled_on"]), row["reason"]) for row in rows}


def _registrars(reader: Reader, contents: Mapping[int, Any]) -> list[Need]:
    def faults(row: Row) -> list[tuple[str, str]]:
        found = [] if _known_item(row["seq"], contents) else [("seq", "没有这个事项")]
        return found if row["level"] in LEVELS else [*found, ("level", "没有这个层级")]

    rows = _checked(reader, "registrar_levels.csv", ("seq", "province", "level", "organ_kind"), faults)
    return [Need(row["province"], row["level"], row["organ_kind"]) for row in rows]


def _checked(
    reader: Reader, name: str, columns: tuple[str, ...], faults: Callable[[Row], list[tuple[str, str]]]
) -> list[Row]:
    sound = []
    for line, row in reader.rows(name, columns):
        found = faults(row)
        reader.check(name, line, row, found)
        if not found:
            sound.append(row)
    return sound


def _known_item(seq: str, contents: Mapping[int, Any]) -> bool:
    return seq.isdigit() and int(seq) in contents


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
