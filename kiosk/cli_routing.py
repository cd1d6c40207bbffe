"""``flask routing``: prove and rehearse rules, propose a change, and publish what another person proposed."""

from __future__ import annotations

import json
from typing import TextIO

import click
from flask.cli import AppGroup, with_appcontext

from kiosk import routing_desk
from kiosk.catalogue import catalogue
from kiosk.cli_catalog import editor_of, in_words, now
from services_catalog.routing import RoutingFacts, route

routing_group = AppGroup("routing", help="The rules of who decides.")
editor_option = click.option("--editor", required=True, help="Login of the editor who acts.")


@routing_group.command("prove")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@with_appcontext
def prove_rules(file: TextIO | None) -> None:
    """Prove the rules in force, or those that FILE proposes; exit 1 at any gap or conflict."""
    with in_words():
        reports = routing_desk.prove_proposal(json.load(file) if file else None, now=now())
    for report in reports:
        click.echo(
            f"{report.on} 已核对 {report.checked} 项，有办理机关 {report.routed}，"
            f"缺口 {len(report.gaps)}，冲突 {len(report.conflicts)}，有意不办 {dict(report.intended)}"
        )
        for finding in (*report.conflicts, *report.gaps):
            click.echo(f"  {finding}")
    raise SystemExit(0 if all(report.sound for report in reports) else 1)


@routing_group.command("rules")
@with_appcontext
def list_rules() -> None:
    """Every published rule with its basis and its days, one JSON object a line."""
    for rule in routing_desk.published_rules():
        click.echo(json.dumps(rule, ensure_ascii=False, default=str))


@routing_group.command("ask")
@click.argument("item", type=int)
@click.option("--district", help="The six-digit code that the item's routing fact names.")
@click.option("--registrar", help="The registration authority, where the item is routed by it.")
@with_appcontext
def ask(item: int, district: str | None, registrar: str | None) -> None:
    """Say which authority would decide ITEM, and why, as a clerk can read it out."""
    facts = RoutingFacts(district_code=district, registrar_name=registrar)
    with in_words():
        world = catalogue().world
        world.require_offered(item)
        decided = route(catalogue().items[item], facts, world)
    click.echo(f"{decided.authority_name}（{decided.authority_code}）")
    for reason in decided.explanation:
        click.echo(f"  {reason}")


@routing_group.command("rehearse")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_appcontext
def rehearse_rules(file: TextIO) -> None:
    """Replay past cases under the rules that FILE proposes."""
    with in_words():
        report = routing_desk.rehearse_proposal(json.load(file), now=now())
    click.echo(json.dumps(report.as_answer(), ensure_ascii=False, indent=1))


@routing_group.command("submit")
@click.argument("file", type=click.File(encoding="utf-8"))
@editor_option
@with_appcontext
def submit_rules(file: TextIO, editor: str) -> None:
    """Hand the change that FILE proposes to a reviewer, if it is proved; tells its number."""
    with in_words():
        proposed = json.load(file)
        click.echo(routing_desk.submit_proposal(proposed, actor=editor_of(editor), now=now()))


@routing_group.command("proposals")
@with_appcontext
def list_proposals() -> None:
    """Every proposed change, newest first, one JSON object a line."""
    for proposal in routing_desk.list_proposals():
        told = {name: getattr(proposal, name) for name in ("number", "status", "author")}
        told |= {"reviewer": proposal.reviewer, "words": proposal.words}
        click.echo(json.dumps({**told, "content": proposal.content}, ensure_ascii=False))


@routing_group.command("publish")
@click.argument("number")
@editor_option
@with_appcontext
def publish_rules(number: str, editor: str) -> None:
    """Publish proposal NUMBER, which another editor wrote, if it is still proved."""
    with in_words():
        numbers = routing_desk.publish_proposal(number, actor=editor_of(editor), now=now())
        click.echo(f"已发布：{'、'.join(numbers) or '结束的规则'}")


@routing_group.command("return")
@click.argument("number")
@click.option("--words", required=True, help="Why.")
@editor_option
@with_appcontext
def return_rules(number: str, words: str, editor: str) -> None:
    """Send proposal NUMBER back."""
    with in_words():
        routing_desk.return_proposal(number, words, actor=editor_of(editor), now=now())
        click.echo(f"{number} 已退回")
