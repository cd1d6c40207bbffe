"""District lists as they really are: every quirk reported with its mend, nothing guessed, nothing lost."""

from __future__ import annotations

import csv
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from services_catalog.intake import ListReport, inspect_list, list_local_items
from services_catalog.list_checks import comparable_name, split_local_code
from services_catalog.list_files import ListUnreadable

ZIYANG = Path(__file__).parent / "city_items_ziyang.json"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ORGAN = "11511301008778183N"
SOUND = {
    "序号": "1",
    "事项名称": "失业登记",
    "事项编码": f"511Z07001006-511602000000-000-{ORGAN}-1-00",
    "区划代码": "511602000000",
    "事项类型代码": "10",
    "事项类型": "其他行政权力",
    "部门代码": ORGAN,
    "部门": "区人社局",
}
Record = dict[str, Any]


def write_csv(path: Path, records: list[Record], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return path


def write_xlsx(path: Path, records: list[Record], above: tuple[str, ...] = ()) -> Path:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for title in above:
        sheet.append([title])
    sheet.append(list(records[0]))
    for record in records:
        sheet.append(list(record.values()))
    workbook.save(path)
    return path


def write_json(path: Path, records: list[Record]) -> Path:
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


def codes(report: ListReport) -> list[tuple[int, str]]:
    return sorted((fault.row, fault.code) for fault in report.faults)


def inspect_one(tmp_path: Path, **cells: str) -> list[str]:
    """The codes of the faults of one record that differs from a sound one."""
    report = inspect_list(write_csv(tmp_path / "one.csv", [SOUND | cells]))
    return [fault.code for fault in report.faults]


def test_the_real_list_of_ziyang_is_told_quirk_by_quirk() -> None:
    report = inspect_list(ZIYANG)
    document = json.loads(ZIYANG.read_text(encoding="utf-8"))
    expected = [
        (number, quirk)
        for number, item in enumerate(document["items"], start=1)
        for quirk in item["quirks"]
    ]
    assert codes(report) == sorted(expected)
    assert report.counts == dict(
        sorted(document["meta"]["quirk_counts"].items(), key=lambda pair: -pair[1])
    )
    assert (report.rows, report.ok, report.faulty) == (135, 62, 73)
    assert report.ignored_columns == ("quirks",)


def test_every_row_of_ziyang_can_be_taken_as_it_stands() -> None:
    report = inspect_list(ZIYANG)
    items = list(list_local_items(ZIYANG, report))
    raw = json.loads(ZIYANG.read_text(encoding="utf-8"))["items"]
    assert [(i.name, i.item_code, i.area_code, i.dept_code, i.group) for i in items] == [
        (r["name"], r["item_code"], r["area_code"], r["dept_code"], r["group"]) for r in raw
    ]
    shared = [item.name for item in items if item.item_code.startswith("511A0064100063-")]
    assert shared == ["非公司企业法人注销登记", "非公司企业法人分支机构注销登记"]


def test_a_report_has_the_agreed_shape() -> None:
    document = json.loads("".join(inspect_list(ZIYANG).json_parts()))
    assert {"rows", "ok", "faulty", "faults", "counts", "importable"} <= document.keys()
    assert document["rows"] == document["ok"] + document["faulty"]
    assert sum(document["counts"].values()) == len(document["faults"])
    for fault in document["faults"]:
        assert {"row", "column", "value", "code", "reason", "mend"} <= fault.keys()
        assert CHINESE.search(fault["reason"])
        assert CHINESE.search(fault["mend"])


def test_a_sound_row_has_nothing_to_tell(tmp_path: Path) -> None:
    assert inspect_one(tmp_path) == []


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("事项名称", "", ["name-missing"]),
        ("事项名称", "null", ["name-missing"]),
        ("事项名称", "字" * 1001, ["name-too-long"]),
        ("事项名称", " 失业登记", ["name-whitespace"]),
        ("事项名称", "失业\n登记", ["name-whitespace"]),
        ("事项名称", "失业\u200b登记", ["name-whitespace"]),
        ("事项名称", "失业\ue863登记", ["name-unreadable-character"]),
        ("事项名称", "失业登记（个人", ["paren-unbalanced"]),
        ("事项名称", "失业登记）", ["paren-unbalanced"]),
        ("事项名称", "《失业登记", ["paren-unbalanced"]),
        ("事项名称", "失业登记((个人))", ["paren-doubled", "paren-halfwidth"]),
        ("事项名称", "失业登记(个人）", ["paren-halfwidth"]),
        ("事项名称", "失业登记（个人（含农民工））", []),
        ("事项编码", "", ["code-missing"]),
        ("事项编码", "null", ["code-missing"]),
        ("事项编码", f"511Z07001006-511602000000-000-{ORGAN}-null-00", ["null-in-code"]),
        ("事项编码", "511Z07001006-511602000000-000-null-1-00",
         ["null-in-code", "dept-in-code-differs-from-deptCode", "organ-length"]),
        ("事项编码", "E-000004-001-11511301008778386B",
         ["code-shape", "type-differs-from-prefix"]),
        ("事项编码", "511Z07001006-511602000000-000-1151130100", ["code-truncated"]),
        ("事项编码", "511Z07001006-511602000000", ["code-truncated"]),
        ("事项编码", "1J-5100-00027-511602000000-000-00877868-5-1-00",
         ["dept-in-code-differs-from-deptCode", "organ-organisation-code"]),
        ("事项编码", "Z-000147-001-511602000000-000-008778685-1-00",
         ["dept-in-code-differs-from-deptCode", "organ-organisation-code"]),
        ("事项编码", "511Z07001006-511602000000-000-1151130-108778239R-1-00",
         ["dept-in-code-differs-from-deptCode", "organ-hyphen"]),
        ("事项编码", "511Z07001006-511602000000-000-0087786-1-00",
         ["dept-in-code-differs-from-deptCode", "organ-length"]),
        ("事项编码", "511Z07001006-511602000000-000-1151130100877-1-00",
         ["dept-in-code-differs-from-deptCode", "organ-length"]),
        ("事项编码", f"513A07001006-511602000000-000-{ORGAN}-1-00", []),
        ("事项编码", f"512B07001006-511602000000-000-{ORGAN}-1-00", ["type-differs-from-prefix"]),
        ("事项编码", f"511Z07001006-511602000000-000-{ORGAN}-A-00", ["code-shape"]),
        ("事项编码", f"511Z07001006 -511602000000-000-{ORGAN}-1-00", ["code-whitespace"]),
        ("事项编码", f"J-000007-001-511602000000-000-{ORGAN}-1-00", []),
        ("事项编码", f"G-000007-001-511602000000-000-{ORGAN}-1-00", ["type-differs-from-prefix"]),
        ("事项编码", f"511Z07001006-510000000000-000-{ORGAN}-1-00",
         ["area-in-code-differs-from-areaCode"]),
        ("区划代码", "511602", []),
        ("区划代码", "5116", ["area-in-code-differs-from-areaCode", "area-malformed"]),
        ("区划代码", "null", ["null-in-cell", "area-in-code-differs-from-areaCode"]),
        ("部门代码", "115113010833722043", ["dept-in-code-differs-from-deptCode"]),
        ("部门代码", "1151130108778239R",
         ["dept-in-code-differs-from-deptCode", "dept-one-short"]),
        ("部门代码", "TE5116020105116050",
         ["dept-in-code-differs-from-deptCode", "dept-registrar"]),
        ("部门代码", "11511301452259996u",
         ["dept-in-code-differs-from-deptCode", "dept-charset"]),
        ("部门代码", "11511301008778183P",
         ["dept-in-code-differs-from-deptCode", "dept-check-digit"]),
        ("部门代码", "", []),
        ("事项类型代码", "0", ["type-unknown"]),
        ("事项类型代码", "99x", ["type-unknown"]),
        ("事项类型代码", "1", ["type-name-differs-from-type", "type-differs-from-prefix"]),
        ("事项类型代码", "21", []),
        ("部门", "", []),
    ],
)  # fmt: skip
def test_each_quirk_has_its_code(
    tmp_path: Path, column: str, value: str, expected: list[str]
) -> None:
    assert sorted(inspect_one(tmp_path, **{column: value})) == sorted(expected)


def test_only_what_leaves_nothing_to_take_is_rejected(tmp_path: Path) -> None:
    records = [
        SOUND,
        SOUND | {"事项名称": ""},
        SOUND | {"事项编码": ""},
        SOUND | {"事项名称": "（失业登记", "事项编码": "x"},
    ]
    path = write_csv(tmp_path / "list.csv", records)
    report = inspect_list(path)
    assert list(report.faults.rejected()) == [2, 3]
    assert json.loads("".join(report.json_parts()))["importable"] == 2
    assert [item.row for item in list_local_items(path, report)] == [1, 4]


def test_one_code_for_two_items_is_told_on_both_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [SOUND, SOUND | {"事项名称": "就业登记"}])
    faults = list(inspect_list(path).faults)
    assert [(f.row, f.code, f.reason) for f in faults] == [
        (1, "same-code-different-name", "同一编码用于不同的事项：第 2 行"),
        (2, "same-code-different-name", "同一编码用于不同的事项：第 1 行"),
    ]


def test_names_are_brought_to_one_form_for_comparison_only(tmp_path: Path) -> None:
    wide, narrow = "失业登记（个人）", "失业登记 (个人)"
    path = write_csv(
        tmp_path / "list.csv", [SOUND | {"事项名称": wide}, SOUND | {"事项名称": narrow}]
    )
    report = inspect_list(path)
    assert comparable_name(wide) == comparable_name(narrow)
    assert [f.row for f in report.faults if f.code == "duplicate-row"] == [1, 2]
    assert [item.name for item in list_local_items(path, report)] == [wide, narrow]


def test_departments_are_known_by_name_with_all_their_codes(tmp_path: Path) -> None:
    records = [SOUND, SOUND | {"部门代码": "115113010833722043", "事项编码": "511Z07001007"}]
    report = inspect_list(write_csv(tmp_path / "list.csv", records))
    assert report.departments == {"区人社局": [ORGAN, "115113010833722043"]}


def test_areas_are_looked_up_where_the_divisions_are_given(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [SOUND])
    assert list(inspect_list(path, {"511602"}).faults) == []
    assert [f.code for f in inspect_list(path, {"510107"}).faults] == ["area-unknown"]


def test_parts_of_a_code_are_found_although_they_hold_hyphens() -> None:
    parts = split_local_code("512C0107400001-511602000000-000-00877868-5-1-00")
    assert parts is not None
    assert (parts.base, parts.area, parts.organ) == ("512C0107400001", "511602000000", "00877868-5")
    assert split_local_code("E-000004-001-11511301008778386B") is None


def county_list() -> list[Record]:
    """A county list with the shapes and the share of dirt that STANDARDS describes for a real one."""
    organs = [ORGAN] * 981
    organs += ["1151130108778239R"] * 91 + ["00877907-1"] * 28 + ["008779070"] * 15
    organs += ["1151130100877"] * 8 + ["0087786"] + ["11511301008778183P"] * 8
    rows = [
        SOUND
        | {"序号": str(n), "事项名称": f"事项{n}", "部门代码": "", "事项类型代码": "1", "事项类型": "行政许可",
           "事项编码": f"511A{n:07d}000-511602000000-000-{organ}-{1 + n % 2}-00"}
        for n, organ in enumerate(organs, start=1)
    ]  # fmt: skip
    return rows + [
        SOUND
        | {
            "序号": str(n),
            "事项名称": f"事项{n}",
            "事项编码": f"Z-000147-{n}-511602000000-000-1151",
        }
        for n in range(1133, 1136)
    ]


@pytest.mark.parametrize(
    ("name", "write"),
    [("l.csv", write_csv), ("l.xlsx", write_xlsx), ("l.json", write_json)],
)
def test_a_county_list_is_read_alike_in_every_format(
    tmp_path: Path, name: str, write: Callable[[Path, list[Record]], Path]
) -> None:
    path = write(tmp_path / name, county_list())
    started = time.perf_counter()
    report = inspect_list(path, {"511602"})
    print(f"\n{name}: {report.rows} rows in {time.perf_counter() - started:.2f} s")
    assert (report.rows, report.faulty, report.rejected) == (1135, 154, 0)
    assert report.counts == {
        "organ-one-short": 91,
        "organ-organisation-code": 43,
        "organ-length": 9,
        "organ-check-digit": 8,
        "code-truncated": 3,
    }
    assert len(list(list_local_items(path, report))) == 1135


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_that_spreadsheets_save(
    tmp_path: Path, encoding: str
) -> None:
    path = write_csv(tmp_path / "list.csv", [SOUND | {"事项名称": "䶮城失业登记"}], encoding)
    report = inspect_list(path)
    assert report.encoding == ("gb18030" if encoding == "gb18030" else "utf-8-sig")
    assert [item.name for item in list_local_items(path, report)] == ["䶮城失业登记"]


def test_a_tab_separated_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("\t".join(SOUND) + "\n" + "\t".join(SOUND.values()) + "\n", encoding="utf-8")
    assert (inspect_list(path).rows, list(inspect_list(path).faults)) == (1, [])


def test_titles_above_the_header_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    empty = dict.fromkeys(SOUND)
    path = write_xlsx(
        tmp_path / "l.xlsx", [SOUND, empty, SOUND | {"事项名称": ""}], ("某区事项清单", "")
    )
    report = inspect_list(path)
    assert report.rows == 2
    assert codes(report) == [(2, "name-missing")]


def test_a_code_that_a_spreadsheet_turned_into_a_number_is_not_trusted(tmp_path: Path) -> None:
    record: Record = SOUND | {"部门代码": 115113010833722043, "区划代码": 511602000000}
    report = inspect_list(write_xlsx(tmp_path / "list.xlsx", [record]))
    assert "digits-lost" in {fault.code for fault in report.faults if fault.column == "dept_code"}
    assert not [fault for fault in report.faults if fault.column == "area_code"]


def test_a_row_with_more_cells_than_the_header_is_rejected(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [SOUND])
    with path.open("a", encoding="utf-8") as stream:
        stream.write(",".join([*SOUND.values(), "多出的一格"]) + "\n")
    report = inspect_list(path)
    assert (2, "row-too-long") in codes(report)
    assert list(report.faults.rejected()) == [2]


def test_an_address_yields_the_columns_that_the_list_does_not_have(tmp_path: Path) -> None:
    code = str(SOUND["事项编码"])
    link = f"https://example.invalid/guide?itemCode={code}&taskType=10&deptCode={ORGAN}&areaCode=511602000000"
    path = write_json(tmp_path / "list.json", [{"name": "失业登记", "url": link}])
    report = inspect_list(path)
    (item,) = list_local_items(path, report)
    assert (item.item_code, item.task_type, item.dept_code) == (code, "10", ORGAN)
    assert list(report.faults) == []


def test_what_no_database_can_hold_is_rejected_and_still_reported(tmp_path: Path) -> None:
    bad = SOUND | {"事项名称": "失业\x00登记", "部门": "人社\x00局"}
    path = tmp_path / "list.json"
    path.write_text(json.dumps([SOUND, bad]), encoding="ascii")
    report = inspect_list(path)
    assert report.rejected == 1
    assert report.counts["cell-unstorable"] == 2
    assert "".join(report.json_parts()).encode()


CELLS = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.booleans(), st.lists(st.text()),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text("0123456789ABCXZ-null()（） \n\x00\ud800", max_size=60),
    st.sampled_from([str(value) for value in SOUND.values()]),
)  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from([*SOUND, "url", "list"]), CELLS), max_size=6))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_list_is_dirty_enough_to_lose_a_row(tmp_path: Path, records: list[Record]) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps([SOUND, *records]), encoding="ascii")
    report = inspect_list(path)
    assert report.rows == 1 + len(records) == report.ok + report.faulty
    assert "".join(report.json_parts()).encode()
    kept = list(list_local_items(path, report))
    lost = set(range(1, report.rows + 1)) - {item.row for item in kept}
    assert lost == set(report.faults.rejected())
    assert all(item.name.strip() and item.item_code.strip() for item in kept)


def test_a_json_value_that_is_no_text_is_told(tmp_path: Path) -> None:
    record = {"name": ["失业登记"], "item_code": SOUND["事项编码"], "number": 7}
    report = inspect_list(write_json(tmp_path / "list.json", [record]))
    assert "cell-not-text" in {fault.code for fault in report.faults}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.pdf", b"%PDF-1.7", "请提供 CSV、XLSX 或 JSON 文件"),
        ("list.csv", b"", "没有找到表头"),
        ("list.csv", "姓名,电话\n张三,1\n".encode(), "没有找到表头"),
        ("list.csv", b"\xff\xfe\xff\xff\xff", "文字编码无法识别"),
        ("list.csv", '事项名称,事项编码\n"失业'.encode(), "不是有效的 CSV"),
        ("list.xlsx", b"PK\x03\x04broken", "不是有效的 XLSX 文件"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0encrypted", "不是有效的 XLSX 文件"),
        ("list.json", b"{", "不是有效的 JSON"),
        ("list.json", b"[" * 100_000, "不是有效的 JSON"),
        ("list.json", b'{"a": 1}', "没有事项列表"),
        ("list.json", b"[]", "没有事项列表"),
        ("list.json", b'[{"label": "x"}]', "至少要有事项名称和事项编码"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ListUnreadable, match=words):
        inspect_list(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListUnreadable, match="没有找到文件"):
        inspect_list(tmp_path / "none.csv")


def test_progress_is_told_while_reading(tmp_path: Path) -> None:
    heard: list[int] = []
    path = write_csv(tmp_path / "list.csv", county_list() * 2)
    report = inspect_list(path, progress=heard.append)
    assert heard == [1000, 2000]
    assert Counter(f.code for f in report.faults)["duplicate-row"] == 2270
