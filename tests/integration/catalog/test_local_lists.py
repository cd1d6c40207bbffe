"""A district's list comes in with every quirk reported, survives interruptions, and goes out as it came."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from kiosk.audit.models import AuditEntry
from kiosk.catalog_desk import local_lists
from kiosk.identity.actors import SYSTEM
from kiosk.uow import reading
from services_catalog import intake, local_items
from services_catalog.errors import ListHasFaults, UnknownDistrict, UnknownLocalList
from services_catalog.list_export import HEADINGS
from services_catalog.models import LocalItem, LocalList
from tests.support.applications import app, clock, prepared
from tests.support.clocks import MONDAY_MORNING
from tests.support.instances import Prepared
from tests.support.long_lists import FAULTY_EVERY, write_long_list
from tests.support.processes import killed_if_left

__all__ = ["app", "clock", "prepared"]

ROOT = Path(__file__).parents[3]
ZIYANG = Path(__file__).parents[2] / "unit" / "catalog" / "city_items_ziyang.json"
COLUMNS = tuple(HEADINGS)


class PowerCut(Exception):
    """The machine went off."""


def take(path: Path, *, accept_good: bool = False, **more: Any) -> local_lists.Imported:
    report = local_lists.inspect(path)
    return local_lists.import_list(
        path, report, "512000", accept_good=accept_good, actor=SYSTEM, now=MONDAY_MORNING, **more
    )


def stored() -> list[dict[str, Any]]:
    with reading() as session:
        rows = list(local_items.stream_rows(session, "512000"))
    return [{column: row[column] for column in COLUMNS} for row in rows]


def make_list(path: Path, count: int, *, faulty: tuple[int, ...] = ()) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["事项名称", "事项编码"])
        for number in range(1, count + 1):
            writer.writerow(["" if number in faulty else f"事项{number}", f"编码-{number}"])
    return path


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.mark.both_databases
def test_a_real_list_comes_in_as_it_stands() -> None:
    done = take(ZIYANG)
    assert (done.taken, done.rows, done.rejected) == (135, 135, 0)
    report = local_lists.inspect(ZIYANG)
    told = [vars(row) for row in intake.list_local_items(ZIYANG, report)]
    assert stored() == [{column: row[column] for column in COLUMNS} for row in told]
    assert any("null" in row["item_code"] for row in stored())


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json"])
def test_what_goes_out_comes_in_again(tmp_path: Path, suffix: str) -> None:
    take(ZIYANG)
    before = stored()
    out = tmp_path / f"out{suffix}"
    assert local_lists.export_list(out, "512000") == 135
    take(out)
    assert stored() == before


def test_importing_twice_changes_nothing() -> None:
    take(ZIYANG)
    again = take(ZIYANG)
    assert (again.already, again.taken) == (True, 0)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(LocalItem)) == 135


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = make_list(tmp_path / "list.csv", 3500)

    def cut(row: int) -> None:
        if row >= 2000:
            raise PowerCut

    with pytest.raises(PowerCut):
        take(path, progress=cut)
    with reading() as session, pytest.raises(UnknownLocalList):
        local_items.get_current(session, "512000")
    assert take(path).taken == 1500
    assert [row["item_code"] for row in stored()] == [f"编码-{n}" for n in range(1, 3501)]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.both_databases
def test_a_killed_import_goes_on_without_loss_or_repetition(
    prepared: Prepared, tmp_path: Path, ending: signal.Signals
) -> None:
    """A real process is ended in the middle of the list, and the same command is given again."""
    path = write_long_list(tmp_path / "list.csv", 6000)
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "wsgi:app",
        "catalog",
        "import",
        str(path),
        "--editor",
        "editor.wuhou",
    ]
    command += ["--division", "511602", "--accept-good"]
    environment = {**os.environ, **prepared.environment()}
    # Whoever runs the tests in the background ignores Ctrl-C, and a program inherits that; an editor's does not.
    with (
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        ) as first,
        killed_if_left(first),
    ):
        assert first.stderr is not None
        told = list(takewhile(lambda line: "已导入" not in line, first.stderr))
        first.send_signal(ending)
        told += first.stderr
    assert first.returncode != 0, told
    if ending == signal.SIGINT:
        assert "再运行一次" in told[-1]
    with reading() as session:
        begun = session.scalars(select(LocalList)).one()
        assert 0 < begun.taken < 6000
        assert not begun.finished
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    with reading() as session:
        rows = [row["row"] for row in local_items.stream_rows(session, "511602")]
    assert rows == [row for row in range(1, 6001) if row % FAULTY_EVERY]


def test_good_rows_go_ahead_only_if_the_editor_says_so(tmp_path: Path) -> None:
    path = make_list(tmp_path / "list.csv", 5, faulty=(2,))
    with pytest.raises(ListHasFaults):
        take(path)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(LocalList)) == 0
    assert take(path, accept_good=True).taken == 4
    assert [row["name"] for row in stored()] == ["事项1", "事项3", "事项4", "事项5"]


def test_an_unknown_division_is_refused() -> None:
    report = local_lists.inspect(ZIYANG)
    with pytest.raises(UnknownDistrict):
        local_lists.import_list(
            ZIYANG, report, "999999", accept_good=True, actor=SYSTEM, now=MONDAY_MORNING
        )


def test_a_confirmed_mapping_lives_on_in_the_next_list(tmp_path: Path) -> None:
    take(make_list(tmp_path / "one.csv", 5))
    local_lists.map_row("512000", 3, 37, actor=SYSTEM, now=MONDAY_MORNING)
    take(make_list(tmp_path / "two.csv", 8, faulty=(1,)), accept_good=True)
    with reading() as session:
        mapped = {row.row: row.item_seq for row in local_items.list_rows(session, "512000")}
        left = local_items.list_rows(session, "512000", unmapped=True)
    assert mapped == {row: 37 if row == 3 else None for row in range(2, 9)}
    assert [row.row for row in left] == [2, 4, 5, 6, 7, 8]


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["catalog", *words])


def test_the_command_reports_and_imports(app: Flask, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    dry = run(app, "import", str(ZIYANG), "--dry-run", "--report", str(report))
    assert dry.exit_code == 0, dry.output
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["rows"] == 135 == told["ok"] + told["faulty"]
    assert {"row", "column", "value", "code", "reason", "mend"} <= set(told["faults"][0])
    where = ("--division", "512000", "--editor", "editor.wuhou")
    assert run(app, "import", str(ZIYANG)).exit_code == 2
    assert run(app, "import", str(ZIYANG), *where[:2]).exit_code == 2
    assert run(app, "import", str(ZIYANG), *where[:3], "nobody").exit_code == 1
    assert "导入 135 行" in run(app, "import", str(ZIYANG), *where).output
    with app.app_context(), reading() as session:
        acts = session.scalars(
            select(AuditEntry.actor_number).where(AuditEntry.subject == "local-list:512000")
        )
        assert set(acts) == {"editor.wuhou"}
    proposed = run(app, "propose", "--division", "512000", "--limit", "5").stdout.splitlines()
    assert len(proposed) == 5
    assert json.loads(proposed[0])["row"] == 1
    who = ("--division", "512000", "--editor", "editor.wuhou")
    assert run(app, "map", "1", "37", *who).exit_code == 0
    assert run(app, "map", "1", *who).exit_code == 0
    assert run(app, "map", "999", "37", *who).exit_code == 1
    assert run(app, "map", "1", "37", *who[:3], "officer.wuhou").exit_code == 1
    out = tmp_path / "out.csv"
    assert "135" in run(app, "export", str(out), "--division", "512000").output


def test_versions_are_drafted_and_published_by_command(app: Flask, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text('{"note": "改"}', encoding="utf-8")
    asked = ("draft", "37", str(changes), "--from", "2026-03-02", "--editor")
    drafted = run(app, *asked, "editor.wuhou")
    assert "第 2 版，待审核" in drafted.output
    assert run(app, "publish", "37", "2", "--editor", "editor.wuhou").exit_code == 1
    assert run(app, "publish", "37", "2", "--editor", "editor.shapingba").exit_code == 0
    told = [json.loads(line) for line in run(app, "versions", "37").stdout.splitlines()]
    assert told[1]["changes"] == ["说明由“未规定”改为“改”"]
    before = json.loads(run(app, "guide", "37", "--on", "2026-03-01").stdout)
    assert before["note"] == ""
    assert len(run(app, "divergences").stdout.splitlines()) == 20
