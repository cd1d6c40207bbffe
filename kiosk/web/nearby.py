"""Where a machine is that prints now: a page for anyone, without a map."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from kiosk.catalogue import catalogue
from kiosk.machines.nearest import WhyNot, Wish, find_idle_nearby, find_nearest
from kiosk.machines.troubles import Limits
from kiosk.uow import reading
from kiosk.web.access import now, public
from kiosk.web.pages.questions import division_groups
from kiosk.web.pages.refusals import Refused, refused
from services_catalog.errors import UnknownDistrict

bp = Blueprint("nearby", __name__, url_prefix="/machines")
WHY_WORDS = {
    WhyNot.CLOSED: "现在不开放",
    WhyNot.MAINTENANCE: "正在维护",
    WhyNot.OUT_OF_ORDER: "暂时不能打印",
}


@bp.get("")
@public
def show() -> Response:
    """Machines that print now, the nearest to a division first, and those of the same city that do not, with why."""
    division = request.args.get("division", "")
    told: Refused | None = None
    ready, idle = [], []
    if division:
        limits = Limits.of(current_app.config)
        try:
            with reading() as session:
                ready = find_nearest(session, division, Wish(), now(), limits)
                idle = find_idle_nearby(session, division, now(), limits)
        except UnknownDistrict as error:
            told = refused(error)
    page = render_template(
        "machines.html",
        division=division,
        divisions=division_groups(catalogue().world.districts),
        ready=ready,
        idle=[(place, WHY_WORDS[why]) for place, why in idle],
        refused=told,
    )
    return make_response(page, told.status if told else 200)
