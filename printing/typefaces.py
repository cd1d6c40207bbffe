"""The faces a page is set in: which glyph draws a character, how wide it is, what its outline is.

Font files are mapped, not read: a fresh process pays for the pages of the file that it touches. Only files made by
``fonts/build_fonts.py`` are opened; they have TrueType outlines, no composite glyphs and a format 12 character map.
"""

from __future__ import annotations

import json
import mmap
import sys
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from struct import unpack_from

FOLDER = Path(__file__).resolve().parent / "fonts"
SPACES = " \u00a0\u3000"
#: Em square of an ideograph: this much of the size stands above the baseline, the rest below.
ASCENT = 0.88
DESCENT = 0.12


@dataclass(frozen=True, slots=True)
class Glyph:
    """One outline as it stands in the font, padded to four bytes. ``checksum`` is its part of the table's sum."""

    data: bytes
    advance: int
    bearing: int
    checksum: int


class Face:
    """One font file."""

    def __init__(self, key: str, path: Path) -> None:
        self.key = key
        with path.open("rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.tables = _tables(self.data)
        self.units: int = unpack_from(">H", self.data, self.tables["head"] + 18)[0]
        self.bounds: tuple[int, int, int, int] = unpack_from(
            ">4h", self.data, self.tables["head"] + 36
        )
        self.postscript_name = path.stem
        self._loca = _words(self.data, self.tables["loca"], self._count("maxp", 4) + 1)
        self._measured = self._count("hhea", 34)
        self._starts, self._ends, self._glyphs = _character_map(self.data, self.tables["cmap"])

    def _count(self, table: str, offset: int) -> int:
        return int(unpack_from(">H", self.data, self.tables[table] + offset)[0])

    def glyph_index(self, code: int) -> int:
        """Return the glyph of a code point, 0 if the face has none or only an empty one."""
        at = bisect_right(self._starts, code) - 1
        if at < 0 or code > self._ends[at]:
            return 0
        index = self._glyphs[at] + code - self._starts[at]
        hollow = self._loca[index] == self._loca[index + 1]
        return 0 if hollow and chr(code) not in SPACES else index

    def measures(self, index: int) -> tuple[int, int]:
        """Return advance and left bearing in font units."""
        table = self.tables["hmtx"]
        if index < self._measured:
            advance, bearing = unpack_from(">Hh", self.data, table + 4 * index)
            return advance, bearing
        advance = unpack_from(">H", self.data, table + 4 * (self._measured - 1))[0]
        tail = table + 4 * self._measured + 2 * (index - self._measured)
        return advance, unpack_from(">h", self.data, tail)[0]

    def outline(self, index: int) -> bytes:
        """Return the glyph's bytes as they stand in the font."""
        start = self.tables["glyf"]
        return self.data[start + self._loca[index] : start + self._loca[index + 1]]

    def table(self, tag: str, length: int) -> bytes:
        """Return the first ``length`` bytes of a table."""
        start = self.tables[tag]
        return self.data[start : start + length]


def _tables(data: mmap.mmap) -> dict[str, int]:
    count = unpack_from(">H", data, 4)[0]
    records = (unpack_from(">4sIII", data, 12 + 16 * number) for number in range(count))
    return {record[0].decode(): record[2] for record in records}


def _words(data: mmap.mmap, start: int, count: int) -> array[int]:
    words = array("I", data[start : start + 4 * count])
    if sys.byteorder == "little":
        words.byteswap()
    return words


def _character_map(data: mmap.mmap, table: int) -> tuple[array[int], array[int], array[int]]:
    """Read the format 12 map: first and last code point of each group, and the glyph of its first."""
    count = unpack_from(">H", data, table + 2)[0]
    for number in range(count):
        offset = table + unpack_from(">I", data, table + 8 + 8 * number)[0]
        if unpack_from(">H", data, offset)[0] == 12:
            groups = unpack_from(">I", data, offset + 12)[0]
            words = _words(data, offset + 16, 3 * groups)
            return words[0::3], words[1::3], words[2::3]
    raise ValueError("the font has no format 12 character map")


@cache
def manifest() -> dict[str, dict[str, str]]:
    """Return the fonts on hand: key → file name and SHA-256."""
    read: dict[str, dict[str, str]] = json.loads((FOLDER / "fonts.json").read_text("utf-8"))
    return read


@cache
def face(key: str) -> Face:
    """Return a face, opened on first use."""
    return Face(key, FOLDER / manifest()[key]["file"])


@lru_cache(maxsize=4096)
def glyph(key: str, character: str) -> Glyph:
    """Return what a subset needs to know of one character; ``character`` "" is the empty box of glyph 0."""
    source = face(key)
    index = source.glyph_index(ord(character)) if character else 0
    data = source.outline(index)
    data += bytes(-len(data) % 4)
    words = unpack_from(f">{len(data) // 4}I", data)
    return Glyph(data, *source.measures(index), sum(words) & 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a character is drawn: its face, its advance in ems, and how much a stand-in must be emboldened."""

    face: str
    advance: float
    embolden: float


#: A character is drawn by the first face that has it.
FAMILIES: dict[str, tuple[str, ...]] = {
    "song": ("song", "rare"),
    "song-bold": ("song-bold", "song", "rare"),
    "hei": ("hei", "song", "rare"),
    "kai": ("kai", "song", "rare"),
}
#: Marks that a face has in a width foreign to Chinese text; the next face of the family draws them.
UNFIT = {"kai": frozenset("“”‘’")}
#: Stroke added to regular cuts that stand in for bold ones, as a share of the size.
SYNTHETIC_BOLD = 0.028


@lru_cache(maxsize=16384)
def setting(family: str, character: str) -> Setting | None:
    """Return how the family draws a character, or None if no face has it."""
    for key in FAMILIES[family]:
        source = face(key)
        index = source.glyph_index(ord(character))
        if index and character not in UNFIT.get(key, ()):
            bold = SYNTHETIC_BOLD if family == "song-bold" and key != family else 0.0
            return Setting(key, source.measures(index)[0] / source.units, bold)
    return None
