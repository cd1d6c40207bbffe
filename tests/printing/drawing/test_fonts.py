"""The shipped font files: what the manifest says, what they cover, what they weigh."""

from __future__ import annotations

import hashlib

import pytest

from printing.typefaces import FAMILIES, FOLDER, face, manifest, setting

STANDARD = (FOLDER / "standard_characters.txt").read_text("utf-8").strip()
LEVEL_3 = (
    (0x4E00, 0x9FF0), (0x3400, 0x4DB6), (0x2F00, 0x2FD6), (0x20000, 0x2A6D7), (0x2A700, 0x2B735),
    (0x2B740, 0x2B81E), (0x2B820, 0x2CEA2), (0x2CEB0, 0x2EBE1),
)  # fmt: skip


@pytest.mark.parametrize("key", manifest())
def test_files_are_those_of_the_manifest(key: str) -> None:
    entry = manifest()[key]
    assert hashlib.sha256((FOLDER / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_all_files_together_stay_below_sixty_megabytes_with_their_licences() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 60_000_000
    licences = "".join(path.name for path in FOLDER.glob("LICENCE-*.txt"))
    assert all(
        entry["file"].removesuffix(".ttf").removesuffix("Bold") in licences
        for entry in manifest().values()
    )


@pytest.mark.parametrize("key", ["song", "song-bold", "hei", "kai"])
def test_each_face_draws_the_standard_characters_itself(key: str) -> None:
    assert len(STANDARD) == 8105
    assert [each for each in STANDARD if not face(key).glyph_index(ord(each))] == []


def test_song_and_its_stand_in_draw_all_of_level_3() -> None:
    faces = [face(key) for key in FAMILIES["song"]]
    missing = [
        code
        for first, end in LEVEL_3
        for code in range(first, end)
        if not any(each.glyph_index(code) for each in faces)
    ]
    assert missing == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_draws_names_figures_and_marks(family: str) -> None:
    for character in "欧阳·娜孜𬱖䶮㛃𠮷〔〕（）：；、。《》—…①②√□★℃㎡×0123456789AZaz-/%@ \u3000":
        assert setting(family, character) is not None, character
