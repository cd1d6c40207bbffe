"""Lists of any length are read and reported on in little memory, whatever their format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from services_catalog.fault_log import FaultLog
from services_catalog.intake import inspect_list
from services_catalog.list_errors import ListUnreadable
from services_catalog.list_json import find_records
from tests.support.long_lists import write_long_list
from tests.support.processes import run_watched

ROWS = 20_000
MOST_GROWTH_MIB = 30.0
INSPECT = """
import json, sys
from pathlib import Path
from services_catalog.intake import inspect_list, list_local_items
path = Path(sys.argv[1])
report = inspect_list(path)
with open(sys.argv[2], "w", encoding="utf-8") as stream:
    stream.writelines(report.json_parts())
print(sum(1 for _ in list_local_items(path, report)))
"""


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx"])
def test_twenty_times_the_rows_need_hardly_more_memory(tmp_path: Path, suffix: str) -> None:
    peaks = []
    for rows in (ROWS // 20, ROWS):
        path = write_long_list(tmp_path / f"list-{rows}{suffix}", rows)
        report = tmp_path / f"{rows}.json"
        run = run_watched("-c", INSPECT, str(path), str(report))
        peaks.append(run.peak_mib)
        told = json.loads(report.read_text(encoding="utf-8"))
        assert told["rows"] == rows
        assert told["importable"] == int(run.printed) == rows - rows // 100
        assert len(told["faults"]) == sum(told["counts"].values()) > rows // 10
    print(f"{suffix}: {peaks[0]:.0f} MiB for {ROWS // 20} rows, {peaks[1]:.0f} MiB for {ROWS}")
    assert peaks[1] - peaks[0] < MOST_GROWTH_MIB


def test_a_code_that_every_row_has_is_told_once_a_row_in_few_words(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    rows = [{"事项名称": f"事项{number % 3}", "事项编码": "同一编码"} for number in range(1, 2001)]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    shared = [f for f in inspect_list(path).faults if f.code == "same-code-different-name"]
    assert [fault.row for fault in shared] == list(range(1, 2001))
    assert shared[0].reason.endswith("第 2、3、4、5、6等 行")
    assert shared[3].reason.endswith("第 1、2、3、5、6等 行")
    assert shared[-1].reason.endswith("第 1、2、3、4、5等 行")


@pytest.mark.parametrize(("count", "words"), [(2, "第 2 行"), (6, "第 2、3、4、5、6 行")])
def test_a_few_rows_with_one_code_are_all_named(count: int, words: str) -> None:
    log = FaultLog()
    for row in range(1, count + 1):
        log.name("编码", row, "事项")
    log.close()
    first = next(iter(log))
    assert (first.code, len(log)) == ("duplicate-row", count)
    assert words in first.reason


SCALARS = st.none() | st.booleans() | st.integers() | st.text()
CELLS = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(), SCALARS, max_size=2)
OBJECTS = st.dictionaries(st.text(), CELLS, max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.lists(OBJECTS, min_size=1, max_size=5), st.dictionaries(st.text(), CELLS, max_size=3))
def test_records_are_those_that_the_whole_document_holds(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, object]],
    around: dict[str, object],
) -> None:
    path = tmp_path_factory.mktemp("json") / "list.json"
    held = {key: value for key, value in around.items() if not isinstance(value, list)}
    for document in (rows, {**held, "items\n": rows}, {"empty": [], "few": [1], "items": rows}):
        path.write_text(json.dumps(document), encoding="utf-8")
        found = find_records(path)
        assert list(found) == rows
        assert set(found.keys) == {key for row in rows for key in row}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_json_of_other_encodings_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(json.dumps([{"事项名称": "失业登记"}], ensure_ascii=False).encode(encoding))
    assert list(find_records(path)) == [{"事项名称": "失业登记"}]


def test_a_list_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text('[{"事项名称": "一", "事项编码": "1"}, {"事项名', encoding="utf-8")
    with pytest.raises(ListUnreadable, match="请检查是否完整"):
        find_records(path)


def test_texts_that_a_workbook_shares_are_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["事项名称", "事项编码"])
    for number in range(50):
        book.active.append(["失业登记", f"编码-{number % 2}"])
    book.save(tmp_path / "list.xlsx")
    report = inspect_list(tmp_path / "list.xlsx")
    assert report.rows == 50
    assert report.counts["duplicate-row"] == 50
