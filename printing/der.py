"""The encoding of ASN.1 that signatures are made of: writing it fast, and telling whether bytes are strictly DER.

Writers and judges of containers both stand on this; it knows nothing of certificates or PDF.
"""

from __future__ import annotations

SEQUENCE, SET, OCTETS, OID, INTEGER, NULL = 0x30, 0x31, 0x04, 0x06, 0x02, 0x05
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
CONSTRUCTED = 0x20
DEEPEST = 24


def tlv(tag: int, *parts: bytes) -> bytes:
    """One value with its tag and its shortest length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def is_strict(data: bytes) -> bool:
    """Whether ``data`` is exactly one value, every length definite, shortest and filled to the last byte."""
    try:
        return _end_of_value(data, 0, len(data), 0) == len(data)
    except ValueError:
        return False


def split_first(data: bytes) -> bytes:
    """The first value in ``data``, without what follows it. Raises ValueError if there is none."""
    start, size = _header(data, 0, len(data))
    return data[: start + size]


def _end_of_value(data: bytes, position: int, end: int, depth: int) -> int:
    """Where the value that begins at ``position`` ends, having walked through everything inside it."""
    start, size = _header(data, position, end)
    stop = start + size
    if data[position] & CONSTRUCTED:
        if depth == DEEPEST:
            raise ValueError("nested too deeply")
        while start < stop:
            start = _end_of_value(data, start, stop, depth + 1)
    return stop


def _header(data: bytes, position: int, end: int) -> tuple[int, int]:
    """Where the content begins and how long it is."""
    if position + 2 > end or data[position] & 0x1F == 0x1F:
        raise ValueError("cut short, or a tag of several bytes")
    size, start = data[position + 1], position + 2
    if size >= 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[start : start + count], "big")
        start += count
        if not 1 <= count <= 4 or size < 0x80 or size >> (8 * (count - 1)) == 0:
            raise ValueError("indefinite length, or one that is not the shortest")
    if start + size > end:
        raise ValueError("reaches beyond its surroundings")
    return start, size
