"""Where a paper can be printed now: for whoever looks for a machine, signed in or not."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from marshmallow.validate import OneOf

from kiosk.machines.care import ABILITIES
from kiosk.machines.nearest import Wish, find_nearest
from kiosk.machines.troubles import Limits
from kiosk.uow import reading
from kiosk.web.access import now, public
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict

blp = Blueprint("places", __name__, url_prefix="/api/v1/machines", description="自助终端网点")


class NearestQuery(Strict):
    """From where, and what the paper needs."""

    division = fields.String(
        required=True, validate=validate.Length(equal=6), metadata={"example": "500106"}
    )
    ability = fields.List(fields.String(validate=OneOf(ABILITIES)), load_default=[])
    blank_kind = fields.String(load_default=None, validate=validate.Length(min=1, max=32))
    sheets = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100))


class PlaceSchema(Schema):
    """One machine that can print it now."""

    number = fields.String()
    name = fields.String()
    place = fields.String()
    hall = fields.String(allow_none=True)
    opening_hours = fields.String(allow_none=True)
    district = fields.String()


class PlaceList(Schema):
    """Nearest first."""

    machines = fields.List(fields.Nested(PlaceSchema))


@blp.get("/nearest")
@public
@blp.arguments(NearestQuery, location="query")
@blp.response(200, PlaceList)
@refusals(blp, 404, 422)
def nearest(query: dict[str, Any]) -> dict[str, Any]:
    """Machines that work, have paper and can do what is asked, the nearest first: same district, city, province."""
    wish = Wish(frozenset(query["ability"]), query["blank_kind"], query["sheets"])
    limits = Limits.of(current_app.config)
    with reading() as session:
        return {"machines": find_nearest(session, query["division"], wish, now(), limits)}
