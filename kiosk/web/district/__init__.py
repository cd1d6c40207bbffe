"""The district's desks: officers decide, editors keep items, operators machines; managers and auditors look."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, requires
from kiosk.web.district import (
    aliases,
    blanks,
    cases,
    fees,
    figures,
    fleet,
    grants,
    items,
    layouts,
    ledger,
    lists,
    machine_care,
    offerings,
    prints,
    procedures,
    queue,
    quotas,
    registering,
    rules,
    seals,
    trail,
    voices,
)

bp = Blueprint("district", __name__, url_prefix="/district")
FIRST_PAGE = {
    Role.OFFICER: "district_queue.show",
    Role.EDITOR: "district_items.find",
    Role.OPERATOR: "district_fleet.board",
    Role.MANAGER: "district_figures.show",
    Role.SEAL_KEEPER: "district_seals.show",
    Role.AUDITOR: "district_trail.show",
}


@bp.get("")
@requires(*FIRST_PAGE)
def home() -> Response:
    """The first page of whoever is signed in."""
    return redirect(url_for(FIRST_PAGE[current_actor().role]), 303)


BLUEPRINTS = (
    bp,
    queue.bp,
    ledger.bp,
    machine_care.bp,
    procedures.bp,
    fees.bp,
    voices.bp,
    quotas.bp,
    seals.bp,
    cases.bp,
    grants.bp,
    items.bp,
    registering.bp,
    aliases.bp,
    offerings.bp,
    lists.bp,
    rules.bp,
    layouts.bp,
    fleet.bp,
    blanks.bp,
    prints.bp,
    figures.bp,
    trail.bp,
)
