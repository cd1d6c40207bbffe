"""The receipt (收件凭证) as the API answers it."""

from __future__ import annotations

from marshmallow import Schema, fields


class ReceiptMaterial(Schema):
    """One paper as the receipt lists it; a file that the platform holds has its SHA-256."""

    name = fields.String()
    form = fields.String()
    pages = fields.Integer(allow_none=True)
    digest = fields.String(allow_none=True)


class ReceiptSchema(Schema):
    """The receipt: not an acceptance."""

    number = fields.String()
    query_code = fields.String()
    received_at = fields.String()
    receiving_place = fields.String()
    deciding_authority = fields.String()
    explanation = fields.List(fields.String())
    assumed = fields.Boolean()
    acceptance_due_on = fields.String(allow_none=True)
    materials = fields.List(fields.Nested(ReceiptMaterial))
    missing = fields.List(fields.String(), metadata={"description": "申请人坚持先交时，还缺的材料"})
    agent = fields.String(allow_none=True)
    authorisation = fields.String(allow_none=True)
