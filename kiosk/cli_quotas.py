"""``flask quotas``: agreed amounts and cases beyond them, each act by an officer who is named."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from kiosk.casework.quota_use import Asked, ask_other_side, withdraw_approval
from kiosk.cli_catalog import in_words, now, staff_of
from kiosk.identity.actors import Actor, Role
from kiosk.quotas import agreements, consultations, queries
from kiosk.quotas.agreements import NewLine
from kiosk.uow import reading
from services_catalog.quota_forms import SCALE, thousandths

quota_group = AppGroup("quotas", help="Amounts that two authorities agreed on.")
officer_option = click.option("--officer", required=True, help="Login of the officer who acts.")
words_option = click.option("--words", required=True, help="What is said, in words.")


@quota_group.command("list")
@officer_option
@click.option("--year", type=int)
@click.option("--item", type=int)
@with_appcontext
def list_lines(officer: str, year: int | None, item: int | None) -> None:
    """The lines of the officer's authority with amount, used and free, one JSON object a line."""
    with in_words():
        own = _officer(officer).authority_code or ""
        with reading() as session:
            for view in queries.list_lines(session, own, now(), year=year, item=item):
                _tell(_line(view))


@quota_group.command("show")
@click.argument("number")
@officer_option
@with_appcontext
def show_line(number: str, officer: str) -> None:
    """One line with its bookings and its history, as JSON."""
    with in_words():
        own = _officer(officer).authority_code or ""
        with reading() as session:
            found = queries.get_history(session, number, own, now())
        told = _line(found.view)
        told["bookings"] = [
            {
                "case": booking.case_number,
                "amount": _decimal(booking.amount),
                "given_back": booking.reason,
            }
            for booking in found.bookings
        ]
        told["acts"] = [f"{a.at.isoformat()} {a.actor_number} {a.action}" for a in found.acts]
        _tell(told, indent=1)


@quota_group.command("propose")
@click.argument("number")
@officer_option
@click.option("--item", type=int, required=True)
@click.option("--year", type=int, required=True)
@click.option("--holder", nargs=2, required=True, help="Credit code and name of who receives.")
@click.option("--kind", required=True)
@click.option("--amount", required=True, help="In the unit, to the thousandth.")
@click.option("--unit", default="吨", show_default=True)
@click.option("--sides", nargs=2, required=True, help="Codes of who decides and who is told.")
@with_appcontext
def propose(number: str, officer: str, item: int, year: int, **given: Any) -> None:
    """Propose line NUMBER; it counts once both sides have signed."""
    with in_words():
        (holder_code, holder_name), (first, second) = given["holder"], given["sides"]
        line = NewLine(
            number=number,
            item_seq=item,
            year=year,
            holder_code=holder_code,
            holder_name=holder_name,
            kind=given["kind"],
            amount=thousandths(given["amount"]) or 0,
            unit=given["unit"],
            first_code=first,
            second_code=second,
        )
        agreements.propose(line, actor=_officer(officer), now=now())
        click.echo(f"{number} 待双方签署")


@quota_group.command("sign")
@click.argument("number")
@officer_option
@with_appcontext
def sign(number: str, officer: str) -> None:
    """Sign line NUMBER for the officer's own side."""
    with in_words():
        both = agreements.sign(number, actor=_officer(officer), now=now())
        click.echo(f"{number} {'双方已签署，生效' if both else '已签署，等待对方'}")


@quota_group.command("withdraw")
@click.argument("number")
@officer_option
@words_option
@with_appcontext
def withdraw(number: str, officer: str, words: str) -> None:
    """Take line NUMBER off the list."""
    with in_words():
        agreements.withdraw(number, words, actor=_officer(officer), now=now())
        click.echo(f"{number} 已撤回")


@quota_group.command("ask")
@click.argument("case")
@click.argument("letter")
@officer_option
@words_option
@with_appcontext
def ask(case: str, letter: str, officer: str, words: str) -> None:
    """Ask the other side about CASE by LETTER."""
    with in_words():
        asked = Asked(letter, words)
        click.echo(ask_other_side(case, asked, actor=_officer(officer), now=now()))


@quota_group.command("consultations")
@officer_option
@with_appcontext
def list_consultations(officer: str) -> None:
    """What the officer's authority asked or was asked, one JSON object a line."""
    with in_words():
        own = _officer(officer).authority_code or ""
        with reading() as session:
            for found in consultations.list_consultations(session, own):
                amounts = {kind: _decimal(amount) for kind, amount in found.amounts.items()}
                told = {"number": found.number, "letter": found.letter, "amounts": amounts}
                _tell({**told, "asked": found.asked_code, "agreed": found.agreed})


@quota_group.command("answer")
@click.argument("number")
@click.argument("letter")
@officer_option
@words_option
@click.option("--agree/--decline", "agreed", required=True)
@with_appcontext
def answer(number: str, letter: str, officer: str, words: str, agreed: bool) -> None:
    """Answer consultation NUMBER by LETTER."""
    with in_words():
        consultations.answer(
            number, letter, words, agreed=agreed, actor=_officer(officer), now=now()
        )
        click.echo(f"{number} {'同意' if agreed else '不同意'}")


@quota_group.command("withdraw-approval")
@click.argument("case")
@officer_option
@words_option
@with_appcontext
def take_back(case: str, officer: str, words: str) -> None:
    """Withdraw what was granted in CASE; its amount is free again."""
    with in_words():
        given = withdraw_approval(case, words, actor=_officer(officer), now=now())
        click.echo(f"{case} 已撤销批准，退回 {given} 笔")


def _officer(login: str) -> Actor:
    return staff_of(login, Role.OFFICER)


def _line(view: queries.LineView) -> dict[str, Any]:
    names = ("number", "item_seq", "year", "holder_code", "holder_name", "kind", "unit")
    told = {name: getattr(view.line, name) for name in names} | {"status": view.status}
    amounts = {"amount": view.line.amount, "used": view.used, "free": view.free}
    return told | {name: _decimal(amount) for name, amount in amounts.items()}


def _decimal(amount: int) -> str:
    return f"{Decimal(amount) / SCALE:f}"


def _tell(told: dict[str, Any], indent: int | None = None) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=indent))
