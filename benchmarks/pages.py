"""The page of the benchmarks as other engines get it: the very marks of our own layout, placed and ready.

The peers are spared everything that can be prepared: texts are broken and placed, the ground with its ornament and the
seal are pictures made once, the code is finished. What remains is what an engine is for: read, set, embed, write.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from math import atan2, degrees
from pathlib import Path
from typing import Any

import typst
from PIL import Image

from printing.documents import Document
from printing.filling import Filling
from printing.layout import compose
from printing.marks import Colour, Mark, Modules, Page, Part, Run, Segment, Shape, Stamp
from printing.templates.loading import get_template

#: Our faces as other engines know them: family, file, weight.
FACES = {
    "song": ("CY Song", "CYSong.ttf", 400),
    "song-bold": ("CY Song", "CYSongBold.ttf", 700),
    "hei": ("CY Hei", "CYHei.ttf", 400),
    "kai": ("CY Kai", "CYKai.ttf", 400),
    "rare": ("CY Rare", "CYRare.ttf", 500),
}
PIXELS_PER_INCH = 300
LETTERS = {"m": "M", "l": "L", "c": "C", "h": "Z"}


@dataclass(frozen=True)
class PeerPage:
    """One licence, everything placed, in points from the upper left corner.

    ``code`` has its place, and the code itself as ``svg`` and as ``png`` (an address that holds the picture).
    """

    title: str
    width: float
    height: float
    runs: list[dict[str, Any]]
    code: dict[str, Any]
    seal: dict[str, float]


def page_for(document: Document) -> PeerPage:
    """The licence as our own layout sets it."""
    width, height, page, stamp = _composed(document)
    marks = (*page.ground.marks, *page.values)
    (code,) = (mark for mark in marks if isinstance(mark, Modules))
    radius = stamp.seal.radius
    runs = [_run(mark, height) for mark in marks if isinstance(mark, Run)]
    for mark in stamp.seal.marks:
        if isinstance(mark, Run):
            moved = replace(mark, x=mark.x + stamp.x, y=mark.y + stamp.y)
            runs.append(_run(moved, height))
    return PeerPage(
        title=document.values["name"],
        width=width,
        height=height,
        runs=runs,
        code=_code(code, height),
        seal={"x": stamp.x - radius, "y": height - stamp.y - radius, "side": 2 * radius},
    )


def write_pictures(document: Document, folder: Path) -> None:
    """Put ground.svg, ground.pdf, seal.svg and seal.png into a folder."""
    width, height, page, stamp = _composed(document)
    radius = stamp.seal.radius
    boxes = {
        "ground": (_drawn(page.ground.marks), (0.0, 0.0, width, height)),
        "seal": (_drawn(stamp.seal.marks), (-radius, -radius, 2 * radius, 2 * radius)),
    }
    for name, (marks, box) in boxes.items():
        (folder / f"{name}.svg").write_text(_svg(marks, box), encoding="utf-8")
    _convert(folder / "ground.svg", "pdf", width, height)
    _convert(folder / "seal.svg", "png", 2 * radius, 2 * radius)


def _drawn(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if not isinstance(mark, Part))


def _composed(document: Document) -> tuple[float, float, Page, Stamp]:
    sheet = compose(Filling(get_template(document.template), document))
    page = sheet.pages[0]
    if page.stamp is None:
        raise ValueError("a licence without a seal")
    return sheet.width, sheet.height, page, page.stamp


def _convert(file: Path, kind: Any, width: float, height: float) -> None:
    page = f'#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)\n#image("{file.name}")'
    source = file.with_suffix(".typ")
    source.write_text(page, encoding="utf-8")
    made = typst.compile(str(source), format=kind, ppi=PIXELS_PER_INCH)
    if not isinstance(made, bytes):
        raise TypeError("one page, one file")
    file.with_suffix(f".{kind}").write_bytes(made)


def _svg(marks: Iterable[Mark], box: tuple[float, float, float, float]) -> str:
    """Shapes as an SVG; PDF's y axis is turned round once, on the outside."""
    x, y, width, height = box
    paths = "".join(_path(mark) for mark in marks if isinstance(mark, Shape))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}"'
        f' width="{width}pt" height="{height}pt">'
        f'<g transform="matrix(1 0 0 -1 0 {2 * y + height})">{paths}</g></svg>'
    )


def _path(shape: Shape) -> str:
    drawn = " ".join(_segment(each) for each in shape.segments)
    fill = _hex(shape.fill) if shape.fill else "none"
    stroke = f' stroke="{_hex(shape.stroke)}" stroke-width="{shape.width}"' if shape.stroke else ""
    dash = f' stroke-dasharray="{" ".join(map(str, shape.dash))}"' if shape.dash else ""
    moved = " ".join(map(str, shape.matrix))
    return f'<path d="{drawn}" fill="{fill}"{stroke}{dash} transform="matrix({moved})"/>'


def _segment(segment: Segment) -> str:
    kind, *numbers = segment
    if kind == "re":
        x, y, width, height = numbers
        return f"M{x} {y}h{width}v{height}h{-width}z"
    return LETTERS[kind] + " ".join(map(str, numbers))


def _code(code: Modules, page_height: float) -> dict[str, Any]:
    top = page_height - code.y - code.side
    return {
        "x": code.x,
        "y": top,
        "side": code.side,
        "svg": _code_svg(code),
        "png": _code_png(code),
    }


def _code_svg(code: Modules) -> str:
    size = len(code.rows)
    dark = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, cells in enumerate(code.rows)
        for column, cell in enumerate(cells)
        if cell == "1"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' width="{code.side}pt" height="{code.side}pt"><path d="{dark}"/></svg>'
    )


def _code_png(code: Modules) -> str:
    size = len(code.rows)
    picture, out = Image.new("1", (size, size)), BytesIO()
    picture.putdata([cell == "0" for row in code.rows for cell in row])
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def _run(run: Run, page_height: float) -> dict[str, Any]:
    family, _, weight = FACES[run.face]
    return {
        "face": run.face,
        "family": family,
        "weight": weight,
        "size": run.size,
        "x": run.x,
        "y": round(page_height - run.y, 3),
        "text": run.text,
        "colour": _hex(run.colour),
        "spacing": run.spacing,
        "angle": round(-degrees(atan2(run.turn[1], run.turn[0])), 3),
    }


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
