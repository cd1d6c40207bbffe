"""``flask catalog``: what an authority offers for an item: shown, changed, suspended, ended."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from kiosk.catalog_desk import offerings as desk
from kiosk.catalog_desk.offerings import Closure
from kiosk.cli_catalog import FILE, editor_of, in_words, now
from kiosk.cli_versions import DAY, editor_option
from kiosk.clock import office_date
from kiosk.uow import reading
from services_catalog.models import Offering
from services_catalog.offerings import list_offerings, offering_in_force, terms_from, terms_to

reason_option = click.option("--reason", required=True, help="Why, as applicants are told.")


@click.command("offering")
@click.argument("seq", type=int)
@click.argument("authority")
@click.option("--on", type=DAY, help="In force on that date; default today.")
@with_appcontext
def show_offering(seq: int, authority: str, on: datetime | None) -> None:
    """What AUTHORITY offers for item SEQ on a date, as JSON; version 0 is what the rule yields."""
    day = office_date(now()) if on is None else on.date()
    with in_words(), reading() as session:
        found = offering_in_force(session, seq, authority, day)
        told = {"version": found.version, "terms": terms_to(found.terms)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))


@click.command("offering-versions")
@click.argument("seq", type=int)
@click.argument("authority")
@with_appcontext
def show_versions(seq: int, authority: str) -> None:
    """Every version of what AUTHORITY changed for item SEQ, one JSON object a line."""
    with reading() as session:
        for row in list_offerings(session, seq, authority):
            told: dict[str, Any] = {"version": row.version, "author": row.author}
            told["effective_from"] = row.effective_from.isoformat()
            told["effective_to"] = row.effective_to and row.effective_to.isoformat()
            click.echo(json.dumps({**told, "terms": row.terms}, ensure_ascii=False))


@click.command("offer")
@click.argument("seq", type=int)
@click.argument("authority")
@click.argument("terms", type=FILE)
@click.option("--from", "first", type=DAY, required=True)
@editor_option
@with_appcontext
def offer(seq: int, authority: str, terms: Path, first: datetime, editor: str) -> None:
    """Put AUTHORITY's own TERMS for item SEQ, a JSON file, in force from a date."""
    with in_words():
        given = terms_from(json.loads(terms.read_text(encoding="utf-8")))
        actor = editor_of(editor)
        _tell(desk.change_offering(seq, authority, given, first.date(), actor=actor, now=now()))


@click.command("suspend")
@click.argument("seq", type=int)
@click.argument("authority")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, help="Last day; without one until further notice.")
@reason_option
@editor_option
@with_appcontext
def suspend(
    seq: int, authority: str, first: datetime, last: datetime | None, reason: str, editor: str
) -> None:
    """Receive nothing for item SEQ at AUTHORITY for some days."""
    with in_words():
        closure = Closure(first.date(), None if last is None else last.date(), reason)
        actor = editor_of(editor)
        _tell(desk.suspend_offering(seq, authority, closure, actor=actor, now=now()))


@click.command("end")
@click.argument("seq", type=int)
@click.argument("authority")
@click.option("--from", "first", type=DAY, required=True)
@reason_option
@editor_option
@with_appcontext
def end(seq: int, authority: str, first: datetime, reason: str, editor: str) -> None:
    """Offer item SEQ at AUTHORITY no more from a date on."""
    with in_words():
        closure = Closure(first.date(), None, reason)
        _tell(desk.end_offering(seq, authority, closure, actor=editor_of(editor), now=now()))


COMMANDS = (show_offering, show_versions, offer, suspend, end)


def _tell(row: Offering) -> None:
    click.echo(
        f"第 {row.item_seq} 项在 {row.authority_code} 的第 {row.version} 版，{row.effective_from} 起"
    )
