"""The empty signature field of a sealed page: everything but the container (ISO 32000-1, 12.8; ETSI EN 319 142-1).

The seal certifies the document (DocMDP, P = 1): any later change makes the signature invalid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from printing.assembly.syntax import date_string, numbers, text_string
from printing.documents import SIGNATURE_BYTES

FIELD_NAME = "seal"
#: An annotation's flags: printed (4) and locked (128).
PRINT_AND_LOCK = 132
#: Ten digits for each number of /ByteRange, so that filling them in moves nothing.
RANGE_FORM = b"[%010d %010d %010d %010d]"
NO_RANGE = RANGE_FORM % (0, 0, 0, 0)
CONTENTS = b"<" + b"0" * (2 * SIGNATURE_BYTES) + b">"


@dataclass(frozen=True)
class FieldPlace:
    """Numbers of the objects around the signature field, its key among the parents, its rectangle in points."""

    widget: int
    value: int
    page: int
    appearance: int
    parent: int
    rectangle: tuple[float, float, float, float]


def widget(place: FieldPlace, owner: str) -> bytes:
    """Return the field, which is its own annotation over the seal; what is seen is drawn on the page."""
    return (
        b"<</Type /Annot /Subtype /Widget /FT /Sig /T (%b) /TU %b /V %d 0 R /P %d 0 R /F %d"
        b" /StructParent %d /Rect [%b] /AP <</N %d 0 R>>>>"
        % (
            FIELD_NAME.encode(), text_string(owner), place.value, place.page, PRINT_AND_LOCK,
            place.parent,
            numbers(*place.rectangle).encode(), place.appearance,
        )
    )  # fmt: skip


def value(owner: str, sealed_at: datetime) -> bytes:
    """Return the signature dictionary with a zeroed container and a zeroed byte range."""
    return (
        b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name %b /M %b"
        b" /Reference [<</Type /SigRef /TransformMethod /DocMDP"
        b" /TransformParams <</Type /TransformParams /P 1 /V /1.2>>>>]"
        b" /ByteRange %b /Contents %b>>"
        % (text_string(owner), date_string(sealed_at), NO_RANGE, CONTENTS)
    )


def settle_range(data: bytearray, start: int) -> tuple[int, int]:
    """Fill in the final /ByteRange and return the gap of /Contents; the signature's object begins at ``start``."""
    opening = data.index(b"/Contents <", start) + len(b"/Contents ")
    closing = opening + len(CONTENTS)
    at = data.index(NO_RANGE, start, opening)
    data[at : at + len(NO_RANGE)] = RANGE_FORM % (0, opening, closing, len(data) - closing)
    return opening, closing
