"""The picture of an imported seal as PDF objects: pure red, seen through a mask that says how much ink stands where.

The mask's PNG data go into the file as they are, since PDF reads PNG's rows (Predictor 15) itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from struct import unpack_from

from printing.assembly.syntax import ONCE, numbers, stream

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Width and height at least, then eight bits of grey, deflated, filtered by rows, not interlaced.
GREY = bytes((8, 0, 0, 0, 0))


@lru_cache(maxsize=32)
def ink_mask(png: bytes) -> bytes:
    """Return the soft mask of a grey PNG of eight bits. Raises ValueError for any other picture."""
    width, height = _size(png)
    data = b"".join(body for kind, body in _chunks(png) if kind == b"IDAT")
    return (
        b"<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode /DecodeParms <</Predictor 15 /Colors 1 /BitsPerComponent 8 /Columns %d>>"
        b" /Length %d>>\nstream\n%b\nendstream" % (width, height, width, len(data), data)
    )


def red_under(png: bytes, mask: int) -> bytes:
    """Return an image of pure red of the PNG's size, seen through the object ``mask``."""
    width, height = _size(png)
    entries = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1"
        b" /ColorSpace [/Indexed /DeviceRGB 0 <FF0000>] /SMask %d 0 R" % (width, height, mask)
    )
    return stream(bytes((width + 7) // 8 * height), entries, level=ONCE)


def picture_form(radius: float, image: int) -> bytes:
    """Return the form that draws the object ``image`` over the circle around the origin."""
    side = 2 * radius
    entries = b"/Type /XObject /Subtype /Form /BBox [%b] /Resources <</XObject <</Ink %d 0 R>>>>" % (
        numbers(-radius, -radius, radius, radius).encode(), image,
    )  # fmt: skip
    place = numbers(side, 0, 0, side, -radius, -radius)
    return stream(f"q {place} cm /Ink Do Q\n".encode(), entries)


def _size(png: bytes) -> tuple[int, int]:
    for kind, body in _chunks(png):
        if kind == b"IHDR" and body[8:] == GREY:
            width, height = unpack_from(">II", body)
            return width, height
    raise ValueError("not a grey PNG of eight bits")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE) if png.startswith(SIGNATURE) else len(png)
    while at + 12 <= len(png):
        (length,) = unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length
