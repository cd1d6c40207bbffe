"""Writing ASN.1 in its distinguished encoding: tags, lengths, values. Knows nothing of certificates or PDF."""

from __future__ import annotations

INTEGER, OCTETS, NULL, OID = 0x02, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1


def tlv(tag: int, *parts: bytes) -> bytes:
    """One value with its tag and its shortest length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body
