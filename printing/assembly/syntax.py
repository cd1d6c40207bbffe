"""The few forms of PDF syntax that the assembler writes (ISO 32000-1, 7.3)."""

from __future__ import annotations

import zlib
from datetime import datetime

from printing.marks import Colour

#: Streams that are made once are packed well; those made for each document are packed fast.
ONCE, EACH_TIME = 9, 1


def number(value: float) -> str:
    """Return a number with at most three decimals and no needless zeros."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def numbers(*values: float) -> str:
    """Return numbers with spaces between them."""
    return " ".join(map(number, values))


def colour(value: Colour) -> str:
    """Return the three components of a colour."""
    return numbers(*value)


def text_string(text: str) -> bytes:
    """Return a text as a hexadecimal UTF-16 string, as metadata and annotations take it."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


def date_string(moment: datetime) -> bytes:
    """Return an aware moment as a PDF date with its offset."""
    offset = moment.strftime("%z")
    return f"(D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]})".encode()


def stream(data: bytes, entries: bytes = b"", *, level: int = EACH_TIME) -> bytes:
    """Return the body of a stream object, deflated."""
    return _packed_stream(zlib.compress(data, level), entries)


def outline_stream(data: bytes, entries: bytes, *, level: int) -> bytes:
    """Return a stream of glyph outlines, in which a search for repetitions costs three times what it saves."""
    if level == ONCE:
        return stream(data, entries, level=level)
    packer = zlib.compressobj(level, strategy=zlib.Z_HUFFMAN_ONLY)
    return _packed_stream(packer.compress(data) + packer.flush(), entries)


def _packed_stream(packed: bytes, entries: bytes) -> bytes:
    return b"<<%b /Filter /FlateDecode /Length %d>>\nstream\n%b\nendstream" % (
        entries,
        len(packed),
        packed,
    )


def plain_stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return the body of a stream object as it is; metadata must be readable without inflating it."""
    return b"<<%b /Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)
