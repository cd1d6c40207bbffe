"""The engines beside us, each set up once, as warm as it gets, and called as its documentation advises."""

from __future__ import annotations

import json
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import typst
import weasyprint
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from weasyprint.text.fonts import FontConfiguration

from benchmarks.pages import FACES, PeerPage
from printing.typefaces import FOLDER as FONTS

TYPST_TEXTS = """
#let licence = json(bytes(sys.inputs.page))
#set page(width: licence.width * 1pt, height: licence.height * 1pt, margin: 0pt)
#set text(top-edge: "baseline", bottom-edge: "baseline", lang: "zh",
  cjk-latin-spacing: none)
"""
TYPST_GROUND = """
#set page(background: image("{ground}", width: 100%, height: 100%))
"""
TYPST_RUNS = """
#for run in licence.runs {
  let words = text(font: run.family, weight: run.weight, size: run.size * 1pt,
    fill: rgb(run.colour), tracking: run.spacing * 1pt, run.text)
  if run.angle != 0 { words = rotate(run.angle * 1deg, origin: left + bottom, words) }
  place(top + left, dx: run.x * 1pt, dy: run.y * 1pt, words)
}
"""
TYPST_PICTURES = """
#place(top + left, dx: licence.code.x * 1pt, dy: licence.code.y * 1pt,
  image(bytes(licence.code.svg), format: "svg", width: licence.code.side * 1pt))
#place(top + left, dx: licence.seal.x * 1pt, dy: licence.seal.y * 1pt,
  image("seal.svg", width: licence.seal.side * 1pt))
"""
#: How WeasyPrint gets seal and code: as lines, as pixels, or, with the ground, not at all.
LINES, PIXELS, NOTHING = "lines", "pixels", "nothing"


class Typst:
    """A compiler with our fonts and no others. Without ``ground`` it sets the texts and nothing else."""

    def __init__(self, folder: Path, ground: str | None, standards: list[Any]) -> None:
        parts = [TYPST_TEXTS, TYPST_RUNS]
        if ground is not None:
            parts = [parts[0], TYPST_GROUND.format(ground=ground), parts[1], TYPST_PICTURES]
        source = folder / f"page-{ground}-{len(standards)}.typ"
        source.write_text("".join(parts), encoding="utf-8")
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        )
        self._compiler = typst.Compiler(str(source), font_paths=fonts)
        self._standards = standards

    def render(self, page: PeerPage) -> bytes:
        """The page as a PDF."""
        inputs = {"page": json.dumps(page.__dict__, ensure_ascii=False)}
        made = self._compiler.compile(
            format="pdf", sys_inputs=inputs, pdf_standards=self._standards
        )
        if not isinstance(made, bytes):
            raise TypeError("one page, one file")
        return made


class WeasyPrint:
    """Fonts, style sheet and pictures are kept between pages; ``pictures`` is LINES, PIXELS or NOTHING."""

    def __init__(self, folder: Path, page: PeerPage, pictures: str) -> None:
        self._folder, self._pictures = folder, pictures
        self._fonts = FontConfiguration()
        self._style = weasyprint.CSS(string=_style(page), font_config=self._fonts)
        self._cache: dict[str, Any] = {}
        self._ascents = {key: _ascent(FONTS / file) for key, (_, file, _) in FACES.items()}

    def render(self, page: PeerPage) -> bytes:
        """The page as a PDF."""
        texts = "".join(self._paragraph(run) for run in page.runs)
        ground = '<img class="ground" src="ground.svg">' if self._pictures != NOTHING else ""
        html = (
            f'<!DOCTYPE html><html lang="zh"><head><title>{escape(page.title)}</title></head>'
            f"<body>{ground}{texts}{self._code(page)}{self._seal(page)}</body></html>"
        )
        parsed = weasyprint.HTML(string=html, base_url=f"{self._folder}/")
        made: bytes = parsed.write_pdf(
            stylesheets=[self._style], font_config=self._fonts, cache=self._cache
        )
        return made

    def _paragraph(self, run: dict[str, Any]) -> str:
        ascent = self._ascents[run["face"]] * run["size"]
        style = {
            "left": f"{run['x']}pt",
            "top": f"{run['y'] - ascent:.2f}pt",
            "font-size": f"{run['size']}pt",
            "color": run["colour"],
            "letter-spacing": f"{run['spacing']}pt",
        }
        if run["angle"]:
            style["transform-origin"] = f"0 {ascent:.2f}pt"
            style["transform"] = f"rotate({run['angle']}deg)"
        written = ";".join(f"{name}:{value}" for name, value in style.items())
        return f'<p class="{run["face"]}" style="{written}">{escape(run["text"])}</p>'

    def _code(self, page: PeerPage) -> str:
        place = _place(page.code)
        if self._pictures == LINES:
            return f'<div style="{place}">{page.code["svg"]}</div>'
        if self._pictures == PIXELS:
            return f'<img style="{place};image-rendering:pixelated" src="{page.code["png"]}">'
        return ""

    def _seal(self, page: PeerPage) -> str:
        if self._pictures == NOTHING:
            return ""
        kind = "svg" if self._pictures == LINES else "png"
        return f'<img style="{_place(page.seal)}" src="seal.{kind}">'


class PyHanko:
    """Stock signing with a PKCS#12 key, in memory."""

    def __init__(self, key_file: Path, password: str) -> None:
        loaded = signers.SimpleSigner.load_pkcs12(str(key_file), passphrase=password.encode())
        if loaded is None:
            raise ValueError("pyHanko can not read the key file")
        self._signer = loaded
        self._about = signers.PdfSignatureMetadata(
            field_name="seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )

    def sign(self, data: bytes) -> bytes:
        """A signed copy of an unsigned PDF."""
        out = BytesIO()
        writer = IncrementalPdfFileWriter(BytesIO(data))
        signers.sign_pdf(writer, self._about, signer=self._signer, output=out)
        return out.getvalue()


def _place(box: dict[str, Any]) -> str:
    side = f"width:{box['side']}pt;height:{box['side']}pt"
    return f"left:{box['x']}pt;top:{box['y']}pt;{side}"


def _style(page: PeerPage) -> str:
    faces = "".join(
        f'@font-face{{font-family:"{key}";src:url("{(FONTS / file).as_uri()}")}}'
        f'.{key}{{font-family:"{key}","rare"}}'
        for key, (_, file, _) in FACES.items()
    )
    return (
        f"{faces}@page{{size:{page.width}pt {page.height}pt;margin:0}}"
        "p,img,div{position:absolute;margin:0;white-space:pre;line-height:1}"
        f".ground{{left:0;top:0;width:{page.width}pt;height:{page.height}pt}}"
    )


def _ascent(file: Path) -> float:
    """How far below the top of a line as high as the size its baseline lies, in sizes."""
    with TTFont(file, lazy=True) as font:
        units, head = font["head"].unitsPerEm, font["hhea"]
        above, below = head.ascent / units, -head.descent / units
    return (1 + above - below) / 2
