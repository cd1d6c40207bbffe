"""Papers that travel (异地代收代办) and everything else that waits to pass from hand to hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework import couriers
from kiosk.casework.couriers import Arrival, Consignment, Direction, Paper, list_legs
from kiosk.casework.handovers import list_handovers
from kiosk.casework.models import Case
from kiosk.casework.queries import list_materials
from kiosk.casework.receipt import PAPERS_TRAVEL
from kiosk.casework.views import get_visible_case
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.couriers import ArrivalSchema, ConsignmentSchema
from kiosk.web.errors import flatten
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.material_rules import PAPER

bp = Blueprint("window_couriers", __name__, url_prefix="/window")
ENDS = (Role.CLERK, Role.OFFICER)
OWN_DIRECTION = {Role.CLERK: Direction.OUT, Role.OFFICER: Direction.BACK}
CARRIERS = ("邮政速递", "机要交通", "专人送达")
Inputs = MultiDict[str, str]


@bp.get("/handovers")
@requires(Role.CLERK)
def show_handovers() -> str:
    """Parcels to sign for, papers to send, parcels on the road, results to hand over."""
    with reading() as session:
        waiting = list_handovers(session, current_actor(), now())
    return render_template("window/handovers.html", waiting=waiting)


@bp.get("/cases/<number>/legs")
@requires(*ENDS)
def show(number: str) -> str:
    """The way of a case's papers, and the next leg of it."""
    return _page(number, MultiDict(), None)


@bp.post("/cases/<number>/legs")
@requires(*ENDS)
def send(number: str) -> Response:
    """Hand papers to a carrier; a hand-over slip goes with them."""
    given = MultiDict(request.form)
    try:
        consignment = _consignment(number, given)
        couriers.send(number, consignment, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(number, given, told), told.status)
    return redirect(url_for("window_couriers.show", number=number, done="sent"), 303)


@bp.post("/cases/<number>/legs/<slip>")
@requires(*ENDS)
def acknowledge(number: str, slip: str) -> Response:
    """Sign for a parcel: all on the list is there, or what is missing."""
    given = MultiDict(request.form)
    try:
        couriers.acknowledge(slip, _arrival(given), actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(number, given, told), told.status)
    return redirect(url_for("window_couriers.show", number=number, done="signed"), 303)


def _consignment(number: str, given: Inputs) -> Consignment:
    """What the page sends, by the schema of the API. Raises InputInvalid."""
    with reading() as session:
        names = [paper.name for paper in _on_paper(number, session)[1]]
    ticked = [place for place in range(len(names)) if given.get(f"paper.{place}")]
    papers = [
        {"name": names[place], "pages": given.get(f"pages.{place}", "").strip() or None}
        for place in ticked
    ]
    body: dict[str, Any] = {
        "direction": OWN_DIRECTION[current_actor().role].value,
        "carrier": given.get("carrier", "").strip(),
        "tracking": given.get("tracking", "").strip(),
        "papers": papers,
    }
    faults = flatten(ConsignmentSchema().validate(body))
    if not papers:
        faults["papers"] = ["请勾选要寄的材料"]
    for position, place in enumerate(ticked):
        wrong = faults.pop(f"papers.{position}.pages", None)
        if wrong:
            faults[f"pages.{place}"] = ["页数应为 1 至 999 的整数"]
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    loaded = ConsignmentSchema().load(body)
    return Consignment(**loaded | {"papers": tuple(Paper(**entry) for entry in loaded["papers"])})


def _arrival(given: Inputs) -> Arrival:
    complete = given.get("complete", "")
    remark = given.get("remark", "").strip() or None
    faults = flatten(ArrivalSchema().validate({"complete": complete == "yes", "remark": remark}))
    if complete not in ("yes", "no"):
        faults["complete"] = ["请选择与清单是否相符"]
    elif complete == "no" and remark is None:
        faults["remark"] = ["请写明缺少或损坏了什么"]
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    return Arrival(complete == "yes", remark)


def _on_paper(number: str, session: Any) -> tuple[Case, list[Any]]:
    """The case and its papers that can travel. Raises NotFound for a case whose papers do not."""
    case = get_visible_case(session, number, current_actor())
    if case.mode not in PAPERS_TRAVEL:
        raise NotFound("这个办件的材料不需要寄送")
    return case, [paper for paper in list_materials(session, case) if paper.form == PAPER]


def _page(number: str, given: Inputs, told: Refused | None) -> str:
    actor = current_actor()
    with reading() as session:
        case, papers = _on_paper(number, session)
        legs = list_legs(session, case)
    under_way = next((leg for leg in legs if leg.received_at is None), None)
    own = OWN_DIRECTION[actor.role]
    return render_template(
        "window/legs.html",
        case=case,
        item_name=case.offering["terms"]["item_name"],
        papers=papers,
        legs=legs,
        under_way=under_way,
        to_sign=under_way is not None and under_way.direction != own,
        own_out=own is Direction.OUT,
        carriers=CARRIERS,
        given=given,
        refused=told,
    )
