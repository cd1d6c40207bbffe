"""The part of a file that every document of a template shares: made once, then copied in front of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from printing.assembly.content import Tags, operators
from printing.assembly.subset import Lettering
from printing.assembly.syntax import ONCE, stream
from printing.marks import Ground, Part, Run, Seal

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PROFILE = Path(__file__).resolve().parent / "srgb.icc"
#: Object numbers that are the same in every file.
INTENT, PROFILE_STREAM, MULTIPLY, EMPTY_FORM = 1, 2, 3, 4
SEAL_PREFIX = "S"
#: Face and text of each run, in drawing order.
Letters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Base:
    """Objects 1 … ``len(offsets)`` with their offsets; content streams and parts by ground; fonts by resource name."""

    data: bytes
    offsets: tuple[int, ...]
    contents: dict[Ground, int]
    parts: dict[Ground, tuple[Part, ...]]
    fonts: dict[str, int]
    seal_fonts: dict[str, int]


@lru_cache(maxsize=64)
def base(grounds: tuple[Ground, ...], seal_letters: Letters) -> Base:
    """Return the shared part for these grounds and for the letters of a seal, which most seals have in common."""
    bodies = [
        b"<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1)"
        b" /Info (sRGB IEC61966-2.1) /DestOutputProfile %d 0 R>>" % PROFILE_STREAM,
        stream(_profile(), b"/N 3", level=ONCE),
        b"<</Type /ExtGState /BM /Multiply /ca 1 /CA 1>>",
        stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources <<>>", level=ONCE),
    ]
    letters, contents, parts = Lettering("G"), {}, {}
    for ground in grounds:
        contents[ground], tags = len(bodies) + 1, Tags()
        bodies.append(stream(operators(ground.marks, letters, tags), level=ONCE))
        parts[ground] = tuple(tags.parts)
    fonts = _add_fonts(bodies, letters)
    of_seal = Lettering(SEAL_PREFIX)
    for face, text in seal_letters:
        of_seal.encode(face, text)
    seal_fonts = _add_fonts(bodies, of_seal)
    data, offsets = _joined(bodies)
    return Base(data, offsets, contents, parts, fonts, seal_fonts)


def _add_fonts(bodies: list[bytes], letters: Lettering) -> dict[str, int]:
    more, names = letters.objects(len(bodies) + 1, level=ONCE)
    bodies += more
    return names


def _joined(bodies: list[bytes]) -> tuple[bytes, tuple[int, ...]]:
    data, offsets = bytearray(HEADER), []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return bytes(data), tuple(offsets)


def letters_of(seal: Seal) -> Letters:
    """Return the live text of a seal; its name is drawn as outlines."""
    return tuple((mark.face, mark.text) for mark in seal.marks if isinstance(mark, Run))


def seal_content(seal: Seal) -> bytes:
    """Return the operators of a seal; its letters are numbered as in the shared part."""
    return operators(seal.marks, Lettering(SEAL_PREFIX))


@cache
def _profile() -> bytes:
    return PROFILE.read_bytes()
