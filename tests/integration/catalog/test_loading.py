"""Loading: everything or nothing, once or many times, and every fault in one go."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from services_catalog import queries
from services_catalog.errors import (
    CatalogFileInvalid,
    ItemCancelled,
    UnknownAuthority,
    UnknownDistrict,
    UnknownItem,
)
from services_catalog.loading import LoadReport, load_catalogue
from services_catalog.models import Authority, CatalogState, District, ItemVersion, ServiceItem
from services_catalog.orm import Base
from services_catalog.routing import RoutingFacts

Begin = sessionmaker[Session]
Row = dict[str, str]
FIRST, LATER = date(2026, 11, 21), date(2026, 12, 1)
WUHOU_BUREAU = "成都市武侯区行政审批局"
WUHOU_MARKET = "成都市武侯区市场监督管理局"


def rewrite(path: Path, change: Callable[[list[Row]], object]) -> None:
    """Change the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def put(path: Path, key: str, **cells: str) -> None:
    """Change cells of the row that begins with ``key``."""

    def change(rows: list[Row]) -> None:
        for row in rows:
            if next(iter(row.values())) == key:
                row.update(cells)

    rewrite(path, change)


def drop(path: Path, key: str) -> None:
    """Leave out the row that begins with ``key``."""
    rewrite(path, lambda rows: rows.remove(next(r for r in rows if key in r.values())))


def load(begin: Begin, folder: Path, on: date = FIRST) -> LoadReport:
    with begin.begin() as session:
        return load_catalogue(session, folder, today=on)


def content(begin: Begin) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the catalogue."""
    with begin() as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
            if table.name.startswith("catalog_")
        }


def faults_of(begin: Begin, folder: Path) -> list[tuple[str, int, str, str, str]]:
    with pytest.raises(CatalogFileInvalid) as caught:
        load(begin, folder)
    return [(f.file, f.line, f.column, f.value, f.reason) for f in caught.value.faults]


@pytest.mark.both_databases
def test_the_shipped_catalogue_loads_once_and_for_all(begin: Begin, folder: Path) -> None:
    started = time.perf_counter()
    report = load(begin, folder)
    took = time.perf_counter() - started
    print(f"\n{report}, {took:.2f} s")
    assert (report.items, report.divisions) == (311, 253)
    assert took < 10
    before = content(begin)
    assert len(before["catalog_item"]) == len(before["catalog_item_version"]) == 311
    assert len(before["catalog_district"]) == 253
    assert len(before["catalog_authority"]) == report.authorities
    again = load(begin, folder, LATER)
    assert again.changed == 0
    assert content(begin) == before


def test_every_fault_of_every_file_is_reported_in_one_go(begin: Begin, folder: Path) -> None:
    items, divisions = folder / "catalogue_311.csv", folder / "divisions.csv"
    put(items, "5", audience="all", legal_days="soon")
    put(items, "6", name="", routing_fact="某地", modes="传真")
    put(items, "7", seq="8")
    put(divisions, "510107", parent_code="510199", name=" ")
    put(divisions, "500106", level="district", code="50010")
    put(folder / "cancelled_items.csv", "185", cancelled_on="2022-13-01", reason="")
    put(folder / "approval_bureaus.csv", "511602", division_code="511699", source="")
    put(folder / "registrar_levels.csv", "38", level="city", province="湖北省")
    put(folder / "organ_names.csv", "公证处", pattern="{city}公证处")
    assert faults_of(begin, folder) == [
        ("approval_bureaus.csv", 3, "division_code", "511699", "没有这个区划"),
        ("approval_bureaus.csv", 3, "source", "", "不能为空"),
        ("cancelled_items.csv", 2, "cancelled_on", "2022-13-01", "应为日期，如 2022-12-30"),
        ("cancelled_items.csv", 2, "reason", "", "不能为空"),
        ("catalogue_311.csv", 1, "seq", "7", "缺少这一项"),
        ("catalogue_311.csv", 6, "audience", "all", "应为 个人、法人、both 之一"),
        ("catalogue_311.csv", 6, "legal_days", "soon", "应为整数或留空"),
        ("catalogue_311.csv", 7, "name", "", "不能为空"),
        ("catalogue_311.csv", 7, "routing_fact", "某地", ROUTING_FACT_REASON),
        ("catalogue_311.csv", 7, "modes", "传真", "没有“传真”这种办理方式"),
        ("catalogue_311.csv", 8, "seq", "8", "与其他行重复"),
        ("catalogue_311.csv", 9, "seq", "8", "与其他行重复"),
        ("catalogue_311_notes.csv", 8, "seq", "7", "没有这个事项"),
        ("divisions.csv", 30, "code", "50010", "应为 6 位数字"),
        ("divisions.csv", 30, "level", "district", LEVEL_REASON),
        ("divisions.csv", 66, "name", " ", "不能为空"),
        ("divisions.csv", 66, "parent_code", "510199", "没有这个上级区划"),
        ("organ_names.csv", 8, "pattern", "{city}公证处", "只能使用 {place}、{parent}、{name}"),
        *(
            ("registrar_levels.csv", line, column, value, reason)
            for line in (2, 3, 4)
            for column, value, reason in (
                ("province", "湖北省", "应为 四川省、重庆市 之一"),
                ("level", "city", "应为 county、prefecture、province 之一"),
            )
        ),
    ]
    assert all(rows == [] for rows in content(begin).values())


LEVEL_REASON = "应为 county、prefecture、province、functional 之一"
ROUTING_FACT_REASON = (
    "应为 参保地、发证机关所在地、营业场所所在地、户籍所在地、常住地、迁入地、受理地、登记机关所在地、"
    "用人单位所在地、缴存地、项目所在地、移出地、车辆登记地、不动产所在地、税务登记地、事发地、"
    "驾驶证核发地、档案保管地、运达地、学校所在地 之一"
)


@pytest.mark.both_databases
def test_one_bad_row_leaves_a_loaded_catalogue_as_it_was(begin: Begin, folder: Path) -> None:
    load(begin, folder)
    before = content(begin)
    put(folder / "catalogue_311.csv", "37", name="改了名字的事项")
    put(folder / "divisions.csv", "510107", name="改了名字的区")
    put(folder / "catalogue_311.csv", "311", promised_days="-1")
    assert faults_of(begin, folder) == [
        ("catalogue_311.csv", 312, "promised_days", "-1", "应为整数或留空")
    ]
    assert content(begin) == before


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda path: path.unlink(), (1, "", "文件不存在")),
        (lambda path: path.write_bytes(b"code,name\n\xcf\xcf,x\n"), (2, "", "不是 UTF-8 编码")),
        (lambda path: path.write_text("code,name\n"), (1, "level", "缺少这一列")),
        (
            lambda path: path.write_text(
                path.read_text(encoding="utf-8").replace("510107,武侯区,", "510107,武侯区,,", 1),
                encoding="utf-8",
            ),
            (66, "", "列数与表头不符"),
        ),
        (
            lambda path: path.write_text(
                path.read_text(encoding="utf-8") + '"unfinished', encoding="utf-8"
            ),
            (254, "", "不是有效的 CSV：unexpected end of data"),
        ),
    ],
    ids=["missing", "encoding", "column", "ragged", "quote"],
)
def test_a_broken_file_is_a_fault_like_any_other(
    begin: Begin, folder: Path, spoil: Callable[[Path], object], fault: tuple[int, str, str]
) -> None:
    spoil(folder / "divisions.csv")
    found = [(line, column, reason) for _, line, column, _, reason in faults_of(begin, folder)]
    assert fault in found
    assert all(rows == [] for rows in content(begin).values())


def test_a_file_with_a_byte_order_mark_is_read(begin: Begin, folder: Path) -> None:
    path = folder / "catalogue_311.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(begin, folder).items == 311


def test_what_was_loaded_is_never_left_out(begin: Begin, folder: Path) -> None:
    load(begin, folder)
    drop(folder / "catalogue_311.csv", "311")
    drop(folder / "catalogue_311_notes.csv", "311")
    drop(folder / "divisions.csv", "513437")
    lost = "数据库中已有，文件中不能缺少"
    assert faults_of(begin, folder) == [
        ("catalogue_311.csv", 1, "seq", "311", lost),
        ("divisions.csv", 1, "code", "513437", lost),
    ]


@pytest.mark.both_databases
def test_a_changed_row_makes_a_new_version_and_retires_the_former(
    begin: Begin, folder: Path
) -> None:
    load(begin, folder)
    with begin() as session:
        former = queries.get_item(session, 37)
        digest = session.scalar(select(CatalogState.digest))
    put(folder / "catalogue_311.csv", "37", aliases="开分公司", promised_days="2")
    assert load(begin, folder, LATER).changed == 1
    with begin() as session:
        item = queries.get_item(session, 37, LATER)
        versions = session.scalars(
            select(ItemVersion).where(ItemVersion.item_seq == 37).order_by(ItemVersion.version)
        ).all()
        assert session.scalar(select(CatalogState.digest)) != digest
    assert (item.aliases, item.promised_days) == (("开分公司",), 2)
    assert item.version_id != former.version_id
    assert [(v.version, v.status, v.effective_from, v.effective_to) for v in versions] == [
        (1, "retired", date(2020, 12, 31), date(2026, 11, 30)),
        (2, "published", LATER, None),
    ]
    assert versions[0].id == former.version_id
    assert versions[0].content["promised_days"] == former.promised_days
    assert load(begin, folder, LATER).changed == 0


def test_a_renamed_division_is_updated_in_place(begin: Begin, folder: Path) -> None:
    load(begin, folder)
    put(folder / "divisions.csv", "510129", name="大邑区")
    load(begin, folder, LATER)
    with begin() as session:
        district = queries.get_district(session, "510129")
        assert (district.name, district.full_name) == ("大邑区", "四川省成都市大邑区")
        answer = queries.route_item(session, 37, RoutingFacts("510129"))
    assert answer.authority_name == "成都市大邑区市场监督管理局"


def test_an_authority_that_no_file_names_any_more_ends(begin: Begin, folder: Path) -> None:
    load(begin, folder)
    bureaus = (folder / "approval_bureaus.csv").read_text(encoding="utf-8")
    drop(folder / "approval_bureaus.csv", "510107")
    assert load(begin, folder, LATER).changed == 1
    with begin() as session:
        ended = session.scalars(select(Authority).where(Authority.name == WUHOU_BUREAU)).one()
        assert ended.ended_on == LATER
        answer = queries.route_item(session, 37, RoutingFacts("510107"))
        assert answer.authority_name == WUHOU_MARKET
    (folder / "approval_bureaus.csv").write_text(bureaus, encoding="utf-8")
    assert load(begin, folder, LATER).changed == 1
    with begin() as session:
        answer = queries.route_item(session, 37, RoutingFacts("510107"))
    assert answer.authority_name == WUHOU_BUREAU


def test_a_functional_area_gets_an_authority_by_a_row_with_a_source(
    begin: Begin, folder: Path
) -> None:
    row = "500171,市场监督管理局,重庆两江新区市场监督管理局,某公告\n"
    with (folder / "area_authorities.csv").open("a", encoding="utf-8") as stream:
        stream.write(row)
    load(begin, folder)
    with begin() as session:
        answer = queries.route_item(session, 37, RoutingFacts("500171"))
    assert answer.authority_name == "重庆两江新区市场监督管理局"


def test_two_authorities_of_one_name_are_refused(begin: Begin, folder: Path) -> None:
    put(folder / "approval_bureaus.csv", "511602", name=WUHOU_BUREAU)
    assert faults_of(begin, folder) == [
        ("organ_names.csv", 1, "pattern", WUHOU_BUREAU, f"与其他机关同名({division})")
        for division in ("510107", "511602")
    ]


def test_a_new_reason_of_cancellation_reaches_running_processes(begin: Begin, folder: Path) -> None:
    load(begin, folder)
    with begin() as session:
        digest = session.scalar(select(CatalogState.digest))
    put(folder / "cancelled_items.csv", "185", reason="已取消，无需备案")
    assert load(begin, folder, LATER).changed == 1
    with begin() as session:
        assert session.scalar(select(CatalogState.digest)) != digest
        with pytest.raises(ItemCancelled, match="已取消，无需备案"):
            queries.route_item(session, 185, RoutingFacts("510107"))


@pytest.mark.both_databases
def test_what_is_loaded_can_be_asked(begin: Begin, folder: Path) -> None:
    load(begin, folder)
    with begin() as session:
        items = queries.list_items(session)
        assert [item.seq for item in items] == list(range(1, 312))
        assert {item.seq for item in items if item.status == "已取消"} == {185, 286}
        assert queries.find_item(session, 312) is None
        with pytest.raises(UnknownItem):
            queries.get_item(session, 312)
        with pytest.raises(UnknownDistrict):
            queries.get_district(session, "999999")
        with pytest.raises(UnknownAuthority):
            queries.get_authority(session, "11510107DM00000000")
        bureau = session.scalars(select(Authority).where(Authority.name == WUHOU_BUREAU)).one()
        assert queries.get_authority(session, bureau.code).demo
        assert queries.route_item(session, 37, RoutingFacts("510107")).authority_code == bureau.code
        assert session.scalar(select(func.count()).select_from(District)) == 253
        assert session.get_one(ServiceItem, 185).cancelled_on == date(2022, 12, 30)
