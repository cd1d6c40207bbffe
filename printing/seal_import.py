"""Taking in the picture of a real seal: what it must be before it may stand on paper without 样章.

Diameters are those of 国发〔1999〕25号 by the kind of organ. The rest is what seal makers deliver: pure red, upright,
cut to the circle, on a transparent ground. Nothing is repaired; a picture that is not fit is refused with its reason.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageStat

from printing.documents import SealPicture
from printing.errors import PrintingError

OrganLevel = Literal["province", "city", "county", "township", "department", "company"]
Reason = Literal[
    "not-a-png", "too-large", "not-square", "too-coarse", "ground", "colour", "margin", "outside"
]

LARGEST_BYTES, LARGEST_SIDE = 8 << 20, 4000
COARSEST_DPI = 300
#: From this opacity on a pixel counts as ink, and up to this one as ground (of 255).
INK, GROUND = 128, 16
#: Red at least, green and blue at most, in all but the odd pixel of the ink.
REDDEST, PALEST, ODD_SHARE = 150, 110, 0.01
#: The least share of transparent ground, and how near the ink must come to the picture's edge.
LEAST_GROUND, WIDEST_MARGIN = 0.3, 0.03


class SealPictureRefused(PrintingError):
    """The picture can not be a seal on paper; ``reason`` says what is wrong with it."""

    code = "seal-picture-refused"

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(f"{reason}: {words}")
        self.reason = reason


class SealSizeWrong(PrintingError):
    """A seal of this kind of organ has another diameter (国发〔1999〕25号)."""

    code = "seal-size-wrong"

    def __init__(self, level: OrganLevel, diameter_mm: int, rule: SizeRule) -> None:
        wanted = (
            f"{rule.least:g}" if rule.least == rule.most else f"{rule.least:g} to {rule.most:g}"
        )
        super().__init__(f"a seal of a {level} has {wanted} mm, not {diameter_mm} mm")
        self.level, self.diameter_mm = level, diameter_mm


@dataclass(frozen=True)
class SizeRule:
    """The least and the greatest diameter in millimetres, and whether the seal bears the national emblem."""

    least: int
    most: int
    emblem: bool


#: Governments have one size each; departments and companies at most 45 mm, the least is a convention here.
SIZES: dict[OrganLevel, SizeRule] = {
    "province": SizeRule(50, 50, emblem=True),
    "city": SizeRule(45, 45, emblem=True),
    "county": SizeRule(45, 45, emblem=True),
    "township": SizeRule(42, 42, emblem=False),
    "department": SizeRule(38, 45, emblem=False),
    "company": SizeRule(38, 45, emblem=False),
}


def read_seal_picture(data: bytes, diameter_mm: int, level: OrganLevel) -> SealPicture:
    """The picture as papers use it. Raises SealSizeWrong or SealPictureRefused."""
    rule = SIZES[level]
    if not rule.least <= diameter_mm <= rule.most:
        raise SealSizeWrong(level, diameter_mm, rule)
    picture = _opened(data)
    _require_fine(picture, diameter_mm)
    ink = picture.getchannel("A")
    _require_transparent(ink)
    _require_red(picture, ink)
    _require_cut_to_circle(ink)
    written = io.BytesIO()
    ink.save(written, "PNG", optimize=True)
    mask = written.getvalue()
    return SealPicture(hashlib.sha256(mask).hexdigest(), diameter_mm, mask)


def _opened(data: bytes) -> Image.Image:
    if len(data) > LARGEST_BYTES:
        raise SealPictureRefused("too-large", f"more than {LARGEST_BYTES} bytes")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            if max(opened.size) > LARGEST_SIDE:
                raise SealPictureRefused("too-large", f"more than {LARGEST_SIDE} pixels a side")
            return opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise SealPictureRefused("not-a-png", "the file can not be read as PNG") from error


def _require_fine(picture: Image.Image, diameter_mm: int) -> None:
    width, height = picture.size
    if width != height:
        raise SealPictureRefused("not-square", f"{width} × {height} pixels")
    needed = diameter_mm / 25.4 * COARSEST_DPI
    if width < needed:
        raise SealPictureRefused("too-coarse", f"{width} pixels a side, {needed:.0f} are needed")


def _require_transparent(ink: Image.Image) -> None:
    ground = ink.point(lambda value: 255 if value <= GROUND else 0)
    share = ImageStat.Stat(ground).mean[0] / 255
    if share < LEAST_GROUND:
        raise SealPictureRefused("ground", f"{share:.0%} of the picture is transparent")


def _require_red(picture: Image.Image, ink: Image.Image) -> None:
    red, green, blue, _ = picture.split()
    wrong = ImageChops.lighter(
        red.point(lambda value: 255 if value < REDDEST else 0),
        ImageChops.lighter(green, blue).point(lambda value: 255 if value > PALEST else 0),
    )
    inked = ink.point(lambda value: 255 if value >= INK else 0)
    odd = ImageStat.Stat(ImageChops.multiply(wrong, inked)).sum[0]
    if odd > ODD_SHARE * ImageStat.Stat(inked).sum[0]:
        raise SealPictureRefused("colour", "the ink is not pure red")


def _require_cut_to_circle(ink: Image.Image) -> None:
    """The ink fills the picture's circle, else its diameter on paper would be wrong, and nothing lies outside it."""
    side = ink.width
    inked = ink.point(lambda value: 255 if value >= INK else 0)
    left, top, right, bottom = inked.getbbox() or (side, side, 0, 0)
    if max(left, top, side - right, side - bottom) > WIDEST_MARGIN * side:
        raise SealPictureRefused("margin", "the ink does not reach the picture's edges")
    outside = Image.new("L", ink.size, 255)
    ImageDraw.Draw(outside).ellipse((-1, -1, side, side), fill=0)
    if ImageChops.multiply(outside, inked).getbbox() is not None:
        raise SealPictureRefused("outside", "there is ink outside the circle")
