"""Pictures of real seals: what is taken in, what is refused and why, and how they come to stand on paper."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from pikepdf.pdfa import validate_written
from PIL import Image

from printing.reference import reference
from printing.render import render
from printing.seal_import import (
    SIZES,
    OrganLevel,
    Reason,
    SealPictureRefused,
    SealSizeWrong,
    read_seal_picture,
)
from tests.printing.drawing.papers import IMPORTED, paper, pixels, text_of
from tests.support.seal_pictures import seal_png


def test_a_picture_becomes_a_mask_of_its_ink() -> None:
    picture = read_seal_picture(seal_png(), 42, "department")
    assert picture.sha256 == hashlib.sha256(picture.data).hexdigest()
    with Image.open(io.BytesIO(picture.data)) as mask:
        assert (mask.mode, mask.size) == ("L", (600, 600))
        assert (mask.getpixel((300, 300)), mask.getpixel((150, 300))) == (255, 0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-a-png"),
        (b"<svg/>", "not-a-png"),
        (seal_png()[:200], "not-a-png"),
        (bytes(9 << 20), "too-large"),
        (seal_png(4100), "too-large"),
        (seal_png(height=640), "not-square"),
        (seal_png(300), "too-coarse"),
        (seal_png(ground=(255, 255, 255, 255)), "ground"),
        (seal_png(ink=(0, 0, 0, 255)), "colour"),
        (seal_png(ink=(255, 140, 140, 255)), "colour"),
        (seal_png(margin=40), "margin"),
        (seal_png(ink=(255, 0, 0, 0)), "margin"),
        (seal_png(corner=True), "outside"),
    ],
)
def test_what_is_no_fit_picture_is_refused_with_its_reason(data: bytes, reason: Reason) -> None:
    with pytest.raises(SealPictureRefused) as refusal:
        read_seal_picture(data, 42, "department")
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("level", "right", "wrong"),
    [
        ("province", 50, 45),
        ("city", 45, 42),
        ("county", 45, 50),
        ("township", 42, 45),
        ("department", 42, 46),
        ("company", 40, 58),
    ],
)
def test_each_kind_of_organ_has_its_diameter(level: OrganLevel, right: int, wrong: int) -> None:
    assert read_seal_picture(seal_png(700), right, level).diameter_mm == right
    with pytest.raises(SealSizeWrong) as refusal:
        read_seal_picture(seal_png(700), wrong, level)
    assert refusal.value.level == level
    assert SIZES[level].emblem == (level in ("province", "city", "county"))


def test_an_imported_seal_stands_on_a_clean_page_in_its_true_size() -> None:
    data = render(paper(demo=False, seal=IMPORTED)).data
    assert "样章" not in text_of(data)
    red = (pixels(data, dpi=300) == [255, 0, 0]).all(axis=2)
    rows, columns = np.where(red)
    for extent in (np.ptp(rows), np.ptp(columns)):
        assert extent / 300 * 25.4 == pytest.approx(42, abs=0.3)
    middle = (columns.min() + columns.max()) / 2 / 300 * 25.4
    assert middle == pytest.approx(237, abs=0.3)


def test_the_reference_draws_the_same_page() -> None:
    document = paper(demo=False, seal=IMPORTED)
    ours, theirs = pixels(render(document).data), pixels(reference(document))
    assert (abs(ours - theirs).max(axis=2) > 96).mean() < 0.0005


def test_the_same_picture_gives_the_same_bytes_and_a_lawful_file(tmp_path: Path) -> None:
    document = paper(demo=False, seal=IMPORTED)
    first, again = render(document), render(document)
    assert first.digest == again.digest
    file = tmp_path / "imported.pdf"
    file.write_bytes(first.data)
    findings = validate_written(file, "2b").findings
    assert {each.kind for each in findings} <= {"unsupported"}  # The signature field.
