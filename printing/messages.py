"""Values that travel as JSON between two programs: frozen dataclasses, read strictly, with every fault named."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, TypeVar, get_args, get_origin, get_type_hints

from printing.errors import PrintingError

LONGEST_TEXT = 2000
LARGEST_NUMBER = 2**31 - 1
UNSPEAKABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SHAPES: dict[Any, dict[str, Any]] = {}
_OPTIONAL: dict[Any, frozenset[str]] = {}
Kind = TypeVar("Kind", bound="Message")


class MessageInvalid(PrintingError):
    """A message is not JSON of the agreed shape; ``fields`` names every fault."""

    code = "message-invalid"

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{path}: {'、'.join(why)}" for path, why in faults.items()))
        self.fields = dict(faults)


class Message:
    """A value that travels as a JSON object. Reading is strict: a wrong type, a missing or an unknown field is refused.

    A field with a default may be missing, as an older agent does not say it. Only what the server says may carry fields
    that an older agent does not know (``ignores_unknown``).
    """

    ignores_unknown: ClassVar[bool] = False

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types."""
        return {name: _plain(getattr(self, name)) for name in shape(type(self))}

    def to_json(self) -> bytes:
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Raises MessageInvalid with every fault."""
        faults: dict[str, list[str]] = {}
        value = _read_message(cls, data, "", faults)
        if value is None:
            raise MessageInvalid(faults)
        return value

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Raises MessageInvalid."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise MessageInvalid({"": ["不是 JSON"]}) from error
        return cls.from_dict(data)


def shape(kind: Any) -> dict[str, Any]:
    """The fields of a message class and their types, in order; read once per class."""
    if kind not in _SHAPES:
        hints = get_type_hints(kind)
        _SHAPES[kind] = {field.name: hints[field.name] for field in fields(kind)}
    return _SHAPES[kind]


def _optional(kind: Any) -> frozenset[str]:
    """Names of the fields with a default; read once per class."""
    if kind not in _OPTIONAL:
        known: tuple[Field[Any], ...] = fields(kind)
        _OPTIONAL[kind] = frozenset(field.name for field in known if field.default is not MISSING)
    return _OPTIONAL[kind]


def read_moment(text: str) -> datetime:
    """An ISO 8601 moment with its offset. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return value.to_dict()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value


def _read_message(
    kind: type[Kind], data: Any, path: str, faults: dict[str, list[str]]
) -> Kind | None:
    """The message, or None with its faults entered under their dotted paths."""
    if not isinstance(data, dict):
        faults[path] = ["应为 JSON 对象"]
        return None
    known, before, values = shape(kind), len(faults), {}
    for name, wanted in known.items():
        place = f"{path}.{name}".strip(".")
        if name not in data:
            faults |= {} if name in _optional(kind) else {place: ["缺少"]}
        else:
            values[name] = _read(wanted, data[name], place, faults)
    if not kind.ignores_unknown:
        faults |= {
            f"{path}.{name}".strip("."): ["不认识的字段"] for name in data.keys() - known.keys()
        }
    return kind(**values) if len(faults) == before else None


def _read(wanted: Any, value: Any, path: str, faults: dict[str, list[str]]) -> Any:
    origin = get_origin(wanted)
    if origin is UnionType:
        (inner,) = (kind for kind in get_args(wanted) if kind is not NoneType)
        return None if value is None else _read(inner, value, path, faults)
    if origin is tuple:
        return _read_list(get_args(wanted)[0], value, path, faults)
    if issubclass(wanted, Message):
        return _read_message(wanted, value, path, faults)
    try:
        return _read_plain(wanted, value)
    except (ValueError, TypeError):
        faults[path] = [f"应为{_wording(wanted)}"]
        return None


def _read_list(inner: Any, value: Any, path: str, faults: dict[str, list[str]]) -> Any:
    if not isinstance(value, list):
        faults[path] = ["应为列表"]
        return None
    return tuple(_read(inner, entry, f"{path}.{row}", faults) for row, entry in enumerate(value))


def _read_plain(wanted: type[Any], value: Any) -> Any:
    """One scalar. Raises ValueError, TypeError."""
    if wanted in (int, bool):
        if type(value) is not wanted or abs(value) > LARGEST_NUMBER:
            raise TypeError(wanted)
        return value
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or UNSPEAKABLE.search(value):
        raise TypeError(wanted)
    if wanted is datetime:
        return read_moment(value)
    return date.fromisoformat(value) if wanted is date else wanted(value)


def _wording(wanted: type[Any]) -> str:
    if issubclass(wanted, StrEnum):
        return "、".join(wanted) + "之一"
    words = {int: "整数", bool: "true 或 false", datetime: "带时区的时间", date: "日期"}
    return words.get(wanted, f"不超过 {LONGEST_TEXT} 字的文字")
