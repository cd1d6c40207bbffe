"""The commands of ``flask catalog`` for the words that people use for items."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup, with_appcontext

from kiosk.catalog_desk import aliases as desk
from kiosk.cli_catalog import editor_of, in_words, now
from kiosk.uow import reading
from services_catalog.aliases import list_aliases


def add_commands(group: AppGroup) -> None:
    """Put them beside the other commands of the catalogue."""
    for command in (propose_alias, review_alias, show_aliases):
        group.add_command(command)


@click.command("alias")
@click.argument("seq", type=int)
@click.argument("words")
@click.option("--editor", required=True, help="Login of the author.")
@with_appcontext
def propose_alias(seq: int, words: str, editor: str) -> None:
    """Propose WORDS by which people ask for item SEQ; another editor reviews them."""
    with in_words():
        made = desk.propose_alias(seq, words, actor=editor_of(editor), now=now())
        click.echo(f"第 {seq} 项别名 {made.number}“{made.words}”，待审核")


@click.command("review-alias")
@click.argument("seq", type=int)
@click.argument("number", type=int)
@click.option("--accept/--reject", default=True, show_default=True)
@click.option("--editor", required=True, help="Login of the reviewer; to accept, never the author.")
@with_appcontext
def review_alias(seq: int, number: int, accept: bool, editor: str) -> None:
    """Accept or reject words NUMBER of item SEQ; search knows accepted ones within seconds."""
    with in_words():
        done = desk.review_alias(seq, number, accept=accept, actor=editor_of(editor), now=now())
        click.echo(f"第 {seq} 项别名 {number}“{done.words}”：{'采用' if accept else '不采用'}")


@click.command("aliases")
@click.option("--item", type=int, help="Of one item only.")
@with_appcontext
def show_aliases(item: int | None) -> None:
    """Words that districts added, one JSON object a line."""
    with reading() as session:
        for alias in list_aliases(session, item):
            told = {
                "item": alias.item_seq,
                "number": alias.number,
                "words": alias.words,
                "status": alias.status,
                "author": alias.author,
                "reviewer": alias.reviewer,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
