"""Marks become content stream operators (ISO 32000-1, 8.5 and 9.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from printing.assembly.subset import Lettering
from printing.assembly.syntax import colour, number, numbers
from printing.marks import ARTIFACT, BLACK, UPRIGHT, Mark, Modules, Part, Run, Segment, Shape

DARK = re.compile("1+")


@dataclass
class Tags:
    """The parts of a page in the order of their marked content, numbered from ``first``."""

    first: int = 0
    parts: list[Part] = field(default_factory=list)
    current: Part = ARTIFACT

    def begin(self) -> str:
        """Return the operator that opens marked content of the current part."""
        if self.current is ARTIFACT:
            return "/Artifact BMC"
        self.parts.append(self.current)
        return f"/{self.current.role} <</MCID {self.first + len(self.parts) - 1}>> BDC"


def operators(marks: Iterable[Mark], letters: Lettering, tags: Tags | None = None) -> bytes:
    """Return the operators that draw the marks in order, leaving the graphics state as it was.

    With ``tags`` every piece of content belongs to a part of the page, or is marked as decoration.
    """
    parts = ["q"]
    texts: list[Run | Part] = []
    for mark in marks:
        if isinstance(mark, (Run, Part)):
            texts.append(mark)
            continue
        if texts:
            parts += text_operators(texts, letters, tags)
            texts = []
        drawn = _shape(mark) if isinstance(mark, Shape) else _modules(mark)
        parts += _tagged(drawn, isinstance(mark, Shape), tags) if tags else drawn
    parts += text_operators(texts, letters, tags) if texts else []
    parts.append("Q\n")
    return "\n".join(parts).encode()


def _tagged(drawn: Iterable[str], decoration: bool, tags: Tags) -> list[str]:
    return ["/Artifact BMC" if decoration else tags.begin(), *drawn, "EMC"]


def text_operators(
    marks: Iterable[Run | Part], letters: Lettering, tags: Tags | None = None
) -> Iterator[str]:
    """Yield one text object for a series of runs; what a run shares with the one before is not said again."""
    yield "q BT"
    before: Run | None = None
    opened: Part | None = None
    for run in marks:
        if isinstance(run, Part):
            if tags is not None:
                tags.current = run
            continue
        if tags is not None and tags.current is not opened:
            yield f"EMC {tags.begin()}" if opened else tags.begin()
            opened = tags.current
        yield from _state(run, before, letters)
        c, s = run.turn
        turn = "1 0 0 1" if s == 0 else numbers(c, s, -s, c)
        yield f"{turn} {run.x:.2f} {run.y:.2f} Tm <{letters.encode(run.face, run.text)}> Tj"
        before = run
    yield "EMC ET Q" if opened else "ET Q"


def _state(run: Run, before: Run | None, letters: Lettering) -> Iterator[str]:
    if before is None or (run.face, run.size) != (before.face, before.size):
        yield f"/{letters.name(run.face)} {number(run.size)} Tf"
    if run.colour != (before.colour if before else BLACK):
        yield f"{colour(run.colour)} rg {colour(run.colour)} RG"
    if run.spacing != (before.spacing if before else 0.0):
        yield f"{number(run.spacing)} Tc"
    bold = before.embolden * before.size if before else 0.0
    if run.embolden * run.size != bold:
        yield f"2 Tr {number(run.embolden * run.size)} w" if run.embolden else "0 Tr"


def path(segments: Iterable[Segment]) -> Iterator[str]:
    """Yield the construction operators of a path."""
    for name, *values in segments:
        yield f"{numbers(*values)} {name}" if values else name


def _shape(shape: Shape) -> Iterator[str]:
    yield "q"
    if shape.matrix != UPRIGHT:
        a, b, c, d, e, f = shape.matrix
        yield f"{a:.6f} {b:.6f} {c:.6f} {d:.6f} {numbers(e, f)} cm"
    if shape.fill is not None:
        yield f"{colour(shape.fill)} rg"
    if shape.stroke is not None:
        yield f"{colour(shape.stroke)} RG {number(shape.width)} w"
        if shape.dash:
            yield f"[{numbers(*shape.dash)}] 0 d"
    yield from path(shape.segments)
    yield {(True, True): "B", (True, False): "f", (False, True): "S"}.get(
        (shape.fill is not None, shape.stroke is not None), "n"
    )
    yield "Q"


def _modules(code: Modules) -> Iterator[str]:
    """Yield one path of rectangles in units of a module: neighbours in one path leave no seam."""
    count = len(code.rows)
    scale = code.side / count
    yield f"q {scale:.6f} 0 0 {scale:.6f} {numbers(code.x, code.y)} cm"
    starts = range(0, count, CHUNK)
    for row, text in enumerate(code.rows, start=1):
        dark = "".join([_dark(start, text[start : start + CHUNK]) for start in starts])
        yield dark.replace("y", str(count - row))
    yield "f Q"


#: Modules of a row that are turned into rectangles at once; few enough to keep every pattern of them.
CHUNK = 8


@lru_cache(maxsize=8192)
def _dark(start: int, digits: str) -> str:
    """Return rectangles over the dark ones of neighbouring modules; ``y`` stands for their row."""
    spans = (dark.span() for dark in DARK.finditer(digits))
    return "".join([f"{start + left} y {right - left} 1 re\n" for left, right in spans])
