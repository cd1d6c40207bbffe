"""Seals by the rules: size, colour, an evenly spaced and symmetric name, and 样章 on every demonstration."""

from __future__ import annotations

from dataclasses import replace
from math import degrees, hypot

import numpy as np
import pytest

from printing.documents import SealKind, SealSpec
from printing.errors import GlyphMissing
from printing.marks import MM, RED, Run, Shape
from printing.render import render
from printing.seals import (
    ARC_ABOVE_NUMBER,
    ARC_ABOVE_PURPOSE,
    BUILDS,
    FULL_ARC,
    RIM,
    SealInvalid,
    draw_seal,
    ring_text,
)
from tests.printing.drawing.papers import IMPORTED, paper, pixels

LETTERS = "川渝通办示例市示例区行政审批和公共资源交易服务局第一分中心综合业务受理科窗口甲乙丙丁"


def seal(count: int, *, kind: SealKind = "organ", serial: str | None = None) -> SealSpec:
    return SealSpec(LETTERS[:count], kind, serial, True)


def points(shape: Shape) -> list[tuple[float, float]]:
    """All points on a shape's outline, in millimetres from the seal's centre."""
    a, b, c, d, e, f = shape.matrix
    held = [values[-2:] for _, *values in shape.segments if values]
    return [((a * x + c * y + e) / MM, (b * x + d * y + f) / MM) for x, y in held]


def reach(shape: Shape) -> list[float]:
    """Distances from the seal's centre of all points on a shape's outline, in millimetres."""
    return [hypot(x, y) for x, y in points(shape)]


@pytest.mark.parametrize(
    ("arc", "half"), [(FULL_ARC, 150), (ARC_ABOVE_NUMBER, 128), (ARC_ABOVE_PURPOSE, 104)]
)
@pytest.mark.parametrize("count", range(5, 41))
def test_letters_are_evenly_spaced_symmetric_and_apart(count: int, arc: float, half: float) -> None:
    build = BUILDS["organ"]
    ring = ring_text(count, build, arc)
    steps = np.diff(ring.angles)
    assert steps == pytest.approx(steps[0])
    assert ring.angles == pytest.approx([-angle for angle in reversed(ring.angles)])
    assert ring.width < ring.feet * steps[0]
    assert ring.feet + ring.height == pytest.approx(build.diameter / 2 - build.border - RIM)
    assert ring.height >= 2.4
    assert ring.feet > build.star / 2 + 3
    assert degrees(ring.angles[-1]) <= half


@pytest.mark.parametrize("count", [5, 8, 11, 14, 18, 23, 30, 40])
@pytest.mark.parametrize("kind", ["organ", "special", "company"])
def test_a_purpose_and_the_name_do_not_meet(count: int, kind: SealKind) -> None:
    spec = SealSpec(LETTERS[:count], kind, None, True, "行政审批专用章")
    _, _, *letters = [mark for mark in draw_seal(spec).marks if isinstance(mark, Shape)]
    ring, purpose = letters[:count], letters[count:]
    across = [x for letter in purpose for x, _ in points(letter)]
    top = max(y for letter in purpose for _, y in points(letter))
    inside = [
        (x, y)
        for letter in ring
        for x, y in points(letter)
        if y < top + 0.2 and min(across) - 0.2 < x < max(across) + 0.2
    ]
    assert inside == []


@pytest.mark.parametrize("count", [5, 11, 23, 40])
@pytest.mark.parametrize("kind", ["organ", "special", "company"])
def test_every_letter_stays_between_border_and_star(count: int, kind: SealKind) -> None:
    build = BUILDS[kind]
    border, star, *letters = [
        mark for mark in draw_seal(seal(count, kind=kind)).marks if isinstance(mark, Shape)
    ]
    assert len(letters) == count
    assert max(reach(border)) <= build.diameter / 2
    assert max(reach(star)) == pytest.approx(build.star / 2)
    for letter in letters:
        assert max(reach(letter)) < build.diameter / 2 - build.border
        assert min(reach(letter)) > build.star / 2


def test_the_name_runs_clockwise_from_the_lower_left() -> None:
    letters = [mark for mark in draw_seal(seal(11)).marks if isinstance(mark, Shape)][2:]
    assert letters[0].matrix[4] < 0 < letters[-1].matrix[4]
    heights = [letter.matrix[5] for letter in letters]
    assert heights.index(max(heights)) in (5, 6)


def test_a_seal_is_pure_red_and_lets_the_text_through() -> None:
    page = pixels(render(paper(demo=False, seal=IMPORTED)).data, dpi=300)
    left, right = int((237 - 21) / 25.4 * 300), int((237 + 21) / 25.4 * 300)
    top, bottom = int((154.2 - 21) / 25.4 * 300), int((154.2 + 21) / 25.4 * 300)
    place = page[top:bottom, left:right]
    assert (place == [255, 0, 0]).all(axis=2).mean() > 0.1
    # Ink is black below the red, the ground of the paper shows between the strokes.
    assert (place.max(axis=2) < 40).mean() > 0.005
    assert (place.min(axis=2) > 200).mean() > 0.4


@pytest.mark.parametrize("kind", ["organ", "special", "company"])
@pytest.mark.parametrize("serial", [None, "5101070012345"])
@pytest.mark.parametrize("purpose", [None, "行政审批专用章"])
def test_a_demonstration_always_says_so_as_text(
    kind: SealKind, serial: str | None, purpose: str | None
) -> None:
    spec = SealSpec("示例市示例局", kind, serial, True, purpose)
    texts = [mark for mark in draw_seal(spec).marks if isinstance(mark, Run)]
    assert [text.text for text in texts] == ["样章"]
    assert texts[0].colour == RED
    half = BUILDS[kind].diameter / 2 * MM
    assert hypot(texts[0].x, texts[0].y) < half - texts[0].size / 3
    with pytest.raises(SealInvalid, match="imported"):
        draw_seal(SealSpec("示例市示例局", kind, serial, False, purpose))
    with pytest.raises(SealInvalid, match="demonstration"):
        draw_seal(replace(spec, picture=IMPORTED.picture))


def test_the_record_number_stands_along_the_lower_rim_from_left_to_right() -> None:
    marks = draw_seal(seal(11, serial="5101070012345")).marks
    figures = [mark for mark in marks if isinstance(mark, Shape)][-13:]
    across = [mark.matrix[4] for mark in figures if isinstance(mark, Shape)]
    assert across == sorted(across)
    spacing = np.diff(across)
    assert spacing == pytest.approx(spacing[::-1], abs=0.1 * MM)
    assert all(mark.matrix[5] < -10 * MM for mark in figures if isinstance(mark, Shape))


@pytest.mark.parametrize(
    "spec",
    [
        SealSpec("公安局", "organ", None, True),
        SealSpec("长" * 41, "organ", None, True),
        SealSpec("示例市示例局", "organ", "123", True),
        SealSpec("示例市示例局", "organ", "51010700１2345", True),
    ],
)
def test_what_the_rules_do_not_allow_is_refused(spec: SealSpec) -> None:
    with pytest.raises(SealInvalid):
        draw_seal(spec)


def test_a_letter_without_outline_is_named() -> None:
    with pytest.raises(GlyphMissing) as refusal:
        draw_seal(SealSpec("示例市\U0001f600局局", "organ", None, True))
    assert refusal.value.field == "seal.organ_name"
