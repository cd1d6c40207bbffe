"""``flask catalog``: versions of items from draft to retirement, and what differs."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from kiosk.catalog_desk import items
from kiosk.cli_catalog import FILE, editor_of, in_words, now
from kiosk.clock import office_date
from kiosk.uow import reading
from services_catalog import versions
from services_catalog.differences import difference
from services_catalog.divergences import report_divergences
from services_catalog.models import ItemVersion
from services_catalog.queries import get_item, get_pinned_item

DAY = click.DateTime(["%Y-%m-%d"])
editor_option = click.option("--editor", required=True, help="Login of the editor who acts.")
words_option = click.option("--words", required=True, help="Why.")


@click.command("versions")
@click.argument("seq", type=int)
@with_appcontext
def show_versions(seq: int) -> None:
    """Every version of item SEQ with its days and what it changed, one JSON object a line."""
    today = office_date(now())
    with reading() as session:
        before: dict[str, Any] | None = None
        for version in versions.list_versions(session, seq):
            changes = [] if before is None else difference(before, version.content)
            told = _line(version, today) | {"changes": [change.words for change in changes]}
            click.echo(json.dumps(told, ensure_ascii=False))
            before = version.content


@click.command("difference")
@click.argument("seq", type=int)
@click.argument("version", type=int)
@with_appcontext
def show_difference(seq: int, version: int) -> None:
    """What VERSION of item SEQ changes of the version before it, one change a line."""
    with in_words(), reading() as session:
        found = versions.get_version(session, seq, version)
        before = versions.find_version_before(session, found)
        for change in difference(before.content, found.content) if before else []:
            click.echo(change.words)


@click.command("guide")
@click.argument("seq", type=int)
@click.option("--on", type=DAY, help="In force on that date; default today.")
@click.option("--version", type=int, help="Exactly that version, however old.")
@with_appcontext
def show_guide(seq: int, on: datetime | None, version: int | None) -> None:
    """What item SEQ said on a date or in a version, as JSON."""
    day = office_date(now()) if on is None else on.date()
    with in_words(), reading() as session:
        if version is None:
            item = get_item(session, seq, day)
        else:
            item = get_pinned_item(session, versions.get_version(session, seq, version).id)
        click.echo(json.dumps(asdict(item), ensure_ascii=False, indent=1))


@click.command("draft")
@click.argument("seq", type=int)
@click.argument("changes", type=FILE)
@click.option("--from", "first", type=DAY, required=True)
@click.option("--hold", is_flag=True, help="Keep it a draft instead of handing it to a reviewer.")
@editor_option
@with_appcontext
def draft(seq: int, changes: Path, first: datetime, hold: bool, editor: str) -> None:
    """Draft the next version of item SEQ from a JSON file of CHANGES and hand it to a reviewer; SEQ 0 registers."""
    with in_words():
        actor, told = editor_of(editor), json.loads(changes.read_text(encoding="utf-8"))
        if seq:
            made = items.draft_version(seq, told, first.date(), actor=actor, now=now())
        else:
            made = items.register_item(told, first.date(), actor=actor, now=now())
        if not hold:
            items.submit_version(made.item_seq, made.version, actor=actor, now=now())
        click.echo(f"第 {made.item_seq} 项第 {made.version} 版，{'草稿' if hold else '待审核'}")


@click.command("rewrite")
@click.argument("seq", type=int)
@click.argument("version", type=int)
@click.argument("changes", type=FILE)
@click.option("--from", "first", type=DAY, required=True)
@editor_option
@with_appcontext
def rewrite(seq: int, version: int, changes: Path, first: datetime, editor: str) -> None:
    """Change draft VERSION of item SEQ further by a JSON file of CHANGES; the editor becomes its author."""
    with in_words():
        told = json.loads(changes.read_text(encoding="utf-8"))
        actor = editor_of(editor)
        items.rewrite_version(seq, version, told, first.date(), actor=actor, now=now())
        click.echo(f"第 {seq} 项第 {version} 版，草稿")


@click.command("submit")
@click.argument("seq", type=int)
@click.argument("version", type=int)
@editor_option
@with_appcontext
def submit(seq: int, version: int, editor: str) -> None:
    """Hand draft VERSION of item SEQ to a reviewer."""
    with in_words():
        items.submit_version(seq, version, actor=editor_of(editor), now=now())
        click.echo(f"第 {seq} 项第 {version} 版，待审核")


@click.command("return")
@click.argument("seq", type=int)
@click.argument("version", type=int)
@words_option
@editor_option
@with_appcontext
def send_back(seq: int, version: int, words: str, editor: str) -> None:
    """Give VERSION of item SEQ back to its author."""
    with in_words():
        items.return_version(seq, version, words, actor=editor_of(editor), now=now())
        click.echo(f"第 {seq} 项第 {version} 版，已退回")


@click.command("publish")
@click.argument("seq", type=int)
@click.argument("version", type=int)
@click.option("--editor", required=True, help="Login of the reviewer; never the author.")
@with_appcontext
def publish(seq: int, version: int, editor: str) -> None:
    """Publish VERSION of item SEQ."""
    with in_words():
        done = items.publish_version(seq, version, actor=editor_of(editor), now=now())
        click.echo(f"第 {seq} 项第 {version} 版，{done.effective_from} 起生效")


@click.command("retire")
@click.argument("seq", type=int)
@click.argument("version", type=int)
@click.option("--last-day", type=DAY, required=True)
@words_option
@editor_option
@with_appcontext
def retire(seq: int, version: int, last_day: datetime, words: str, editor: str) -> None:
    """End published VERSION of item SEQ after a day, with none to follow."""
    with in_words():
        actor = editor_of(editor)
        items.retire_version(seq, version, last_day.date(), words, actor=actor, now=now())
        click.echo(f"第 {seq} 项第 {version} 版，{last_day.date()} 后停用")


@click.command("divergences")
@with_appcontext
def show_divergences() -> None:
    """Where the two provinces, or single organs, differ, one JSON object a line."""
    with reading() as session:
        for found in report_divergences(session, office_date(now())):
            click.echo(json.dumps(asdict(found), ensure_ascii=False))


COMMANDS = (
    show_versions,
    show_difference,
    show_guide,
    draft,
    rewrite,
    submit,
    send_back,
    publish,
    retire,
    show_divergences,
)


def _line(version: ItemVersion, today: date) -> dict[str, Any]:
    return {
        "version": version.version,
        "status": versions.standing(version, today),
        "effective_from": version.effective_from.isoformat(),
        "effective_to": version.effective_to and version.effective_to.isoformat(),
        "author": version.author,
        "reviewer": version.reviewer,
    }
