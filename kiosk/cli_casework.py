"""The commands of ``flask casework``: the calendar that every limit is counted in."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from kiosk.casework.calendar_loading import load_tables
from kiosk.identity.actors import SYSTEM
from services_catalog.workdays import CalendarInvalid

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def add_commands(group: AppGroup) -> None:
    """Put these commands into the group ``casework``."""
    group.add_command(load_calendar)


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
