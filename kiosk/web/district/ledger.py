"""The sheet ledger of one machine, a day at a time: every print and its sheets, the page counter, numbered blanks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, abort, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.clock import midnight, office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Role
from kiosk.machines.queries import get_machine
from kiosk.uow import reading
from kiosk.web.access import now, requires
from kiosk.web.pages.refusals import REFUSALS, refused
from printing.blanks import Balance, balance, list_kinds
from printing.reconciliation import list_prints, reconcile

bp = Blueprint("district_ledger", __name__, url_prefix="/district/machines")
Shift = tuple[datetime, datetime]


@bp.get("/<number>")
@requires(Role.OPERATOR)
def show(number: str) -> Response:
    """Ledger against page counter, for one day of the office; today unless ``on`` names another."""
    told, day = None, office_date(now())
    try:
        day = _day(request.args.get("on", "").strip() or day.isoformat())
    except REFUSALS as error:
        told = refused(error)
    with reading() as session:
        try:
            machine = get_machine(session, number)
        except NotFound:
            abort(404)
        shift = _shift(day)
        page = render_template(
            "district/ledger.html",
            machine=machine,
            day=day,
            given=request.args,
            report=reconcile(session, machine.number, *shift),
            prints=list_prints(session, machine.number, *shift),
            blanks=_blanks(session, machine.number, shift),
            refused=told,
        )
    return make_response(page, told.status if told else 200)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputInvalid(fields={"on": ["请填写日期，例如 2026-11-21"]}) from None


def _shift(day: date) -> Shift:
    """From midnight to midnight of the office."""
    return midnight(day), midnight(day + timedelta(days=1))


def _blanks(session: Session, machine: str, shift: Shift) -> dict[str, Balance]:
    """The balance of each kind of numbered blanks that ever lay in the machine."""
    kinds = list_kinds(session, machine)
    return {kind: balance(session, machine, kind, *shift) for kind in kinds}
