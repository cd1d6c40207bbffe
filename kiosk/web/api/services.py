"""Serving papers (送达): attempts, consent to electronic service, and results that should have arrived."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.casework import service
from kiosk.casework.service import SELF, Service
from kiosk.casework.service_queries import (
    OpenDelivery,
    delivery_due,
    list_open_deliveries,
    list_services,
)
from kiosk.casework.service_rules import Way
from kiosk.casework.views import get_visible_case
from kiosk.clock import office_date
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text

blp = Blueprint("services", __name__, url_prefix="/api/v1", description="送达")


def _optional(longest: int, words: str) -> fields.String:
    return fields.String(
        load_default="", validate=validate.Length(max=longest), metadata={"description": words}
    )


class ServiceOrder(Strict):
    """What is served and how. By hand: who signs; by post: address, tracking; left: place, reason, witness."""

    way = fields.Enum(Way, by_value=True, required=True, metadata={"example": "handed"})
    papers = fields.List(
        fields.String(validate=validate.Length(max=32)),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "文书编号"},
    )
    result = fields.Boolean(load_default=False, metadata={"description": "办理结果一并送达"})
    place = _optional(200, "送达地点；公告送达写公告载体")
    recipient = _optional(100, "签收人")
    relation = fields.String(load_default=SELF, validate=validate.Length(min=1, max=40))
    address = _optional(200, "邮寄地址，加密保存")
    tracking = _optional(50, "邮件号码")
    reason = _optional(500, "留置、公告的事由")
    witness = _optional(100, "见证人")


class ServiceMade(Schema):
    """The number of the record."""

    number = fields.String(metadata={"example": "SABCDEFGH234567"})


class Confirmation(Strict):
    """What the return slip says."""

    signed_on = fields.Date(required=True, metadata={"example": "2026-03-09"})
    recipient = text(100, example="张三")
    relation = fields.String(load_default=SELF, validate=validate.Length(min=1, max=40))


class Failure(Strict):
    """Why nobody took the papers."""

    reason = text(500, example="查无此人，邮件退回")


class ServiceLine(Schema):
    """One attempt; the remedies count from ``served_on``."""

    number = fields.String()
    papers = fields.List(fields.String())
    result = fields.Boolean()
    way = fields.String()
    way_words = fields.String()
    state = fields.String()
    place = fields.String()
    recipient = fields.String()
    relation = fields.String()
    tracking = fields.String(allow_none=True)
    begun_at = fields.AwareDateTime()
    served_on = fields.Date(allow_none=True)
    failure = fields.String(allow_none=True)
    review_body = fields.String(allow_none=True)
    review_until = fields.Date(allow_none=True)
    suit_until = fields.Date(allow_none=True)
    limits_certain = fields.Boolean(allow_none=True)


class ServiceList(Schema):
    """The attempts of a case, and until when its result is to arrive (行政许可法 art. 44)."""

    services = fields.List(fields.Nested(ServiceLine))
    delivery_due_on = fields.Date(allow_none=True)


class DeliveryLine(Schema):
    """A decided case whose result has not arrived."""

    number = fields.String()
    item_name = fields.String()
    state = fields.String()
    delivery = fields.String()
    decided_on = fields.Date()
    due_on = fields.Date(allow_none=True)
    overdue = fields.Boolean()


class DeliveryList(Schema):
    """Results that wait, the oldest decision first."""

    deliveries = fields.List(fields.Nested(DeliveryLine))


@blp.put("/cases/<number>/service-consent")
@requires(Role.CITIZEN, Role.CLERK)
@blp.response(204)
@refusals(blp, 401, 403, 404)
def consent(number: str) -> None:
    """Agree to electronic service in this case."""
    service.consent(number, actor=current_actor(), now=now())


@blp.delete("/cases/<number>/service-consent")
@requires(Role.CITIZEN, Role.CLERK)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def withdraw_consent(number: str) -> None:
    """Take the agreement back for the future."""
    service.withdraw_consent(number, actor=current_actor(), now=now())


@blp.post("/cases/<number>/services")
@requires(Role.CLERK, Role.OFFICER)
@blp.arguments(ServiceOrder)
@blp.response(201, ServiceMade)
@refusals(blp, 401, 403, 404, 409, 422)
def serve(body: dict[str, Any], number: str) -> dict[str, str]:
    """Record an attempt of service; a result that is served delivers the case."""
    order = Service(**{**body, "papers": tuple(body["papers"])})
    return {"number": service.serve(number, order, actor=current_actor(), now=now())}


@blp.get("/cases/<number>/services")
@requires(Role.CITIZEN, Role.CLERK, Role.OFFICER)
@blp.response(200, ServiceList)
@refusals(blp, 401, 403, 404)
def show_services(number: str) -> dict[str, Any]:
    """Every attempt of service, with the limits of the remedies that it set off."""
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        return {"services": list_services(session, case), "delivery_due_on": delivery_due(case)}


@blp.post("/services/<record>/confirmation")
@requires(Role.CLERK, Role.OFFICER)
@blp.arguments(Confirmation)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def confirm(body: dict[str, Any], record: str) -> None:
    """The return slip came back signed: the service counts from the day on the slip."""
    service.confirm(
        record, body["signed_on"], body["recipient"], body["relation"],
        actor=current_actor(), now=now(),
    )  # fmt: skip


@blp.post("/services/<record>/failure")
@requires(Role.CLERK, Role.OFFICER)
@blp.arguments(Failure)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def fail(body: dict[str, Any], record: str) -> None:
    """The papers came back; other ways are open then."""
    service.fail(record, body["reason"], actor=current_actor(), now=now())


@blp.get("/deliveries")
@requires(Role.OFFICER)
@blp.response(200, DeliveryList)
@refusals(blp, 401, 403)
def show_deliveries() -> dict[str, list[OpenDelivery]]:
    """Results of the officer's authority that have not arrived, the oldest decision first."""
    authority = current_actor().authority_code or ""
    with reading() as session:
        return {"deliveries": list_open_deliveries(session, authority, office_date(now()))}
