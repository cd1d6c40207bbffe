"""The shapes of judging a paper."""

from __future__ import annotations

from marshmallow import Schema, fields

from kiosk.web.api.schemas import Strict, text


class QrSchema(Strict):
    """The text that a reader found in the 核验码."""

    text = text(1000)


class VerdictSchema(Schema):
    """What can be said of a paper; ``status`` is the registry's word, never guessed when it is not there."""

    genuine = fields.Boolean()
    code = fields.String()
    reason = fields.String()
    demo = fields.Boolean()
    identifier = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    issuer = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    status_words = fields.String(allow_none=True)
    status_since = fields.String(allow_none=True)
