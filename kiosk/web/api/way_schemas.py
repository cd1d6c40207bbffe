"""The way of a case: in whose hands it is, through whose it went, what travelled, into which parts it was divided."""

from __future__ import annotations

from marshmallow import Schema, fields


class HandsSchema(Schema):
    """Who has the case now: a place and the part somebody plays there, never a name."""

    place = fields.String(metadata={"example": "成都市武侯区行政审批局"})
    role = fields.String(metadata={"example": "审批人员"})
    words = fields.String(metadata={"example": "正在办理"})


class HopSchema(HandsSchema):
    """One step of the way; ``receipt`` begins the digest that both sides can check it by."""

    at = fields.AwareDateTime()
    receipt = fields.String(metadata={"example": "9F2C41D07A3B55E8"})


class LegPaper(Schema):
    """One paper on the list of a consignment."""

    name = fields.String()
    pages = fields.Integer(allow_none=True)


class LegSchema(Schema):
    """One consignment of papers, with its hand-over slip; ``digest`` is over the list that both sides sign for."""

    number = fields.String(metadata={"example": "JJ20260302000001"})
    direction = fields.String(metadata={"description": "to-decider 寄往办理机关，to-receiver 寄回"})
    carrier = fields.String()
    tracking = fields.String()
    papers = fields.List(fields.Nested(LegPaper))
    digest = fields.String()
    sent_from = fields.String()
    sent_to = fields.String()
    sent_at = fields.AwareDateTime()
    due_on = fields.Date()
    received_at = fields.AwareDateTime(allow_none=True)
    complete = fields.Boolean(allow_none=True)
    remark = fields.String(allow_none=True)
    flagged_at = fields.AwareDateTime(allow_none=True)


class MandateSchema(Schema):
    """The delegation that a case was received under: its delegate handles it in the deciding authority's name."""

    number = fields.String(metadata={"example": "WT7K2M9QXA-37"})
    delegate_code = fields.String()
    delegate_name = fields.String(metadata={"example": "成都市锦江区市场监督管理局"})
    basis = fields.String(metadata={"example": "《行政许可委托书》"})
    document_number = fields.String(metadata={"example": "成武审委〔2026〕1号"})
    document_date = fields.String(metadata={"example": "2026-02-27"})
    announced = fields.String()


class PartMasked(Schema):
    """One part of a joint case (多地联办), decided by its own authority; ``waiting`` until its turn has come."""

    name = fields.String(metadata={"example": "迁入地核准迁入"})
    deciding_name = fields.String()
    state = fields.String()
    state_words = fields.String()
    promised_due_on = fields.Date(allow_none=True)
