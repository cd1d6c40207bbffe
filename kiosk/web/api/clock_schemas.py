"""The shape of an explained limit."""

from __future__ import annotations

from marshmallow import Schema, fields


class ClockPartSchema(Schema):
    """A stretch of days that is counted otherwise than one would think."""

    kind = fields.String(
        metadata={
            "example": "make-up",
            "description": "off 放假，closure 办理机关停止办公，make-up 补班，pause 特别程序",
        }
    )
    from_on = fields.Date()
    to_on = fields.Date()
    days = fields.Integer()
    name = fields.String(metadata={"example": "专家评审"})


class ClockSchema(Schema):
    """One limit of the case, explained. Without a due date it is not before ``earliest_on``."""

    key = fields.String(metadata={"example": "statutory"})
    name = fields.String(metadata={"example": "法定办理期限"})
    started_on = fields.Date()
    days = fields.Integer()
    unit = fields.String(metadata={"example": "working_day"})
    due_on = fields.Date(allow_none=True)
    earliest_on = fields.Date()
    days_left = fields.Integer(allow_none=True)
    level = fields.String(
        metadata={"example": "green", "description": "green, amber, red, breached, paused"}
    )
    parts = fields.List(fields.Nested(ClockPartSchema))
    words = fields.String(
        metadata={
            "example": "法定办理期限还剩9个工作日：9月29日受理，10月1日至7日放假，"
            "10月10日补班计入，专家评审3个工作日不计入，至11月5日届满"
        }
    )
