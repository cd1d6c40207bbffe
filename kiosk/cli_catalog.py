"""The commands of ``flask catalog`` for editors: lists of districts, mapping, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from kiosk.catalog_desk import local_lists
from kiosk.catalogue import catalogue
from kiosk.errors import KioskError, NotFound
from kiosk.identity.actors import ROLE_WORDS, Actor, Role
from kiosk.identity.queries import find_staff
from kiosk.uow import reading
from services_catalog.errors import CatalogError
from services_catalog.local_items import list_rows

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Report only; write nothing to the database.")
@click.option("--report", type=NEW_FILE, help="Where the report goes, as JSON.")
@click.option("--division", help="Code of the division whose list it is.")
@click.option(
    "--accept-good", is_flag=True, help="Take the good rows although others are rejected."
)
@click.option("--editor", help="Login of the editor who takes it in; not needed for a dry run.")
@with_appcontext
def import_list(
    file: Path,
    dry_run: bool,
    report: Path | None,
    division: str | None,
    accept_good: bool,
    editor: str | None,
) -> None:
    """Read a district's list FILE (CSV, XLSX or JSON), report every quirk, and take it in."""
    with in_words():
        found = local_lists.inspect(file, progress=_show("已检查"))
        if report is not None:
            with report.open("w", encoding="utf-8") as stream:
                stream.writelines(found.json_parts())
        click.echo(f"共 {found.rows} 行，{found.ok} 行无误，{found.faulty} 行有问题，"
                   f"{found.rejected} 行不能导入")  # fmt: skip
        for code, count in found.counts.items():
            click.echo(f"  {code} {count}")
        if dry_run:
            return
        if division is None or editor is None:
            raise click.UsageError(
                "请用 --division 指明清单属于哪个行政区划，用 --editor 指明由谁导入，或用 --dry-run 只检查"
            )
        done = local_lists.import_list(
            file,
            found,
            division,
            accept_good=accept_good,
            actor=editor_of(editor),
            now=now(),
            progress=_show("已导入至第"),
        )
        click.echo("这份清单以前已经导入，没有变动" if done.already else f"导入 {done.taken} 行")


@click.command("export")
@click.argument("file", type=NEW_FILE)
@click.option("--division", required=True)
@with_appcontext
def export_list(file: Path, division: str) -> None:
    """Write the division's own list to FILE (.csv, .xlsx or .json); importing it gives the same rows."""
    with in_words():
        click.echo(f"{file}：{local_lists.export_list(file, division)} 行")


@click.command("propose")
@click.option("--division", required=True)
@click.option("--limit", default=20, show_default=True)
@with_appcontext
def show_proposals(division: str, limit: int) -> None:
    """What the division's unmapped rows may be in the catalogue, one JSON object a line; nothing is mapped."""
    with in_words():
        with reading() as session:
            rows = list_rows(session, division, limit=limit, unmapped=True)
        for row, proposals in local_lists.propose_for(catalogue(), rows):
            told: dict[str, Any] = {"row": row.row, "name": row.name}
            told["proposals"] = [vars(proposal) for proposal in proposals]
            click.echo(json.dumps(told, ensure_ascii=False))


@click.command("map")
@click.argument("row", type=int)
@click.argument("seq", type=int, required=False)
@click.option("--division", required=True)
@click.option("--editor", required=True, help="Login of the person who confirms.")
@with_appcontext
def map_row(row: int, seq: int | None, division: str, editor: str) -> None:
    """Confirm that ROW of the division's list is item SEQ of the catalogue; without SEQ, none of it."""
    with in_words():
        local_lists.map_row(division, row, seq, actor=editor_of(editor), now=now())
        click.echo(f"第 {row} 行：{'不在目录中' if seq is None else f'第 {seq} 项'}")


COMMANDS = (import_list, export_list, show_proposals, map_row)


def staff_of(login: str, role: Role) -> Actor:
    """The person of that login and role. Raises NotFound."""
    with reading() as session:
        actor = find_staff(session, login)
    if actor is None or actor.role is not role:
        raise NotFound(f"没有{ROLE_WORDS[role]} {login}")
    return actor


def editor_of(login: str) -> Actor:
    """The editor of that login. Raises NotFound."""
    return staff_of(login, Role.EDITOR)


@contextmanager
def in_words() -> Iterator[None]:
    """A refusal as one line for the terminal."""
    try:
        yield
    except (CatalogError, KioskError, json.JSONDecodeError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except KeyboardInterrupt as interrupt:
        raise click.ClickException("已中断；已写入的都在，再运行一次就从中断处继续") from interrupt


def now() -> datetime:
    """The moment by the application's clock."""
    moment: datetime = current_app.extensions["clock"].now()
    return moment


def _show(words: str) -> local_lists.Progress:
    return lambda rows: click.echo(f"{words} {rows} 行", err=True)
