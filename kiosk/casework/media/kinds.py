"""The first bytes of a file tell its kind. Programs are known so that they can be named when they are refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What content may turn out to be; the first five are taken as materials."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    OFD = "ofd"
    ZIP = "zip"
    OLE = "ole"
    PROGRAM = "program"


MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.TIFF: "image/tiff",
    Kind.OFD: "application/ofd",
}
SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (b"MZ", Kind.PROGRAM),  # Windows
    (b"\x7fELF", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xce", Kind.PROGRAM),  # Mach-O, both widths and orders, and its bundles
    (b"\xfe\xed\xfa\xcf", Kind.PROGRAM),
    (b"\xce\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),  # also Java classes
    (b"\x00asm", Kind.PROGRAM),
    (b"dex\n", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
    (b"MSCF", Kind.PROGRAM),  # installers
    (b"L\x00\x00\x00\x01\x14\x02\x00", Kind.PROGRAM),  # Windows shortcuts
)


@dataclass(frozen=True)
class Limits:
    """How much is taken: bytes of the file, pages, pixels of one page, bytes after unpacking."""

    size: int = 10 * 1024 * 1024
    pages: int = 200
    pixels: int = 60_000_000
    unpacked: int = 100 * 1024 * 1024


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its kind and its pages, counted."""

    kind: Kind
    pages: int


def find_kind(data: bytes) -> Kind | None:
    """The kind whose signature stands at the very start, or None."""
    return next((kind for signature, kind in SIGNATURES if data.startswith(signature)), None)


def holds_archive(data: bytes) -> bool:
    """Whether a reader of ZIP archives would find entries in these bytes, wherever they stand."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
        return False
