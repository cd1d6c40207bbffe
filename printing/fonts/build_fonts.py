"""Make the font files of this folder from their upstream packages (a developer's tool, not used at run time).

Sources, all free to embed and to pass on (licence texts stand beside the results):

    npm pack @expo-google-fonts/noto-serif-sc @expo-google-fonts/noto-sans-sc   (unpacked)
    apt-get download fonts-lxgw-wenkai fonts-hanazono unicode-data              (dpkg-deb -x)

    python printing/fonts/build_fonts.py SOURCES [--into printing/fonts]

SOURCES is the folder that holds them all; files are found by name. The subsets have no hinting and no layout
tables, no composite glyphs, and names of their own where the licence reserves the original one.
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz as hb
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
LEVEL_2_HAN = (
    range(0x2E80, 0x2FE0),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xFA0E, 0xFA2A),
)
RARE_HAN = (range(0x20000, 0x2FA20), range(0x30000, 0x323B0))
SYMBOLS = (
    range(0x20, 0x7F), range(0xA0, 0x180), range(0x2010, 0x2028), range(0x2030, 0x205F), range(0x2070, 0x20CF),
    range(0x2100, 0x2200), range(0x2200, 0x2300), range(0x2460, 0x2500), range(0x2500, 0x2600), range(0x2605, 0x2607),
    range(0x3000, 0x3040), range(0x3040, 0x3130), range(0x3200, 0x3400), range(0xFE10, 0xFE50), range(0xFF00, 0xFFF0),
)  # fmt: skip
DROPPED = (
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "STAT",
    "vhea",
    "vmtx",
    "gasp",
    "FFTM",
    "DSIG",
    "prep",
    "fpgm",
    "cvt ",
)


@dataclass(frozen=True)
class Recipe:
    """One resulting file: where its outlines come from, what it is called, which characters it keeps."""

    key: str
    source: str
    family: str
    style: str
    characters: frozenset[int]


def standard_characters(sources: Path) -> list[str]:
    """Return the 8,105 characters of 通用规范汉字表 (2013) in its order, from Unihan's kTGH."""
    packed = next(sources.rglob("Unihan_OtherMappings.txt.bz2"))
    lines = bz2.decompress(packed.read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines if "\tkTGH\t" in line and not line.startswith("#")]
    rows.sort(key=lambda row: int(row[2].split(":")[1].split()[0]))
    return [chr(int(row[0][2:], 16)) for row in rows]


def gb2312() -> Iterator[int]:
    """Yield every character of GB 2312, symbols included."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", "ignore")
            if character:
                yield ord(character)


def spread(ranges: Iterable[range]) -> frozenset[int]:
    """Return the members of all ranges as one set."""
    return frozenset(code for part in ranges for code in part)


def recipes(standard: Iterable[str]) -> list[Recipe]:
    """Say what to make; HanaMinB gives only what lies beyond the basic plane."""
    usual = frozenset(map(ord, standard)) | frozenset(gb2312()) | spread(SYMBOLS)
    song = usual | spread(LEVEL_2_HAN)
    return [
        Recipe("song", "NotoSerifSC_400Regular.ttf", "CY Song", "Regular", song),
        Recipe("song-bold", "NotoSerifSC_700Bold.ttf", "CY Song", "Bold", usual),
        Recipe("hei", "NotoSansSC_400Regular.ttf", "CY Hei", "Regular", usual),
        Recipe("kai", "LXGWWenKai-Regular.ttf", "CY Kai", "Regular", usual),
        Recipe("rare", "HanaMinB.ttf", "CY Rare", "Regular", spread(RARE_HAN)),
    ]


def subset(path: Path, characters: Iterable[int]) -> bytes:
    """Cut the font down to ``characters``; outlines stay as they are, hints and layout tables go."""
    wish = hb.SubsetInput()
    wish.sets(hb.SubsetInputSets.UNICODE).set(characters)
    wish.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(
        int.from_bytes(tag.encode(), "big") for tag in DROPPED
    )
    wish.sets(hb.SubsetInputSets.NAME_ID).set({0, 1, 2, 7, 13, 14})
    wish.flags = hb.SubsetFlags.NO_HINTING
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    return bytes(hb.subset(face, wish).blob.data)


def flatten(font: TTFont) -> int:
    """Replace composite glyphs by plain outlines, so that a subsetter may copy glyphs byte by byte."""
    glyphs, table = font.getGlyphSet(), font["glyf"]
    composite = [name for name in table.glyphs if table[name].isComposite()]
    for name in composite:
        recording, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[name].draw(recording)
        recording.replay(pen)
        table[name] = pen.glyph()
        table[name].recalcBounds(table)
    return len(composite)


def rename(font: TTFont, recipe: Recipe) -> None:
    """Give the subset its own family name; copyright and licence entries stay."""
    postscript = f"{recipe.family.replace(' ', '')}-{recipe.style}"
    ours = {
        1: recipe.family,
        2: recipe.style,
        3: postscript,
        4: f"{recipe.family} {recipe.style}",
        6: postscript,
    }
    table = font["name"]
    table.names = [
        entry for entry in table.names if entry.nameID in (0, 7, 13, 14) and entry.platformID == 3
    ]
    for number, text in ours.items():
        table.setName(text, number, 3, 1, 0x409)


def build(recipe: Recipe, sources: Path, taken: frozenset[int]) -> tuple[bytes, frozenset[int]]:
    """Make one file; ``taken`` are characters that a better font draws already."""
    raw = subset(next(sources.rglob(recipe.source)), recipe.characters - taken)
    font = TTFont(io.BytesIO(raw), lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    flattened = flatten(font)
    rename(font, recipe)
    font["post"].formatType = 3.0
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    drawn = frozenset(font.getBestCmap())
    print(
        f"{recipe.key:10} {len(drawn):6} characters {out.tell() / 1e6:6.2f} MB, {flattened} composites flattened"
    )
    return out.getvalue(), drawn


def main() -> None:
    """Build all files, the character list and the manifest with their digests."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", type=Path)
    parser.add_argument("--into", type=Path, default=HERE)
    chosen = parser.parse_args()
    standard = standard_characters(chosen.sources)
    (chosen.into / "standard_characters.txt").write_text("".join(standard) + "\n", encoding="utf-8")
    manifest: dict[str, dict[str, str]] = {}
    song: frozenset[int] = frozenset()
    for recipe in recipes(standard):
        data, drawn = build(recipe, chosen.sources, song if recipe.key == "rare" else frozenset())
        song = drawn if recipe.key == "song" else song
        name = f"CY{recipe.key.title().replace('-', '')}.ttf"
        (chosen.into / name).write_bytes(data)
        manifest[recipe.key] = {
            "file": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "source": recipe.source,
        }
    (chosen.into / "fonts.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
