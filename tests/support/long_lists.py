"""Lists of local items of any length, with the quirks of real ones at known places."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

HEADINGS = ("事项名称", "事项编码", "区划代码", "部门代码", "部门名称")
AREA = "511602"
FAULTY_EVERY, ODD_EVERY = 100, 7  # Rows without a name, and rows with halfwidth brackets.


def write_long_list(path: Path, rows: int) -> Path:
    """Write the list in the format that the name ends with."""
    {".csv": _csv, ".json": _json, ".xlsx": _xlsx}[path.suffix](path, rows)
    return path


def _cells(rows: int) -> Iterator[tuple[str, ...]]:
    for number in range(1, rows + 1):
        name = f"第{number}类地方事项登记" + ("(示例)" if number % ODD_EVERY == 0 else "")
        shown = "" if number % FAULTY_EVERY == 0 else name
        code = f"51{number:08d}-511602000000-000-11511602MB1C000000-1-00"
        yield shown, code, AREA, "11511602MB1C000000", f"示例{number % 40}局"


def _csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows(_cells(rows))


def _json(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"items": [')
        for number, cells in enumerate(_cells(rows)):
            row = dict(zip(HEADINGS, cells, strict=True))
            stream.write(f"{',' if number else ''}\n{json.dumps(row, ensure_ascii=False)}")
        stream.write("]}")


def _xlsx(path: Path, rows: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("事项清单")
    sheet.append(HEADINGS)
    for cells in _cells(rows):
        sheet.append(cells)
    book.save(path)
