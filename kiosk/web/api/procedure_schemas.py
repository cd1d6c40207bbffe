"""The shapes of special procedures, extensions, hearings, experts and reminders."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from kiosk.casework.experts import INTEREST_WORDS, Interest
from kiosk.casework.procedure_kinds import SPECIAL_WORDS, SpecialKind
from kiosk.web.api.schemas import ActSchema, ReasonedActSchema, Strict, text

NUMBER = validate.Regexp(r"^[0-9A-Za-z_-]{4,32}$", error="编号有误")


class PlannedSchema(ActSchema):
    """A special procedure to begin; an expert review names its experts."""

    kind = fields.Enum(
        SpecialKind,
        by_value=True,
        required=True,
        metadata={
            "example": "inspection",
            "description": "，".join(f"{kind} {words}" for kind, words in SPECIAL_WORDS.items()),
        },
    )
    reason = text(500, example="须送有资质的机构检验")
    expected_days = fields.Integer(
        required=True, validate=validate.Range(min=1, max=365), metadata={"example": 10}
    )
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    experts = fields.List(
        fields.String(validate=NUMBER), load_default=[], validate=validate.Length(max=20)
    )


class ExpertOpinionSchema(ReasonedActSchema):
    """What an expert wrote."""

    expert = fields.String(required=True, validate=NUMBER, metadata={"example": "E0123456789"})


class ExtensionSchema(ReasonedActSchema):
    """By how many working days, and why."""

    days = fields.Integer(
        required=True, validate=validate.Range(min=1, max=60), metadata={"example": 10}
    )


class ArrangementSchema(ActSchema):
    """Where and when the hearing is held."""

    place = text(200, example="武侯区政务服务中心三楼听证室")
    held_at = fields.AwareDateTime(required=True, metadata={"example": "2026-03-20T09:30:00+08:00"})


class MinutesSchema(ReasonedActSchema):
    """The minutes, and the login of the officer who presided."""

    presider = text(64, example="supervisor.wuhou")


class ReviewLineSchema(Schema):
    """One expert of a review."""

    number = fields.String()
    name = fields.String()
    opinion = fields.String(allow_none=True)


class ProcedureLineSchema(Schema):
    """A special procedure."""

    position = fields.Integer()
    kind = fields.String()
    words = fields.String(metadata={"example": "检验"})
    reason = fields.String()
    expected_days = fields.Integer()
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    result = fields.String(allow_none=True)
    paper_number = fields.String()
    experts = fields.List(fields.Nested(ReviewLineSchema))


class ExtensionLineSchema(Schema):
    """The extension that was asked for last; ``approved`` is empty while it waits."""

    days = fields.Integer()
    reason = fields.String()
    asked_by = fields.String()
    approved = fields.Boolean(allow_none=True)
    decided_by = fields.String(allow_none=True)


class HearingLineSchema(Schema):
    """The hearing."""

    reason = fields.String()
    told_on = fields.Date()
    asked_on = fields.Date(allow_none=True)
    place = fields.String(allow_none=True)
    held_at = fields.AwareDateTime(allow_none=True)
    presider = fields.String(allow_none=True)
    minutes = fields.String(allow_none=True)


class ProceduresSchema(Schema):
    """All that stops or lengthens the limits of a case."""

    procedures = fields.List(fields.Nested(ProcedureLineSchema))
    extension = fields.Nested(ExtensionLineSchema, allow_none=True)
    hearing = fields.Nested(HearingLineSchema, allow_none=True)


class NewExpertSchema(Strict):
    """Who enters the pool."""

    name = text(64, example="王样例")
    document_number = text(18, example="510104199003070031")
    province = fields.String(
        required=True,
        validate=validate.OneOf(["四川", "重庆"]),
        metadata={"example": "重庆"},
    )
    field = text(100, example="危险废物处置")
    employer = text(200, example="样例环境研究院")
    employer_code = fields.String(load_default="", validate=validate.Length(max=18))


class InterestSchema(Strict):
    """A tie to a person (``111``, ID number) or an organisation (``001``, credit code)."""

    kind = fields.Enum(
        Interest,
        by_value=True,
        required=True,
        metadata={
            "example": "kinship",
            "description": "，".join(f"{kind} {words}" for kind, words in INTEREST_WORDS.items()),
        },
    )
    document_type = fields.String(
        required=True, validate=validate.OneOf(["111", "001"]), metadata={"example": "001"}
    )
    document_number = text(18, example="91510100MA6EXAMPLE")


class ExpertQuery(Strict):
    """Experts of a field; for a case, with what speaks against each."""

    field = fields.String(load_default=None, validate=validate.Length(max=100))
    case = fields.String(load_default=None, validate=validate.Length(max=50))


class ExpertLineSchema(Schema):
    """An expert of the pool; ``conflicts`` are reasons against reviewing the case asked about."""

    number = fields.String()
    name = fields.String()
    province = fields.String()
    field = fields.String()
    employer = fields.String()
    conflicts = fields.List(fields.String())


class ExpertList(Schema):
    """The pool both provinces share."""

    experts = fields.List(fields.Nested(ExpertLineSchema))


class ExpertEntered(Schema):
    """The public number of the new expert."""

    number = fields.String()


class ReminderLineSchema(Schema):
    """A limit that was near, about to end, or over."""

    number = fields.String()
    clock = fields.String(metadata={"example": "statutory"})
    level = fields.String(metadata={"example": "red"})
    due_on = fields.Date()
    escalated = fields.Boolean()


class ReminderList(Schema):
    """What the authority was reminded of, the latest first."""

    reminders = fields.List(fields.Nested(ReminderLineSchema))
