"""The commands of ``flask``: set up, work, look after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from kiosk import cli_catalog, demo, routing_desk, workers
from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.errors import KioskError
from kiosk.exchange import outbox
from kiosk.exchange.queries import list_dead
from kiosk.identity.actors import SYSTEM
from kiosk.licences import sealing
from kiosk.licences.queries import list_blocked
from kiosk.licences.sweep import sweep_files
from kiosk.uow import reading, unit_of_work
from services_catalog.errors import CatalogError, CatalogFileInvalid
from services_catalog.forms import coverage
from services_catalog.loading import load_catalogue
from services_catalog.queries import list_items
from services_catalog.rule_changes import seed_agreements

catalog_group = AppGroup("catalog", help="The service catalogue.")
licence_group = AppGroup("licence", help="Issued licences.")
outbox_group = AppGroup("outbox", help="Messages that wait to be acted on.")
audit_group = AppGroup("audit", help="The audit trail.")
routing_group = AppGroup("routing", help="The rules of who decides.")


def register_commands(app: Flask) -> None:
    """Put the commands on the application."""
    cli_catalog.add_commands(catalog_group)
    app.cli.add_command(setup)
    app.cli.add_command(work)
    app.cli.add_command(sweep)
    for group in (catalog_group, licence_group, outbox_group, audit_group, routing_group):
        app.cli.add_command(group)


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Migrate the database, load the catalogue and, outside production, the demo people and machine."""
    upgrade()
    click.echo(_load())
    if current_app.config["DEMO"]:
        demo.enter_demo_data(now=current_app.extensions["clock"].now())
        click.echo(f"演示账号：{Path(current_app.config['INSTANCE']) / 'demo' / 'logins.json'}")


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_appcontext
def work(once: bool) -> None:
    """Seal papers, send messages, watch time limits, chain the audit trail."""
    workers.drain() if once else workers.run_until_stopped()


@click.command("sweep")
@with_appcontext
def sweep() -> None:
    """List stored files without rows and rows without files; exit 1 if a row lacks its file."""
    report = sweep_files()
    click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    raise SystemExit(1 if report["rows_without_files"] else 0)


@catalog_group.command("load")
@with_appcontext
def load() -> None:
    """Load the shipped catalogue; nothing changes if any row is bad."""
    click.echo(_load())


@catalog_group.command("coverage")
@with_appcontext
def show_coverage() -> None:
    """Count the items by the kind of form they have."""
    with reading() as session:
        click.echo(json.dumps(coverage(list_items(session)), ensure_ascii=False, indent=1))


@licence_group.command("rebuild")
@click.argument("number")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
def rebuild(number: str, out: Path) -> None:
    """Rebuild the sealed paper NUMBER byte for byte from what is stored, without touching a key."""
    out.write_bytes(sealing.rebuild(number))
    click.echo(f"{out} 与登记一致")


@licence_group.command("blocked")
@with_appcontext
def show_blocked() -> None:
    """List the papers whose sealing was refused, with the reason."""
    with reading() as session:
        for row in list_blocked(session):
            click.echo(f"{row.number}  {row.case_number}  {row.title}  {row.problem}")


@licence_group.command("seal-again")
@click.argument("number")
@with_appcontext
def seal_again(number: str) -> None:
    """Seal the blocked paper NUMBER again, after its cause is gone."""
    try:
        sealing.seal_again(number, actor=SYSTEM, now=current_app.extensions["clock"].now())
    except KioskError as refusal:
        raise click.ClickException(refusal.detail) from refusal
    click.echo(f"{number} 已重新排队盖章")


@outbox_group.command("dead")
@with_appcontext
def show_dead() -> None:
    """List the messages that used up their attempts."""
    with reading() as session:
        for message in list_dead(session):
            click.echo(f"{message.id}  {message.topic}  {message.dead_at}  {message.last_error}")


@outbox_group.command("revive")
@with_appcontext
def revive() -> None:
    """Try all dead messages again, after their cause is gone."""
    with unit_of_work() as session:
        count = outbox.revive(session, current_app.extensions["clock"].now())
    click.echo(f"已重新排队 {count} 条")


@audit_group.command("check")
@with_appcontext
def check_audit() -> None:
    """Recompute the chain of the audit trail; exit 1 if it is broken."""
    with reading() as session:
        report = trail.check_chain(session)
    click.echo(f"已核对 {report.checked} 条，待封存 {report.unsealed} 条")
    if report.broken_at is not None:
        click.echo(f"第 {report.broken_at} 条与链不符")
        raise SystemExit(1)


@routing_group.command("prove")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@with_appcontext
def prove_rules(file: TextIO | None) -> None:
    """Prove the rules in force, or those that FILE proposes; exit 1 at any gap or conflict."""
    with _in_words():
        reports = routing_desk.prove_proposal(json.load(file) if file else None, now=_now())
    for report in reports:
        click.echo(
            f"{report.on} 已核对 {report.checked} 项，有办理机关 {report.routed}，"
            f"缺口 {len(report.gaps)}，冲突 {len(report.conflicts)}，有意不办 {dict(report.intended)}"
        )
        for finding in (*report.conflicts, *report.gaps):
            click.echo(f"  {finding}")
    raise SystemExit(0 if all(report.sound for report in reports) else 1)


@routing_group.command("rehearse")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_appcontext
def rehearse_rules(file: TextIO) -> None:
    """Replay past cases under the rules that FILE proposes."""
    with _in_words():
        report = routing_desk.rehearse_proposal(json.load(file), now=_now())
    click.echo(json.dumps(report.as_answer(), ensure_ascii=False, indent=1))


@routing_group.command("publish")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_appcontext
def publish_rules(file: TextIO) -> None:
    """Publish the rules that FILE proposes, if they are proved."""
    with _in_words():
        numbers = routing_desk.publish_proposal(json.load(file), actor=SYSTEM, now=_now())
    click.echo(f"已发布：{'、'.join(numbers) or '结束的规则'}")


@contextmanager
def _in_words() -> Iterator[None]:
    """A refusal as one line for the terminal."""
    try:
        yield
    except (CatalogError, KioskError, ValueError) as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _now() -> datetime:
    moment: datetime = current_app.extensions["clock"].now()
    return moment


def _load() -> str:
    today = office_date(current_app.extensions["clock"].now())
    try:
        with unit_of_work() as session:
            report = load_catalogue(session, today=today)
            return f"{report}；新增区县协议 {seed_agreements(session)} 份"
    except CatalogFileInvalid as refusal:
        raise click.ClickException("\n".join(str(fault) for fault in refusal.faults)) from refusal
