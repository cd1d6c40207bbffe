"""Papers that travel: sent by one side, signed for by the other."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from kiosk.casework import couriers
from kiosk.casework.courier_models import CourierLeg
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.cases import shown
from kiosk.web.api.schemas import Strict, text
from kiosk.web.api.way_schemas import LegSchema

blp = Blueprint("couriers", __name__, url_prefix="/api/v1", description="异地代收代办的材料寄送")


class SentPaper(Strict):
    """One paper in the parcel."""

    name = text(200, example="公司登记(备案)申请书")
    pages = fields.Integer(load_default=None, validate=validate.Range(min=1, max=999))


class ConsignmentSchema(Strict):
    """A parcel, its carrier and tracking number, and the list of what is in it."""

    direction = fields.Enum(couriers.Direction, by_value=True, required=True)
    carrier = text(40, example="邮政速递")
    tracking = text(40, example="EX000000001CN")
    papers = fields.List(
        fields.Nested(SentPaper), required=True, validate=validate.Length(min=1, max=60)
    )


class ArrivalSchema(Strict):
    """What was found on arrival; ``remark`` says what was missing or damaged."""

    complete = fields.Boolean(required=True, metadata={"example": True})
    remark = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=500)
    )


@blp.post("/cases/<number>/legs")
@requires(Role.CLERK, Role.OFFICER)
@blp.arguments(ConsignmentSchema)
@blp.response(201, schemas.CaseSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def send(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Hand papers to a carrier (寄出); the last of ``legs`` is the slip that goes with them."""
    papers = tuple(couriers.Paper(**paper) for paper in body["papers"])
    consignment = couriers.Consignment(**{**body, "papers": papers})
    couriers.send(number, consignment, actor=current_actor(), now=now())
    return shown(number)


@blp.post("/legs/<slip>/receipt")
@requires(Role.CLERK, Role.OFFICER)
@blp.arguments(ArrivalSchema)
@blp.response(200, LegSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def acknowledge(body: dict[str, Any], slip: str) -> CourierLeg:
    """Sign for a parcel (签收); the answer is the receipt."""
    arrival = couriers.Arrival(**body)
    return couriers.acknowledge(slip, arrival, actor=current_actor(), now=now())
