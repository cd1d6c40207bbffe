"""The commands of ``flask casework``: the calendar that every limit is counted in, and delegations on file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from kiosk import delegation_desk
from kiosk.casework.calendar_loading import load_tables
from kiosk.cli_catalog import in_words, now, staff_of
from kiosk.delegation_desk import Wish
from kiosk.identity.actors import SYSTEM, Role
from services_catalog.workdays import CalendarInvalid

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
officer_option = click.option("--officer", required=True, help="Login of the officer who acts.")


def add_commands(group: AppGroup) -> None:
    """Put these commands into the group ``casework``."""
    for command in (load_calendar, delegate, end_delegation, confirm_delegation):
        group.add_command(command)
    for command in (return_delegation, list_delegations):
        group.add_command(command)


@click.command("load-calendar")
@click.argument("file", type=FILE)
@with_appcontext
def load_calendar(file: Path) -> None:
    """Take in year tables and area closures from FILE (JSON) and set every due date that waits for them."""
    now = current_app.extensions["clock"].now()
    try:
        changed = load_tables(json.loads(file.read_text(encoding="utf-8")), actor=SYSTEM, now=now)
    except (CalendarInvalid, ValueError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"已载入，重新计算了 {changed} 件的期限")


@click.command("delegate")
@click.argument("delegate")
@officer_option
@click.option("--item", "items", type=int, multiple=True, required=True, help="Again for each.")
@click.option("--document", nargs=3, required=True, help="Title, number and date (2026-01-31).")
@click.option("--announced", required=True, help="How and where the public was told.")
@click.option("--from", "valid_from", type=DAY, required=True)
@click.option("--to", "valid_to", type=DAY, help="Without it: until it is ended.")
@click.option("--area", "area_code", help="Six-digit code; without it the organ's own area.")
@with_appcontext
def delegate(
    delegate: str,
    officer: str,
    items: tuple[int, ...],
    document: tuple[str, str, str],
    **given: Any,
) -> None:
    """Enter that DELEGATE (name or code) decides in the name of the officer's organ; tells the number to confirm."""
    title, number, dated = document
    days = {name: given[name] and given[name].date() for name in ("valid_from", "valid_to")}
    wish = Wish(
        delegate=delegate,
        item_seqs=items,
        basis=title,
        document_number=number,
        document_date=DAY.convert(dated, None, None).date(),
        **{**given, **days},
    )
    with in_words():
        click.echo(delegation_desk.propose(wish, actor=staff_of(officer, Role.OFFICER), now=now()))


@click.command("end-delegation")
@click.argument("number")
@click.option("--last-day", type=DAY, required=True)
@officer_option
@with_appcontext
def end_delegation(number: str, last_day: datetime, officer: str) -> None:
    """Enter the last day of delegation NUMBER; tells the number to confirm."""
    with in_words():
        actor = staff_of(officer, Role.OFFICER)
        click.echo(delegation_desk.propose_end(number, last_day.date(), actor=actor, now=now()))


@click.command("confirm-delegation")
@click.argument("number")
@officer_option
@with_appcontext
def confirm_delegation(number: str, officer: str) -> None:
    """Confirm entry NUMBER, which another officer of the same organ made."""
    with in_words():
        made = delegation_desk.confirm(number, actor=staff_of(officer, Role.OFFICER), now=now())
        click.echo(f"已生效：{'、'.join(made) or '委托的终止日期'}")


@click.command("return-delegation")
@click.argument("number")
@click.option("--words", required=True, help="Why.")
@officer_option
@with_appcontext
def return_delegation(number: str, words: str, officer: str) -> None:
    """Send entry NUMBER back."""
    with in_words():
        actor = staff_of(officer, Role.OFFICER)
        delegation_desk.send_back(number, words, actor=actor, now=now())
        click.echo(f"{number} 已退回")


@click.command("delegations")
@with_appcontext
def list_delegations() -> None:
    """The delegations on file, newest first, one JSON object a line."""
    for told in delegation_desk.list_published():
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
