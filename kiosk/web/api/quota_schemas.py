"""The shapes of quotas and consultations. Amounts are decimal numbers of the unit, to the thousandth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from kiosk.web.api.schemas import Strict, text
from services_catalog.quota_forms import SCALE, thousandths


class Amount(fields.Decimal):
    """Thousandths inside, a decimal number outside."""

    def __init__(self, **options: Any) -> None:
        super().__init__(as_string=True, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        told = None if value is None else Decimal(value) / SCALE
        return super()._serialize(told, attr, obj, **kwargs)


class NewLineSchema(Strict):
    """A line to agree on, as one of its two sides proposes it."""

    number = fields.String(
        required=True,
        validate=validate.Regexp(r"^[\w〔〕-]{1,64}$", error="编号用字母、数字、汉字和短横"),
        metadata={"example": "WF-2027-001"},
    )
    item = fields.Integer(required=True, metadata={"example": 87})
    year = fields.Integer(
        required=True, validate=validate.Range(min=2000, max=2999), metadata={"example": 2027}
    )
    holder_code = text(18, example="91500000000000000X")
    holder_name = text(100, example="样例再生资源公司")
    kind = text(100, example="废铅蓄电池")
    amount = fields.Decimal(
        required=True,
        validate=validate.Range(max=Decimal(2_000_000)),
        metadata={"example": "1200.5"},
    )
    unit = text(16, example="吨")
    first_authority = text(18, example="11510000DM0000001A")
    second_authority = text(18, example="11500000DM0000002B")

    @post_load
    def scale(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The amount in whole thousandths."""
        amount = thousandths(data["amount"])
        if amount is None:
            raise ValidationError("应大于零，最多三位小数", "amount")
        return data | {"amount": amount}


class LineSchema(Schema):
    """A line of the list as it stands."""

    number = fields.String(attribute="line.number")
    item = fields.Integer(attribute="line.item_seq")
    year = fields.Integer(attribute="line.year")
    holder_code = fields.String(attribute="line.holder_code")
    holder_name = fields.String(attribute="line.holder_name")
    kind = fields.String(attribute="line.kind")
    unit = fields.String(attribute="line.unit")
    first_authority = fields.String(attribute="line.first_code")
    second_authority = fields.String(attribute="line.second_code")
    first_signed_by = fields.String(attribute="line.first_signed_by", allow_none=True)
    second_signed_by = fields.String(attribute="line.second_signed_by", allow_none=True)
    status = fields.String(metadata={"example": "in-force"})
    amount = Amount(attribute="line.amount")
    used = Amount()
    free = Amount()
    cases = fields.Integer(metadata={"description": "正在使用的批准件数"})


class LineList(Schema):
    """Lines by year and number."""

    quotas = fields.List(fields.Nested(LineSchema))


class BookingSchema(Schema):
    """What one approval uses, or used."""

    case = fields.String(attribute="case_number")
    amount = Amount()
    booked_by = fields.String()
    booked_at = fields.AwareDateTime()
    expires_on = fields.Date(allow_none=True)
    given_back_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class QuotaActSchema(Schema):
    """One act on a line."""

    act = fields.String(attribute="action", metadata={"example": "quota-signed"})
    by = fields.String(attribute="actor_number")
    at = fields.AwareDateTime()
    facts = fields.Dict()


class LineHistory(Schema):
    """A line with every booking and every act, oldest first."""

    quota = fields.Nested(LineSchema, attribute="view")
    bookings = fields.List(fields.Nested(BookingSchema))
    acts = fields.List(fields.Nested(QuotaActSchema))


class LinesQuery(Strict):
    """Which lines; without a filter all of the authority's."""

    year = fields.Integer(load_default=None)
    item = fields.Integer(load_default=None)


class QuestionSchema(Strict):
    """A letter to the other side about a case beyond the list."""

    case = text(50, example="50010620260302000001")
    letter = text(200, example="川环函〔2026〕12号")
    words = text(2000, example="拟移入你市处置，请予研究并函复")


class AnswerSchema(Strict):
    """The other side's answer, which can not be changed."""

    agreed = fields.Boolean(required=True, metadata={"example": True})
    letter = text(200, example="渝环函〔2026〕34号")
    words = text(2000, example="同意移入")


class ConsultationSchema(Schema):
    """A question to the other side about one case, and its answer."""

    number = fields.String()
    case = fields.String(attribute="case_number")
    item = fields.Integer(attribute="item_seq")
    asking_authority = fields.String(attribute="asking_code")
    asked_authority = fields.String(attribute="asked_code")
    holder_code = fields.String()
    holder_name = fields.String()
    year = fields.Integer()
    amounts = fields.Dict(keys=fields.String(), values=Amount())
    unit = fields.String()
    letter = fields.String()
    words = fields.String()
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    agreed = fields.Boolean(allow_none=True)
    answer_letter = fields.String(allow_none=True)
    answer_words = fields.String(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class ConsultationList(Schema):
    """Unanswered first, then newest first."""

    consultations = fields.List(fields.Nested(ConsultationSchema))


class GivenBackSchema(Schema):
    """How many bookings were given back."""

    given_back = fields.Integer()
