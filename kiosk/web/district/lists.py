"""A district's own list: look it over first, take it in, then say row by row which shared item it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalog_desk import local_lists as desk
from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.tables import table
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.intake import ListReport
from services_catalog.list_checks import ERROR, ListFault
from services_catalog.local_items import find_current, list_rows

bp = Blueprint("district_lists", __name__, url_prefix="/district/lists")
FORMATS = ("csv", "xlsx", "json")
COLUMN_WORDS = {
    "number": "序号",
    "group": "分组",
    "name": "事项名称",
    "item_code": "事项编码",
    "area_code": "区划代码",
    "task_type": "事项类型代码",
    "task_type_name": "事项类型",
    "dept_code": "部门编码",
    "dept_name": "部门名称",
    "url": "链接",
}
FAULT_HEADINGS = ("行", "列", "内容", "能否导入", "问题", "怎样改")
FAULTS_SHOWN = 200
ROWS_SHOWN = 20


@bp.get("")
@requires(Role.EDITOR)
def show() -> str:
    """The list in use, and where the next one is brought in."""
    return _lists_page(None)


@bp.post("/inspection")
@requires(Role.EDITOR)
def inspect() -> Response:
    """The dry run: every fault with its mend; nothing is taken in."""
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InputInvalid(fields={"file": ["请选择清单文件"]})
        ending = _ending(upload.filename)
        kept = current_app.extensions["files"].put(upload.read())
        with _stored(kept, ending) as path:
            report = desk.inspect(path)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_lists_page(told), told.status)
    shown = list(islice(report.faults, FAULTS_SHOWN))
    return make_response(
        render_template(
            "district/inspection.html",
            report=report,
            shown=shown,
            columns=COLUMN_WORDS,
            kinds=_kinds(report),
            kept=kept,
            ending=ending,
            division=_division(),
            name=upload.filename,
        )
    )


@bp.post("/faults")
@requires(Role.EDITOR)
def export_faults() -> Response:
    """Every fault of what was looked over, as a table to mend the list by."""
    try:
        with _looked_over() as path:
            report = desk.inspect(path)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_lists_page(told), told.status)
    return table("faults.csv", FAULT_HEADINGS, map(_cells, report.faults))


@bp.post("/import")
@requires(Role.EDITOR)
def take_in() -> Response:
    """Take in what was looked over."""
    try:
        with _looked_over() as path:
            done = desk.import_list(
                path,
                desk.inspect(path),
                _division(),
                accept_good=request.form.get("accept_good") == "yes",
                actor=current_actor(),
                now=now(),
            )
    except REFUSALS as error:
        told = refused(error)
        return make_response(_lists_page(told), told.status)
    return redirect(url_for("district_lists.show_rows", taken=done.taken), 303)


@bp.get("/rows")
@requires(Role.EDITOR)
def show_rows() -> str:
    """Rows without a shared item, each with what it may be."""
    return _rows_page(None)


@bp.post("/rows/<int:row>")
@requires(Role.EDITOR)
def map_row(row: int) -> Response:
    """A person says which item of the shared lists a row is, or that it is none."""
    chosen = request.form.get("item", "")
    try:
        seq = int(chosen) if chosen.isdecimal() and len(chosen) < 6 else None
        desk.map_row(_division(), row, seq, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_rows_page(told), told.status)
    return redirect(url_for("district_lists.show_rows", after=_after(), mapped=row), 303)


def _lists_page(told: Refused | None) -> str:
    with reading() as session:
        current = find_current(session, _division())
        report: dict[str, Any] = dict(current.report) if current else {}
    return render_template(
        "district/lists.html",
        division=_division(),
        place=catalogue().world.districts[_division()].name,
        current=current,
        report=report,
        refused=told,
    )


def _rows_page(told: Refused | None) -> str:
    with reading() as session:
        rows = list_rows(session, _division(), after=_after(), limit=ROWS_SHOWN + 1, unmapped=True)
    proposed = list(desk.propose_for(catalogue(), rows[:ROWS_SHOWN]))
    names = {seq: item.name for seq, item in catalogue().items.items()}
    more = rows[ROWS_SHOWN - 1].row if len(rows) > ROWS_SHOWN else None
    return render_template(
        "district/rows.html",
        proposed=proposed,
        names=names,
        more=more,
        after=_after(),
        refused=told,
        taken=request.args.get("taken", ""),
    )


def _cells(fault: ListFault) -> tuple[object, ...]:
    can = "不能导入" if fault.severity == ERROR else "可以导入"
    column = COLUMN_WORDS.get(fault.column, fault.column)
    return (fault.row, column, fault.value, can, fault.reason, fault.mend)


def _kinds(report: ListReport) -> list[tuple[str, str, int]]:
    """Each kind of fault in the words of its first example, its mend, and how often it occurs."""
    first: dict[str, ListFault] = {}
    for fault in report.faults:
        first.setdefault(fault.code, fault)
    return [(first[code].reason, first[code].mend, count) for code, count in report.counts.items()]


def _after() -> int:
    given = request.values.get("after", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def _division() -> str:
    return current_actor().division_code or ""


def _ending(name: str) -> str:
    """The ending that tells the format. Raises InputInvalid."""
    ending = Path(name).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise InputInvalid(fields={"file": ["请用 Excel、CSV 或 JSON 格式的文件"]})
    return ending


@contextmanager
def _looked_over() -> Iterator[Path]:
    """The list that the page's form speaks of. Raises InputInvalid, NotFound."""
    ending = _ending("list." + request.form.get("ending", ""))
    with _stored(request.form.get("kept", ""), ending) as path:
        yield path


@contextmanager
def _stored(digest: str, ending: str) -> Iterator[Path]:
    """The kept file under a name with its ending, thrown away afterwards. Raises NotFound."""
    data = current_app.extensions["files"].get(digest)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{ending}"
        path.write_bytes(data)
        yield path
