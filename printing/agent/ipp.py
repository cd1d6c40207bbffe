"""The Internet Printing Protocol (RFC 8010, RFC 8011), as much of it as one printer on a cable needs."""

from __future__ import annotations

import itertools
import ssl
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

VERSION = 0x0200
END_OF_ATTRIBUTES = 0x03
FIRST_VALUE_TAG = 0x10
LARGEST_ANSWER = 4_000_000
OK_STATUSES = range(0x0100)

Value = int | bool | str | bytes
Attributes = dict[str, list[Value]]


class Operation(IntEnum):
    """What is asked of the printer."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Group(IntEnum):
    """Kinds of attributes."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04


class Tag(IntEnum):
    """Types of values; all others are kept as bytes."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


NUMBERS = frozenset({Tag.INTEGER, Tag.ENUM})
TEXTS = frozenset(
    {Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME_TYPE}
)


class IppError(Exception):
    """Root of what goes wrong between us and the printer."""


class Unreachable(IppError):
    """No connection came about: the printer has seen nothing of the request."""


class BrokenOff(IppError):
    """The connection ended with the request on its way; the printer may have acted on it, or not."""


class Refused(IppError):
    """The printer answered with an error status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status:#06x} {text}".strip())
        self.status = status


@dataclass(frozen=True)
class Attribute:
    """One attribute of a request, with its type."""

    tag: Tag
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Answer:
    """A decoded message: ``code`` is the operation or the status; one dictionary per group, in order."""

    code: int
    request_id: int
    groups: list[tuple[int, Attributes]]
    data: bytes

    def find(self, group: int) -> list[Attributes]:
        """All groups of that kind."""
        return [attributes for tag, attributes in self.groups if tag == group]


def encode(
    code: int, request_id: int, groups: list[tuple[int, list[Attribute]]], data: bytes = b""
) -> bytes:
    """A message as it travels, with the document behind it."""
    parts = [struct.pack(">HHI", VERSION, code, request_id)]
    for group, attributes in groups:
        parts.append(bytes([group]))
        parts += [piece for attribute in attributes for piece in _encode_attribute(attribute)]
    return b"".join([*parts, bytes([END_OF_ATTRIBUTES]), data])


def decode(message: bytes) -> Answer:
    """Raises BrokenOff for what is no whole IPP message."""
    try:
        _, code, request_id = struct.unpack_from(">HHI", message)
        groups, offset = _decode_groups(message, 8)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BrokenOff(f"no whole IPP message: {error}") from error
    return Answer(code, request_id, groups, message[offset:])


def _encode_attribute(attribute: Attribute) -> Iterator[bytes]:
    name = attribute.name.encode()
    for value in attribute.values:
        raw = _encode_value(attribute.tag, value)
        yield (
            struct.pack(">BH", attribute.tag, len(name)) + name + struct.pack(">H", len(raw)) + raw
        )
        name = b""  # Further values of the same attribute carry no name.


def _encode_value(tag: Tag, value: Value) -> bytes:
    if tag in NUMBERS:
        return struct.pack(">i", int(value))
    if tag is Tag.BOOLEAN:
        return bytes([bool(value)])
    return value if isinstance(value, bytes) else str(value).encode()


def _decode_groups(message: bytes, offset: int) -> tuple[list[tuple[int, Attributes]], int]:
    groups: list[tuple[int, Attributes]] = []
    name = ""
    while (tag := message[offset]) != END_OF_ATTRIBUTES:
        offset += 1
        if tag < FIRST_VALUE_TAG:
            groups.append((tag, {}))
            continue
        own_name, offset = _take(message, offset)
        raw, offset = _take(message, offset)
        name = own_name.decode() or name
        groups[-1][1].setdefault(name, []).append(_decode_value(tag, raw))
    return groups, offset + 1


def _take(message: bytes, offset: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", message, offset)
    end = offset + 2 + length
    if end > len(message):
        raise IndexError("a value ends behind the message")
    return message[offset + 2 : end], end


def _decode_value(tag: int, raw: bytes) -> Value:
    if tag in NUMBERS:
        number: int = struct.unpack(">i", raw)[0]
        return number
    if tag == Tag.BOOLEAN:
        return raw != b"\0"
    return raw.decode() if tag in TEXTS else raw


class Printer:
    """One IPP printer. ``uri`` is ``ipp://host:port/path`` or ``ipps://…``."""

    def __init__(self, uri: str, *, user: str, timeout_s: float = 10.0) -> None:
        self._uri, self._user, self._timeout = uri, user, timeout_s
        self._address = urlsplit(uri)
        self._numbers = itertools.count(1)

    def ask(
        self,
        operation: Operation,
        *attributes: Attribute,
        job: tuple[Attribute, ...] = (),
        document: bytes = b"",
    ) -> Answer:
        """One operation. Raises Unreachable, BrokenOff, Refused."""
        groups: list[tuple[int, list[Attribute]]] = [
            (Group.OPERATION, [*self._greeting(), *attributes])
        ]
        if job:
            groups.append((Group.JOB, list(job)))
        answer = decode(self._send(encode(operation, next(self._numbers), groups, document)))
        if answer.code not in OK_STATUSES:
            said = answer.find(Group.OPERATION)
            text = said[0].get("status-message", [""])[0] if said else ""
            raise Refused(answer.code, str(text))
        return answer

    def _greeting(self) -> list[Attribute]:
        return [
            Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",)),
            Attribute(Tag.LANGUAGE, "attributes-natural-language", ("zh-cn",)),
            Attribute(Tag.URI, "printer-uri", (self._uri,)),
            Attribute(Tag.NAME, "requesting-user-name", (self._user,)),
        ]

    def _send(self, body: bytes) -> bytes:
        connection = self._connect()
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise Unreachable(str(error)) from error
        try:
            connection.request(
                "POST", self._address.path or "/", body, {"Content-Type": "application/ipp"}
            )
            answer = connection.getresponse()
            return answer.read(LARGEST_ANSWER)
        except (OSError, HTTPException) as error:
            raise BrokenOff(str(error)) from error
        finally:
            connection.close()

    def _connect(self) -> HTTPConnection:
        host, port = self._address.hostname or "", self._address.port or 631
        if self._address.scheme == "ipps":
            context = ssl.create_default_context()
            return HTTPSConnection(host, port, timeout=self._timeout, context=context)
        return HTTPConnection(host, port, timeout=self._timeout)
