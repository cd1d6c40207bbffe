"""Writes a division's list as CSV, XLSX or JSON, so that reading it again gives the same rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from services_catalog.errors import CatalogError

HEADINGS = {
    "name": "事项名称",
    "item_code": "事项编码",
    "area_code": "区划代码",
    "group": "分组",
    "task_type": "事项类型代码",
    "task_type_name": "事项类型",
    "dept_code": "部门代码",
    "dept_name": "部门名称",
}
Rows = Iterable[Mapping[str, Any]]


class ListUnwritable(CatalogError):
    """The rows can not be written in that format; the text says which would do."""

    code = "list-unwritable"


def write_list(path: Path, rows: Rows) -> int:
    """Write the rows in the format that the name ends with; answers how many. Raises ListUnwritable."""
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".json": _write_json}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise ListUnwritable("文件名应以 .csv、.xlsx 或 .json 结尾")
    return writer(path, rows)


def _write_csv(path: Path, rows: Rows) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADINGS.values())
        return _count(writer.writerow(_cells(row)) for row in rows)


def _write_xlsx(path: Path, rows: Rows) -> int:
    """Every cell is text: codes keep their digits, and a name that begins with = is no formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("事项清单")
    sheet.append(list(HEADINGS.values()))
    number = 0
    for number, row in enumerate(rows, start=1):
        try:
            sheet.append([_text_cell(sheet, value) for value in _cells(row)])
        except IllegalCharacterError as error:
            raise ListUnwritable(
                f"第 {number} 行有表格存不下的字符，请用 CSV 或 JSON 格式"
            ) from error
    book.save(path)
    return number


def _write_json(path: Path, rows: Rows) -> int:
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"items": [')
        count = _count(stream.write(_object(number, row)) for number, row in enumerate(rows))
        stream.write("\n]}\n")
    return count


def _object(number: int, row: Mapping[str, Any]) -> str:
    told = {heading: row[column] for column, heading in HEADINGS.items()}
    return f"{',' if number else ''}\n{json.dumps(told, ensure_ascii=False)}"


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [row[column] for column in HEADINGS]


def _text_cell(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _count(done: Iterator[Any]) -> int:
    return sum(1 for _ in done)
