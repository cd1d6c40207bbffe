"""Opens a district's list of items as CSV, XLSX or JSON and yields its rows as plain text, one by one.

It knows what columns may be called and nothing of what stands in them; whether a cell is right is judged elsewhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from services_catalog.list_errors import ListUnreadable
from services_catalog.list_json import find_records
from services_catalog.list_sheets import sheet_records

__all__ = ["ListFile", "ListUnreadable", "RawRow", "open_list"]

HEADER_DEPTH = 10  # A title and a few notes may stand above the header.
LARGEST_EXACT = 10**15  # Spreadsheets keep 15 digits of a number.
CHUNK = 1 << 20
ALIASES = {
    "number": ("number", "no", "序号"),
    "group": ("group", "分组", "类别", "分类", "主项", "主项名称"),
    "name": (
        "name", "itemname", "taskname", "title", "事项", "事项名称", "名称", "办理项名称", "业务办理项名称",
        "政务服务事项名称",
    ),
    "item_code": (
        "itemcode", "taskcode", "localtaskcode", "code", "编码", "事项编码", "事项代码", "实施编码", "地方事项编码",
        "事项实施编码", "业务办理项编码",
    ),
    "area_code": ("areacode", "区划代码", "区划编码", "行政区划", "行政区划代码"),
    "task_type": ("tasktype", "事项类型代码", "事项类型编码", "类型代码"),
    "task_type_name": ("tasktypename", "事项类型", "类型"),
    "dept_code": (
        "deptcode", "orgcode", "部门代码", "部门编码", "实施主体代码", "实施主体编码", "机构代码",
    ),
    "dept_name": (
        "dept", "deptname", "orgname", "department", "部门", "部门名称", "实施主体", "实施主体名称", "实施机关",
        "实施部门",
        "办理部门", "责任部门", "所属部门", "主管部门",
    ),
    "url": ("url", "link", "href", "链接", "网址", "办事指南链接", "办事指南"),
}  # fmt: skip
COLUMN_OF = {alias: column for column, aliases in ALIASES.items() for alias in aliases}
UNSTORABLE = "\x00"  # What a database can not hold as text.
PUNCTUATION = re.compile(r"[\s_\-（）()：:*]+")


@dataclass(frozen=True)
class RawRow:
    """One record: its number from 1, its line in the file where it has one, its cells as text by column.

    ``strays`` are columns whose cell was not text or lost digits, with the reason.
    """

    number: int
    line: int | None
    cells: Mapping[str, str]
    strays: Mapping[str, str]


@dataclass(frozen=True)
class ListFile:
    """An opened list. ``columns`` tells which heading was read as which column; ``ignored`` headings were not."""

    format: str
    encoding: str
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    rows: Iterator[RawRow]


def open_list(path: Path) -> ListFile:
    """Open a list by its content's kind. Raises ListUnreadable, also later while rows are read."""
    readers = {".csv": _open_csv, ".tsv": _open_csv, ".xlsx": _open_xlsx, ".json": _open_json}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ListUnreadable("请提供 CSV、XLSX 或 JSON 文件")
    if not path.is_file():
        raise ListUnreadable(f"没有找到文件 {path.name}")
    return reader(path)


def _open_csv(path: Path) -> ListFile:
    encoding = _encoding(path)
    return _table("csv", encoding, _csv_records(path, encoding))


def _open_xlsx(path: Path) -> ListFile:
    return _table("xlsx", "", sheet_records(path))


def _open_json(path: Path) -> ListFile:
    records = find_records(path)
    columns = _recognise(records.keys)
    rows = (
        _row(number, None, {columns[key]: value for key, value in record.items() if key in columns})
        for number, record in enumerate(records, start=1)
    )
    return ListFile("json", "utf-8", columns, _ignored(records.keys, columns), rows)


def _encoding(path: Path) -> str:
    """UTF-8, or what Chinese spreadsheets save otherwise."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(CHUNK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise ListUnreadable("文字编码无法识别，请另存为 UTF-8 编码的 CSV")


def _csv_records(path: Path, encoding: str) -> Iterator[tuple[int, Sequence[Any]]]:
    with path.open(encoding=encoding, newline="") as stream:
        first = stream.readline()
        stream.seek(0)
        delimiter = "\t" if first.count("\t") > first.count(",") else ","
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise ListUnreadable(f"第 {reader.line_num} 行不是有效的 CSV") from error


def _table(kind: str, encoding: str, records: Iterator[tuple[int, Sequence[Any]]]) -> ListFile:
    """A list whose header is the first of the topmost lines that names the columns needed."""
    for _, cells in islice(records, HEADER_DEPTH):
        headings = ["" if cell is None else str(cell).strip() for cell in cells]
        try:
            columns = _recognise(headings)
        except ListUnreadable:
            continue
        rows = _table_rows(headings, columns, records)
        return ListFile(kind, encoding, columns, _ignored(headings, columns), rows)
    raise ListUnreadable("没有找到表头：至少要有“事项名称”和“事项编码”两列")


def _table_rows(
    headings: list[str], columns: Mapping[str, str], records: Iterable[tuple[int, Sequence[Any]]]
) -> Iterator[RawRow]:
    number = 0
    for line, cells in records:
        if all(cell is None or not str(cell).strip() for cell in cells):
            continue
        number += 1
        named = zip(headings, cells, strict=False)
        known = {columns[heading]: cell for heading, cell in named if heading in columns}
        extra = any(str(cell or "").strip() for cell in cells[len(headings) :])
        yield _row(number, line, known, too_long=extra)


def _recognise(headings: Iterable[str]) -> dict[str, str]:
    """Heading → column, the first heading of each column. Raises ListUnreadable without name or code."""
    columns: dict[str, str] = {}
    for heading in headings:
        column = COLUMN_OF.get(_plain(heading))
        if column is not None and column not in columns.values():
            columns[heading] = column
    found = set(columns.values())
    if "name" not in found or not found & {"item_code", "url"}:
        raise ListUnreadable("至少要有事项名称和事项编码")
    return columns


def _plain(heading: str) -> str:
    return PUNCTUATION.sub("", heading).lower()


def _ignored(headings: Iterable[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(heading for heading in headings if heading and heading not in columns)


def _row(
    number: int, line: int | None, known: Mapping[str, Any], *, too_long: bool = False
) -> RawRow:
    cells, strays = {}, {"": "row-too-long"} if too_long else {}
    for column, value in known.items():
        cells[column], stray = _text(value)
        if stray:
            strays[column] = stray
    linked = _from_link(cells.get("url", ""))
    return RawRow(number, line, {**linked, **{k: v for k, v in cells.items() if v}}, strays)


def _text(value: Any) -> tuple[str, str]:
    """A cell as text, and what is wrong with its kind."""
    if value is None:
        return "", ""
    if isinstance(value, str):
        storable = value.replace(UNSTORABLE, "\ufffd")
        return storable, "" if storable == value else "cell-unstorable"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value), "digits-lost" if value >= LARGEST_EXACT else ""
    return str(value).replace(UNSTORABLE, "\ufffd"), "cell-not-text"


def _from_link(url: str) -> dict[str, str]:
    """What the address of an item tells in its parameters."""
    try:
        parameters = parse_qsl(urlsplit(url).query)
    except ValueError:
        return {}
    found = ((COLUMN_OF.get(_plain(key)), value) for key, value in parameters)
    return {
        column: value
        for column, value in found
        if column in ("item_code", "area_code", "task_type", "dept_code")
    }
