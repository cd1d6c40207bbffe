"""Invented pictures of seals, as a bureau would deliver them and as it should not."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

RED = (255, 0, 0, 255)


def seal_png(
    side: int = 600,
    *,
    height: int | None = None,
    ink: tuple[int, int, int, int] = RED,
    ground: tuple[int, int, int, int] = (255, 255, 255, 0),
    margin: int = 0,
    corner: bool = False,
) -> bytes:
    """A ring with a square and a bar in it, cut to its circle, as PNG."""
    picture = Image.new("RGBA", (side, height or side), ground)
    draw = ImageDraw.Draw(picture)
    draw.ellipse(
        (margin, margin, side - 1 - margin, side - 1 - margin), outline=ink, width=side // 30
    )
    draw.rectangle((side * 0.4, side * 0.4, side * 0.6, side * 0.6), fill=ink)
    draw.rectangle((side * 0.25, side * 0.7, side * 0.75, side * 0.76), fill=ink)
    if corner:
        draw.rectangle((0, 0, 20, 20), fill=ink)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
