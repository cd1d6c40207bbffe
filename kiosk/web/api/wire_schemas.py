"""The messages of ``printing.wire`` as schemas of the API: one definition for agent, server and OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from marshmallow import Schema, ValidationError, fields, validate

from printing.messages import LONGEST_TEXT, Message, MessageInvalid, shape

PLAIN: dict[type, type[fields.Field[Any]]] = {
    bool: fields.Boolean,
    int: fields.Integer,
    datetime: fields.AwareDateTime,
    date: fields.Date,
}


class WireSchema(Schema):
    """Loads and dumps one kind of message by the message's own strict reading; its fields only document it."""

    kind: type[Message]

    def load(self, data: Any, **options: Any) -> Any:
        """The message. Raises ValidationError with every fault."""
        try:
            return self.kind.from_dict(data)
        except MessageInvalid as refusal:
            raise ValidationError(dict(refusal.fields)) from refusal

    def dump(self, obj: Any, **options: Any) -> Any:
        """The message as plain JSON types; nothing stays nothing."""
        return {} if obj is None else obj.to_dict()


@cache
def schema_of(kind: Any) -> type[WireSchema]:
    """The schema of a message class."""
    described = {name: _field(wanted) for name, wanted in shape(kind).items()}
    schema: Any = WireSchema.from_dict(described, name=kind.__name__)
    schema.kind, schema.__doc__ = kind, kind.__doc__
    return schema


def _field(wanted: Any, *, optional: bool = False) -> fields.Field[Any]:
    options: dict[str, Any] = {"required": True, "allow_none": optional}
    if get_origin(wanted) is UnionType:
        (inner,) = (kind for kind in get_args(wanted) if kind is not NoneType)
        return _field(inner, optional=True)
    if get_origin(wanted) is tuple:
        return fields.List(_field(get_args(wanted)[0]), **options)
    if issubclass(wanted, Message):
        return fields.Nested(schema_of(wanted), **options)
    if issubclass(wanted, StrEnum):
        return fields.String(validate=validate.OneOf(list(wanted)), **options)
    if wanted in PLAIN:
        return PLAIN[wanted](**options)
    return fields.String(validate=validate.Length(max=LONGEST_TEXT), **options)
