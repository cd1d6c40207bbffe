"""The commands of ``flask``: set up, work, look after."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from kiosk import (
    cli_aliases,
    cli_casework,
    cli_catalog,
    cli_keys,
    cli_licences,
    cli_offerings,
    cli_quotas,
    cli_routing,
    cli_versions,
    demo,
    workers,
)
from kiosk.audit import trail
from kiosk.casework.material_sweep import sweep_materials
from kiosk.cli_staff import staff_group
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.exchange.queries import list_dead
from kiosk.licences.sweep import sweep_files
from kiosk.uow import reading, unit_of_work
from services_catalog.errors import CatalogFileInvalid
from services_catalog.forms import coverage
from services_catalog.loading import load_catalogue
from services_catalog.queries import list_items
from services_catalog.rule_changes import seed_agreements

catalog_group = AppGroup("catalog", help="The service catalogue.")
casework_group = AppGroup("casework", help="Cases and their limits.")
licence_group = AppGroup("licence", help="Issued licences and their templates.")
outbox_group = AppGroup("outbox", help="Messages that wait to be acted on.")
audit_group = AppGroup("audit", help="The audit trail.")


GROUPS = (
    catalog_group,
    casework_group,
    licence_group,
    outbox_group,
    audit_group,
    cli_routing.routing_group,
    staff_group,
    cli_quotas.quota_group,
    cli_keys.keys_group,
)


def register_commands(app: Flask) -> None:
    """Put the commands on the application."""
    for command in (*cli_catalog.COMMANDS, *cli_versions.COMMANDS, *cli_offerings.COMMANDS):
        catalog_group.add_command(command)
    cli_aliases.add_commands(catalog_group)
    cli_casework.add_commands(casework_group)
    cli_licences.add_commands(licence_group)
    app.cli.add_command(setup)
    app.cli.add_command(work)
    app.cli.add_command(sweep)
    for group in GROUPS:
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
    report = sweep_files() | sweep_materials()
    click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    lost = report["rows_without_files"] + report["materials_without_files"]
    raise SystemExit(1 if lost else 0)


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


def _load() -> str:
    today = office_date(current_app.extensions["clock"].now())
    try:
        with unit_of_work() as session:
            report = load_catalogue(session, today=today)
            return f"{report}；新增区县协议 {seed_agreements(session)} 份"
    except CatalogFileInvalid as refusal:
        raise click.ClickException("\n".join(str(fault) for fault in refusal.faults)) from refusal
