"""The operator's side of the machines: the board, enrolment codes, taking out of service, paper to be looked for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.identity.actors import Role
from kiosk.machines import commands, taking, upkeep
from kiosk.machines.queries import get_machine
from kiosk.machines.troubles import Limits
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text
from printing.blanks import Handling, Range, balance
from printing.job_states import Event
from printing.reconciliation import Reconciliation, reconcile

blp = Blueprint("fleet", __name__, url_prefix="/api/v1/fleet", description="终端运维")
OUTCOMES = [Event.FOUND_PRINTED.value, Event.FOUND_SPOILED.value, Event.FOUND_UNFED.value]
SERIAL = validate.Range(min=1, max=2**31 - 1)
NUMBER = validate.Regexp(
    r"^[A-Z0-9-]{2,32}$", error="终端编号由 2 至 32 位大写字母、数字和短横组成"
)


class NewMachine(Strict):
    """A machine to be entered."""

    number = fields.String(required=True, validate=NUMBER, metadata={"example": "SPB-002"})
    name = text(64, example="三峡广场自助终端一号")
    division_code = fields.String(required=True, validate=validate.Length(equal=6))
    place = text(100, example="三峡广场")


class CodeAnswer(Schema):
    """The one-time code; it is shown once and stored as a digest only."""

    enrolment_code = fields.String()


class ReasonSchema(Strict):
    """Why."""

    reason = text(200, example="设备更换")


class PaperTraySchema(Schema):
    """Sheets in a tray, and how many fit."""

    name = fields.String(metadata={"example": "main"})
    sheets = fields.Integer(allow_none=True, metadata={"example": 120})
    capacity = fields.Integer(allow_none=True, metadata={"example": 250})


class PrinterSupplySchema(Schema):
    """Toner and the like: what is left, in percent."""

    name = fields.String(metadata={"example": "Black Toner"})
    percent = fields.Integer(allow_none=True, metadata={"example": 75})


class PrinterSchema(Schema):
    """What the machine last said of its printer, in IPP words."""

    state = fields.String(metadata={"example": "idle"})
    reasons = fields.List(fields.String(), metadata={"example": ["none"]})
    page_counter = fields.Integer(allow_none=True, metadata={"example": 4120})
    trays = fields.List(fields.Nested(PaperTraySchema))
    supplies = fields.List(fields.Nested(PrinterSupplySchema))
    output_sheets = fields.Integer(allow_none=True, metadata={"example": 0})


class FleetLineSchema(Schema):
    """One machine on the board."""

    number = fields.String()
    name = fields.String()
    division_code = fields.String()
    place = fields.String()
    last_seen_at = fields.AwareDateTime(allow_none=True)
    software_version = fields.String(allow_none=True)
    clock_skew_s = fields.Integer(allow_none=True)
    printer = fields.Nested(PrinterSchema, allow_none=True)
    alarms = fields.List(fields.String())
    maintenance_since = fields.AwareDateTime(allow_none=True)
    hall = fields.String(allow_none=True)
    opening_hours = fields.String(allow_none=True)
    abilities = fields.List(fields.String())


class FleetSchema(Schema):
    """Every machine in service."""

    machines = fields.List(fields.Nested(FleetLineSchema))


class SpanQuery(Strict):
    """A span of time, both ends with their offset."""

    since = fields.AwareDateTime(required=True, metadata={"example": "2026-11-21T08:00:00+08:00"})
    until = fields.AwareDateTime(required=True, metadata={"example": "2026-11-21T20:00:00+08:00"})


class GapSchema(Schema):
    """Pages the counter moved without, or against, the ledger."""

    before = fields.AwareDateTime()
    during = fields.String(allow_none=True)
    counted = fields.Integer()
    entered = fields.Integer()


class ReconciliationSchema(Schema):
    """One machine over one shift."""

    machine = fields.String()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())
    counter_first = fields.Integer(allow_none=True)
    counter_last = fields.Integer(allow_none=True)
    gaps = fields.List(fields.Nested(GapSchema))
    agrees = fields.Boolean()


class BlanksSchema(Strict):
    """What was done with a range of numbered blanks, both ends included."""

    kind = text(32, example="business-licence")
    first = fields.Integer(required=True, strict=True, validate=SERIAL)
    last = fields.Integer(required=True, strict=True, validate=SERIAL)
    handling = fields.String(required=True, validate=validate.OneOf([h.value for h in Handling]))
    machine = fields.String(load_default=None, allow_none=True, validate=NUMBER)
    reason = text(200, example="早班装纸")


class BalanceQuery(SpanQuery):
    """One kind of blank over one shift; ``counted`` is what a person counted in the machine."""

    kind = text(32, example="business-licence")
    counted = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0))


class BalanceSchema(Schema):
    """The balance of a shift; ``missing`` is null unless somebody counted."""

    opening = fields.Integer()
    loaded = fields.Integer()
    unloaded = fields.Integer()
    used = fields.Integer()
    spoiled = fields.Integer()
    in_doubt = fields.Integer()
    closing = fields.Integer()
    missing = fields.Integer(allow_none=True)


class PaperEventSchema(Schema):
    """One thing that was said of a print job."""

    at = fields.AwareDateTime()
    event = fields.String()
    actor = fields.String()
    reason = fields.String(allow_none=True)


class UnknownPaperSchema(Schema):
    """Paper that a person must look for."""

    number = fields.String()
    machine = fields.String()
    licence_identifier = fields.String()
    copy_label = fields.String()
    reason = fields.String(allow_none=True)
    since = fields.AwareDateTime()
    counter_before = fields.Integer(allow_none=True)
    counter_after = fields.Integer(allow_none=True)
    answer_by = fields.AwareDateTime(allow_none=True)
    answered_by = fields.String(allow_none=True)
    history = fields.List(fields.Nested(PaperEventSchema))


class UnknownListSchema(Schema):
    """Longest first."""

    jobs = fields.List(fields.Nested(UnknownPaperSchema))


class LeftPaperSchema(Schema):
    """A paper that nobody took out of the tray."""

    number = fields.String()
    machine = fields.String(attribute="machine_number")
    licence_identifier = fields.String()
    copy_label = fields.String()
    since = fields.AwareDateTime(attribute="updated_at")


class LeftListSchema(Schema):
    """Longest first."""

    jobs = fields.List(fields.Nested(LeftPaperSchema))


class FindingSchema(Strict):
    """What was found out about the paper."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = text(200, example="出纸口有一张完好的执照，已交持证人")


class SettlementSchema(Schema):
    """The job's state, or null while a second person must confirm."""

    state = fields.String(allow_none=True)


@blp.get("/machines")
@requires(Role.OPERATOR)
@blp.response(200, FleetSchema)
@refusals(blp, 401, 403)
def show_fleet() -> dict[str, Any]:
    """The board."""
    with reading() as session:
        limits = Limits.of(current_app.config)
        return {"machines": upkeep.show_fleet(session, now(), limits)}


@blp.post("/machines")
@requires(Role.OPERATOR)
@blp.arguments(NewMachine)
@blp.response(201, CodeAnswer)
@refusals(blp, 401, 403, 404, 409, 422)
def enter_machine(body: dict[str, str]) -> dict[str, str]:
    """Enter a machine; the code goes into its configuration file."""
    code = upkeep.enter_machine(
        body["number"],
        body["name"],
        body["division_code"],
        body["place"],
        actor=current_actor(),
        now=now(),
    )
    return {"enrolment_code": code}


@blp.post("/machines/<number>/enrolment-code")
@requires(Role.OPERATOR)
@blp.response(201, CodeAnswer)
@refusals(blp, 401, 403, 404)
def renew_code(number: str) -> dict[str, str]:
    """A new code for a machine that has lost its key; the old key counts until the new one arrives."""
    return {"enrolment_code": upkeep.renew_code(number, actor=current_actor(), now=now())}


@blp.post("/machines/<number>/revocation")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 422)
def revoke(body: dict[str, str], number: str) -> None:
    """Take a machine out of service at once."""
    commands.revoke_machine(number, body["reason"], actor=current_actor(), now=now())


@blp.get("/machines/<number>/reconciliation")
@requires(Role.OPERATOR)
@blp.arguments(SpanQuery, location="query")
@blp.response(200, ReconciliationSchema)
@refusals(blp, 401, 403, 404, 422)
def reconcile_machine(query: dict[str, Any], number: str) -> Reconciliation:
    """Ledger against page counter, for one shift."""
    with reading() as session:
        machine = get_machine(session, number)
        return reconcile(session, machine.number, query["since"], query["until"])


@blp.post("/blanks")
@requires(Role.OPERATOR)
@blp.arguments(BlanksSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def handle_blanks(body: dict[str, Any]) -> None:
    """Receive, load, unload, spoil or destroy a range of numbered blanks, whole or not at all."""
    upkeep.handle_blanks(
        Range(body["kind"], body["first"], body["last"]),
        Handling(body["handling"]),
        body["machine"],
        body["reason"],
        actor=current_actor(),
        now=now(),
    )


@blp.get("/machines/<number>/blanks")
@requires(Role.OPERATOR)
@blp.arguments(BalanceQuery, location="query")
@blp.response(200, BalanceSchema)
@refusals(blp, 401, 403, 404, 422)
def show_balance(query: dict[str, Any], number: str) -> dict[str, Any]:
    """The balance of a shift, held against a count by hand."""
    with reading() as session:
        machine = get_machine(session, number)
        shift = balance(session, machine.number, query["kind"], query["since"], query["until"])
    counted = query["counted"]
    return asdict(shift) | {"missing": None if counted is None else shift.missing(counted)}


@blp.get("/paper/unknown")
@requires(Role.OPERATOR)
@blp.response(200, UnknownListSchema)
@refusals(blp, 401, 403)
def list_unknown() -> dict[str, Any]:
    """Paper that nobody can account for, with both page counters."""
    with reading() as session:
        return {"jobs": upkeep.list_unknown_paper(session)}


@blp.get("/paper/left")
@requires(Role.OPERATOR)
@blp.response(200, LeftListSchema)
@refusals(blp, 401, 403)
def list_left() -> dict[str, Any]:
    """Paper that lies in a tray, as far as is known."""
    with reading() as session:
        return {"jobs": taking.list_left(session)}


@blp.post("/paper/<number>/taken")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def put_away(body: dict[str, str], number: str) -> None:
    """Say that the paper was taken out of the tray, and where it went."""
    taking.put_away(number, body["reason"], actor=current_actor(), now=now())


@blp.post("/paper/<number>/settlement")
@requires(Role.OPERATOR)
@blp.arguments(FindingSchema)
@blp.response(200, SettlementSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def settle(body: dict[str, str], number: str) -> dict[str, str | None]:
    """Say what became of the paper; to release the original again, a second person says the same."""
    state = upkeep.settle_print(
        number, Event(body["outcome"]), body["reason"], actor=current_actor(), now=now()
    )
    return {"state": state}
