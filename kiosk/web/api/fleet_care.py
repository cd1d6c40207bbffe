"""Looking after machines and their queues: description, maintenance, alarms, and prints that have not begun to feed."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from kiosk.identity.actors import Role
from kiosk.machines import alarms, care, queue
from kiosk.machines.alarm_models import MachineAlarm
from kiosk.machines.troubles import duty_of
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.fleet import NUMBER, ReasonSchema
from kiosk.web.api.schemas import Strict
from printing.job_states import Event

blp = Blueprint("fleet-care", __name__, url_prefix="/api/v1/fleet", description="终端照看")
WORDS = validate.Length(min=1, max=100)


class DescriptionSchema(Strict):
    """Where the machine stands, when people can get at it, what it can do."""

    hall = fields.String(
        load_default=None,
        allow_none=True,
        validate=WORDS,
        metadata={"example": "沙坪坝区政务服务中心"},
    )
    opening_hours = fields.String(
        load_default=None, allow_none=True, validate=WORDS, metadata={"example": "00:00-24:00"}
    )
    abilities = fields.List(
        fields.String(validate=validate.OneOf(care.ABILITIES)),
        required=True,
        metadata={"example": ["a4", "duplex", "card-reader"]},
    )


class MoveSchema(Strict):
    """Where the print goes."""

    machine = fields.String(required=True, validate=NUMBER, metadata={"example": "SPB-002"})


class PrintStateSchema(Schema):
    """The job's state after the act."""

    state = fields.String()


class AlarmSchema(Schema):
    """One trouble that lasts. ``duty`` says whose it is, ``answers`` who has to answer by ``due_at``.

    They differ once it was passed on.
    """

    id = fields.Integer()
    machine = fields.String()
    place = fields.String()
    kind = fields.String()
    duty = fields.String(metadata={"enum": ["supplies", "hall", "fleet"]})
    answers = fields.String(metadata={"enum": ["supplies", "hall", "fleet", "lead"]})
    subject = fields.String()
    since = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    answered_by = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    passed_on_at = fields.AwareDateTime(allow_none=True)


class AlarmList(Schema):
    """Unanswered ones first."""

    alarms = fields.List(fields.Nested(AlarmSchema))


@blp.put("/machines/<number>/description")
@requires(Role.OPERATOR)
@blp.arguments(DescriptionSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 422)
def describe(body: dict[str, Any], number: str) -> None:
    """Say where a machine stands and what it can do."""
    care.describe_machine(number, care.Description(**body), actor=current_actor(), now=now())


@blp.post("/machines/<number>/maintenance")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 422)
def begin_maintenance(body: dict[str, str], number: str) -> None:
    """Begin to work on a machine: its session ends, nothing new is asked of it."""
    care.begin_maintenance(number, body["reason"], actor=current_actor(), now=now())


@blp.delete("/machines/<number>/maintenance")
@requires(Role.OPERATOR)
@blp.response(204)
@refusals(blp, 401, 403, 404)
def end_maintenance(number: str) -> None:
    """The machine works again."""
    care.end_maintenance(number, actor=current_actor(), now=now())


@blp.get("/alarms")
@requires(Role.OPERATOR)
@blp.response(200, AlarmList)
@refusals(blp, 401, 403)
def list_alarms() -> dict[str, Any]:
    """What is wrong now, since when, and who sees to it."""
    with reading() as session:
        return {"alarms": [_alarm(alarm) for alarm in alarms.list_alarms(session)]}


@blp.post("/alarms/<int:number>/answer")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def answer_alarm(body: dict[str, str], number: int) -> None:
    """Take an alarm: who sees to it, and how."""
    alarms.answer_alarm(number, body["reason"], actor=current_actor(), now=now())


@blp.post("/prints/<number>/hold")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(200, PrintStateSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def hold(body: dict[str, str], number: str) -> dict[str, str]:
    """Keep a waiting print back."""
    return _change(number, Event.HOLD, body)


@blp.post("/prints/<number>/release")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(200, PrintStateSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def release(body: dict[str, str], number: str) -> dict[str, str]:
    """Let a print go on that was kept back."""
    return _change(number, Event.RELEASE, body)


@blp.post("/prints/<number>/cancellation")
@requires(Role.OPERATOR)
@blp.arguments(ReasonSchema)
@blp.response(200, PrintStateSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def cancel(body: dict[str, str], number: str) -> dict[str, str]:
    """Cancel a print that has not begun to feed; the original is free again."""
    return _change(number, Event.CANCEL, body)


@blp.post("/prints/<number>/move")
@requires(Role.OPERATOR)
@blp.arguments(MoveSchema)
@blp.response(200, PrintStateSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def move(body: dict[str, str], number: str) -> dict[str, str]:
    """Hand a print that has not begun to feed to another machine."""
    state = queue.move_print(number, body["machine"], actor=current_actor(), now=now())
    return {"state": state.value}


def _change(number: str, event: Event, body: dict[str, str]) -> dict[str, str]:
    state = queue.change_print(number, event, body["reason"], actor=current_actor(), now=now())
    return {"state": state.value}


def _alarm(alarm: MachineAlarm) -> dict[str, Any]:
    shown = ("id", "kind", "subject", "since", "due_at", "answered_by", "answer", "passed_on_at")
    where = {"machine": alarm.machine.number, "place": alarm.machine.place}
    duties = {"duty": duty_of(alarm.kind), "answers": alarms.answers(alarm)}
    return {name: getattr(alarm, name) for name in shown} | where | duties
