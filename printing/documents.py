"""The whole input of a rendering and its output: values with a shape, nothing that acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

#: Bytes reserved for the signature container: a P-256 chain with a timestamp takes less than half.
SIGNATURE_BYTES = 8192

SealKind = Literal["organ", "special", "company"]
Stock = Literal["plain", "blank"]


@dataclass(frozen=True)
class SealPicture:
    """The picture of a seal that was imported: a grey PNG, one byte a pixel, how much red ink stands there.

    ``sha256`` (hex) names the bytes, which are kept by it and not repeated with every paper.
    """

    sha256: str
    diameter_mm: int
    data: bytes = field(repr=False, compare=False)


@dataclass(frozen=True)
class SealSpec:
    """A seal to be drawn: its owner's full legal name along the ring.

    ``kind`` decides diameter and strokes (``organ`` 42 mm, ``special`` 40 mm, ``company`` 42 mm); ``serial`` is the
    13-digit record number at the lower rim or None; ``purpose`` stands under the star (行政审批专用章).
    A seal with ``demo`` shows 样章, always; one without is never drawn here, it has the ``picture`` of its import.
    """

    organ_name: str
    kind: SealKind
    serial: str | None
    demo: bool
    purpose: str | None = None
    picture: SealPicture | None = None


@dataclass(frozen=True)
class Document:
    """One paper: a template, the texts for its fields, and what must be drawn beside them.

    ``values`` maps field key → text. ``tables`` maps table key → rows of cells. ``sealed_at`` (aware) is the moment
    of the seal and the only time in the file. ``demo`` marks the page 样张. ``stock`` "blank" leaves out
    what a pre-printed blank already shows; ``offset_mm`` shifts everything right and up by the machine's calibration.
    """

    template: str
    number: str
    values: Mapping[str, str]
    seal: SealSpec | None
    qr_text: str | None
    sealed_at: datetime
    demo: bool
    copy_label: str | None = None
    licence_identifier: str | None = None
    language: str = "zh-CN"
    tables: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    stock: Stock = "plain"
    offset_mm: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class PreparedPdf:
    """A complete PDF that only lacks its signature container.

    ``gap`` are the bytes of the /Contents string, angle brackets included, all zeros between them; /ByteRange is
    final. A document without a seal has no signature field and the gap (0, 0). ``digest`` is the SHA-256
    of ``data`` in hex.
    """

    data: bytes
    gap: tuple[int, int]
    digest: str
