"""Reads a district's list of items and reports every quirk with its mend; takes nothing in by itself.

``inspect_list`` is the dry run. ``list_local_items`` yields the rows that can be taken, as they are: local codes are
opaque, a department is known by its name, names are brought to one form for comparison only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services_catalog.fault_log import FaultLog
from services_catalog.list_checks import row_faults
from services_catalog.list_files import ListFile, RawRow, open_list

PROGRESS_EVERY = 1000


@dataclass(frozen=True)
class LocalItem:
    """One item as the district has it. A row may share its code with another: number and code together name it."""

    row: int
    name: str
    item_code: str
    area_code: str
    group: str
    task_type: str
    task_type_name: str
    dept_code: str
    dept_name: str


@dataclass(frozen=True)
class ListReport:
    """What a dry run found.

    ``faulty`` rows have any quirk; ``rejected`` ones have an error and can not be taken. ``faults`` are read anew
    each time they are asked for, so that a long list is reported on in little memory; ``counts`` has them by code,
    most frequent first.
    """

    file: str
    format: str
    encoding: str
    rows: int
    faulty: int
    rejected: int
    counts: Mapping[str, int]
    faults: FaultLog
    columns: Mapping[str, str]
    ignored_columns: tuple[str, ...]
    departments: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def ok(self) -> int:
        return self.rows - self.faulty

    def json_parts(self) -> Iterator[str]:
        """The report as it is written to a file, a fault a line."""
        told = {
            "file": self.file,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "ok": self.ok,
            "faulty": self.faulty,
            "importable": self.rows - self.rejected,
            "counts": dict(self.counts),
            "columns": dict(self.columns),
            "ignored_columns": list(self.ignored_columns),
            "departments": dict(self.departments),
        }
        yield json.dumps(told, ensure_ascii=False, indent=1).removesuffix("\n}")
        yield ',\n "faults": ['
        for number, fault in enumerate(self.faults):
            yield f"{',' if number else ''}\n  {json.dumps(vars(fault), ensure_ascii=False)}"
        yield "\n ]\n}\n"


def inspect_list(
    path: Path,
    divisions: Collection[str] = (),
    *,
    progress: Callable[[int], None] = lambda rows: None,
) -> ListReport:
    """Read the whole list and report every quirk, in the order of rows; writes nothing.

    ``divisions`` are the known six-digit codes; ``progress`` hears the number of rows read now and then.
    Raises ListUnreadable.
    """
    opened = open_list(path)
    inspection = _Inspection(divisions)
    for row in opened.rows:
        inspection.take(row)
        if row.number % PROGRESS_EVERY == 0:
            progress(row.number)
    return inspection.report(path, opened)


def list_local_items(path: Path, report: ListReport) -> Iterator[LocalItem]:
    """The rows that the report does not reject, one by one and as they stand. Raises ListUnreadable."""
    rejected = report.faults.rejected()
    refused = next(rejected, 0)
    for row in open_list(path).rows:
        if row.number == refused:
            refused = next(rejected, 0)
        else:
            yield _item(row)


class _Inspection:
    """What has been seen so far; in memory only counts and the departments' names."""

    def __init__(self, divisions: Collection[str]) -> None:
        self._divisions = divisions
        self._log = FaultLog()
        self._departments: dict[str, dict[str, None]] = defaultdict(dict)
        self._rows = 0

    def take(self, row: RawRow) -> None:
        self._rows += 1
        self._log.add(row_faults(row, self._divisions))
        code, name = (row.cells.get(column, "").strip() for column in ("item_code", "name"))
        if code and name:
            self._log.name(code, row.number, name)
        if row.cells.get("dept_name"):
            self._departments[row.cells["dept_name"].strip()][row.cells.get("dept_code", "")] = None

    def report(self, path: Path, opened: ListFile) -> ListReport:
        self._log.close()
        return ListReport(
            file=path.name,
            format=opened.format,
            encoding=opened.encoding,
            rows=self._rows,
            faulty=self._log.count_rows(),
            rejected=self._log.count_rejected(),
            counts=self._log.counts(),
            faults=self._log,
            columns=opened.columns,
            ignored_columns=opened.ignored,
            departments={name: list(codes) for name, codes in self._departments.items()},
        )


def _item(row: RawRow) -> LocalItem:
    cells = {
        name: row.cells.get(name, "") for name in LocalItem.__dataclass_fields__ if name != "row"
    }
    return LocalItem(row=row.number, **cells)
