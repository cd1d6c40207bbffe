"""Subsets of a face for one file: a TrueType file of the glyphs that are used, and the PDF objects around it.

Characters are numbered in the order of their first use; the number is the CID and the glyph at once, so that no
map between both is needed. Two characters that share an outline keep two numbers, each extracts as itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from struct import pack, unpack

from printing.assembly.syntax import outline_stream, stream
from printing.typefaces import Face, Glyph, face, glyph

HEAD, HHEA, MAXP = 54, 36, 32
#: A font file's sum plus this adjustment is a constant of the format.
MAGIC_SUM = 0xB1B0AFBA
OBJECTS_PER_FONT = 5


class Lettering:
    """The characters used so far, by face. ``prefix`` keeps the resource names of two letterings apart."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.used: dict[str, dict[str, str]] = {}

    def name(self, key: str) -> str:
        """Return the resource name of a face."""
        return f"{self.prefix}{key}"

    def encode(self, key: str, text: str) -> str:
        """Return the text as hexadecimal CIDs, taking in characters that are new."""
        codes = self.used.setdefault(key, {})
        for character in text:
            if character not in codes:
                codes[character] = f"{len(codes) + 1:04X}"
        return "".join([codes[character] for character in text])

    def objects(self, first: int, *, level: int) -> tuple[list[bytes], dict[str, int]]:
        """Return the object bodies of all fonts, numbered from ``first``, and resource name → object number."""
        bodies: list[bytes] = []
        names: dict[str, int] = {}
        for key, codes in self.used.items():
            names[self.name(key)] = first + len(bodies)
            bodies += font_objects(face(key), list(codes), first + len(bodies), level=level)
        return bodies, names


def font_objects(source: Face, characters: Sequence[str], first: int, *, level: int) -> list[bytes]:
    """Return font, descendant, descriptor, file and Unicode map; ``first`` is the number of the font object."""
    glyphs = [glyph(source.key, ""), *(glyph(source.key, each) for each in characters)]
    data = font_file(source, glyphs)
    name = f"{_tag(source.key, characters)}+{source.postscript_name}".encode()
    return [
        b"<</Type /Font /Subtype /Type0 /BaseFont /%b /Encoding /Identity-H"
        b" /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>" % (name, first + 1, first + 4),
        b"<</Type /Font /Subtype /CIDFontType2 /BaseFont /%b /CIDToGIDMap /Identity"
        b" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
        b" /FontDescriptor %d 0 R /DW 1000 /W [%b]>>" % (name, first + 2, _widths(source, glyphs)),
        _descriptor(source, name, first + 3),
        outline_stream(data, b"/Length1 %d" % len(data), level=level),
        stream(unicode_map(characters), level=level),
    ]  # fmt: skip


def font_file(source: Face, glyphs: Sequence[Glyph]) -> bytes:
    """Return a TrueType file with these glyphs in this order."""
    count = len(glyphs)
    outlines = b"".join([each.data for each in glyphs])
    ends, end = [0], 0
    for each in glyphs:
        end += len(each.data)
        ends.append(end)
    head = source.table("head", HEAD)
    head = b"%b\0\0\0\0%b\0\1\0\0" % (head[:8], head[12:50])
    tables = [
        (b"glyf", outlines, sum(each.checksum for each in glyphs)),
        *(
            (tag, data, checksum(data))
            for tag, data in (
                (b"head", head),
                (b"hhea", source.table("hhea", HHEA)[:34] + pack(">H", count)),
                (b"hmtx", b"".join([pack(">Hh", each.advance, each.bearing) for each in glyphs])),
                (b"loca", pack(f">{count + 1}I", *ends)),
                (
                    b"maxp",
                    source.table("maxp", 4) + pack(">H", count) + source.table("maxp", MAXP)[6:],
                ),
            )
        ),
    ]
    return _joined(tables)


def _joined(tables: Sequence[tuple[bytes, bytes, int]]) -> bytes:
    offset = 12 + 16 * len(tables)
    records, total = [pack(">IHHHH", 0x00010000, len(tables), 64, 2, 32)], 0
    for tag, data, total_of_table in tables:
        records.append(pack(">4sIII", tag, total_of_table & 0xFFFFFFFF, offset, len(data)))
        offset += len(data) + -len(data) % 4
        total += total_of_table
    directory = b"".join(records)
    total += checksum(directory)
    adjustment = pack(">I", (MAGIC_SUM - total) & 0xFFFFFFFF)
    bodies = [
        (data[:8] + adjustment + data[12:] if tag == b"head" else data) + bytes(-len(data) % 4)
        for tag, data, _ in tables
    ]
    return directory + b"".join(bodies)


def checksum(data: bytes) -> int:
    """Return the sum of a table's 32-bit words."""
    return sum(unpack(f">{(len(data) + 3) // 4}I", data + bytes(-len(data) % 4)))


def _widths(source: Face, glyphs: Sequence[Glyph]) -> bytes:
    parts = []
    for number, each in enumerate(glyphs):
        width = round(each.advance * 1000 / source.units)
        if width != 1000:
            parts.append(b"%d [%d]" % (number, width))
    return b" ".join(parts)


def _descriptor(source: Face, name: bytes, file: int) -> bytes:
    scale = 1000 / source.units
    left, bottom, right, top = (round(value * scale) for value in source.bounds)
    return (
        b"<</Type /FontDescriptor /FontName /%b /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 740 /StemV 80 /FontFile2 %d 0 R>>"
        % (name, left, bottom, right, top, file)
    )


def _tag(key: str, characters: Sequence[str]) -> str:
    """Return six letters that stand for this choice of characters."""
    digest = hashlib.sha256((key + "".join(characters)).encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


MAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
MAP_TAIL = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
#: A section of the map has at most this many entries.
SECTION = 100


@lru_cache(maxsize=16384)
def utf16(character: str) -> str:
    """Return a character as hexadecimal UTF-16, a surrogate pair beyond the basic plane."""
    return character.encode("utf-16-be").hex()


def unicode_map(characters: Iterable[str]) -> bytes:
    """Return the map from CIDs to UTF-16, characters beyond the basic plane included."""
    entries = [
        f"<{number:04X}> <{utf16(character)}>\n"
        for number, character in enumerate(characters, start=1)
    ]
    sections = []
    for start in range(0, len(entries), SECTION):
        part = entries[start : start + SECTION]
        sections.append(f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n")
    return MAP_HEAD + "".join(sections).encode() + MAP_TAIL
