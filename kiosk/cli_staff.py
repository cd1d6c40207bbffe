"""The commands of ``flask staff``: second factors, and accounts that lost theirs."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from kiosk.errors import KioskError
from kiosk.identity import second_factor
from kiosk.identity.actors import SYSTEM

staff_group = AppGroup("staff", help="Accounts of the staff.")


@staff_group.command("second-factor")
@click.argument("login")
@with_appcontext
def set_up_second_factor(login: str) -> None:
    """Give LOGIN a new second factor; prints the address to scan with an authenticator app, once."""
    try:
        address = second_factor.set_up(
            login, actor=SYSTEM, now=current_app.extensions["clock"].now()
        )
    except KioskError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(address)
