"""The shapes of the officers' desk: queue, hand, opinions, batches, search."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from kiosk.casework import batch
from kiosk.casework.opinions import Outcome
from kiosk.casework.queues import QueueView, Sought, Whose
from kiosk.casework.states import State
from kiosk.web.api.schemas import (
    DOCUMENT_TYPES,
    ActSchema,
    CaseLineSchema,
    PageQuery,
    ProblemSchema,
    Strict,
    text,
)

OUTCOME_WORDS = {"description": "grant 同意，refuse 不同意"}


class QueueQuery(PageQuery):
    """Which part of the queue: all of it, ``mine``, what is ``free``, ``unsigned`` (a second signature is missing)
    or ``late``; one state, if asked for."""

    whose = fields.Enum(Whose, by_value=True, load_default=Whose.ALL)
    state = fields.Enum(State, by_value=True, load_default=None)


class QueueLineSchema(CaseLineSchema):
    """A case in a queue; ``held_by`` is the login of the officer who has it in hand."""

    held_by = fields.String(allow_none=True, metadata={"example": "officer.wuhou"})


class QueueSchema(Schema):
    """One page of a queue."""

    cases = fields.List(fields.Nested(QueueLineSchema))
    next = fields.String(allow_none=True)


class SearchSchema(PageQuery):
    """What to look for; everything given must fit. Dates are those of receipt, both included."""

    number = fields.String(load_default=None, validate=validate.Length(min=1, max=50))
    document_type = fields.String(
        load_default=None, validate=validate.OneOf((*DOCUMENT_TYPES, "001"))
    )
    document_number = fields.String(load_default=None, validate=validate.Length(min=1, max=32))
    item = fields.Integer(load_default=None, validate=validate.Range(min=1, max=9999))
    state = fields.Enum(State, by_value=True, load_default=None)
    received_from = fields.Date(load_default=None)
    received_to = fields.Date(load_default=None)


class ReassignSchema(ActSchema):
    """Who shall have the case."""

    officer = text(64, example="second.wuhou")


class OpinionDraft(Strict):
    """An opinion or a signature."""

    outcome = fields.Enum(Outcome, by_value=True, required=True, metadata=OUTCOME_WORDS)
    words = text(2000, example="材料齐全，符合法定形式，建议同意")


class OpinionSchema(Schema):
    """One opinion (``opine``) or second signature (``sign``) on file."""

    kind = fields.String()
    outcome = fields.String()
    officer_name = fields.String()
    words = fields.String()
    at = fields.AwareDateTime()


class OpinionList(Schema):
    """All that officers wrote, oldest first."""

    opinions = fields.List(fields.Nested(OpinionSchema))


class BatchLine(ActSchema):
    """One case of a batch."""

    number = text(50, example="500171202603020000015")


class BatchSchema(Strict):
    """Up to 500 cases and the opinion on all of them."""

    cases = fields.List(
        fields.Nested(BatchLine),
        required=True,
        validate=validate.Length(min=1, max=batch.MOST, error=f"一次最多 {batch.MOST} 件"),
    )
    words = text(2000, example="材料齐全，符合法定形式，同意")


class BatchResult(Schema):
    """What came of one case; ``problem`` says why it was not granted."""

    number = fields.String()
    granted = fields.Boolean()
    repeated = fields.Boolean()
    problem = fields.Nested(ProblemSchema, allow_none=True)


class BatchAnswer(Schema):
    """A result for each case, in the order asked."""

    results = fields.List(fields.Nested(BatchResult))


def view_of(query: dict[str, Any], today: date) -> QueueView:
    """The part of the queue that a query asks for."""
    return QueueView(query["whose"], query["state"], today=today)


def sought_in(body: dict[str, Any]) -> Sought:
    """What a search asks for."""
    names = ("number", "document_type", "document_number", "state", "received_from", "received_to")
    return Sought(item_seq=body["item"], **{name: body[name] for name in names})
