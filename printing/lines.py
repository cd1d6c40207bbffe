"""Breaking Chinese text into lines, in ems: widths do not depend on the size until a size is chosen.

A line never begins with a closing mark nor ends with an opening one; Latin words and figures stay whole; a closing
full-width mark may stand with its empty half over the edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from printing.errors import GlyphMissing
from printing.typefaces import Setting, setting

NO_START = frozenset("，。、；：？！）》」』】〕〉’”…—·％℃,.;:?!)]}%/〗｝＞")
NO_END = frozenset("（《「『【〔〈‘“([{￥¥$№〖｛＜")
HALF_EMPTY = frozenset("，。、；：）》」』】〕〉")
#: A full-width closing mark fills the left half of its square only.
OVERHANG = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """Characters of one line with their settings; ``width`` and ``indent`` in ems.

    A line that ``ends`` its paragraph is never stretched.
    """

    text: str
    settings: Sequence[Setting]
    width: float
    ends: bool
    indent: float = 0.0


def settle(text: str, family: str, field: str) -> list[Setting]:
    """Return how each character is drawn, or raise GlyphMissing for the first that no face has."""
    settings = []
    for character in text:
        found = setting(family, character)
        if found is None:
            raise GlyphMissing(character, field)
        settings.append(found)
    return settings


def one_line(text: str, family: str, field: str) -> Line:
    """Set a text that must not break."""
    settings = settle(text, family, field)
    return Line(text, settings, sum(each.advance for each in settings), True)


def prepare(text: str, family: str, field: str) -> list[tuple[str, list[Setting]]]:
    """Return the paragraphs of a text with their settings, ready to be broken at any width."""
    paragraphs = text.replace("\r\n", "\n").split("\n")
    return [(part, settle(part, family, field)) for part in paragraphs]


def break_lines(
    paragraphs: Sequence[tuple[str, list[Setting]]],
    width: float,
    *,
    tracking: float = 0.0,
    indent: float = 0.0,
) -> list[Line]:
    """Break paragraphs into lines of at most ``width`` ems; the first line of each is ``indent`` shorter."""
    return [
        line
        for text, settings in paragraphs
        for line in _paragraph(text, settings, width, tracking, indent)
    ]


def _paragraph(
    text: str, settings: list[Setting], width: float, tracking: float, indent: float
) -> Iterator[Line]:
    start = 0
    while start < len(text):
        end = _line_end(text, settings, start, width - indent, tracking)
        yield _line(text, settings, start, end, tracking, indent)
        start, indent = end, 0.0
        while start < len(text) and text[start] == " ":
            start += 1
    if not text:
        yield Line("", [], 0.0, True)


def _line(
    text: str, settings: list[Setting], start: int, end: int, tracking: float, indent: float
) -> Line:
    ends = end == len(text)
    trimmed = end
    while trimmed > start and text[trimmed - 1] == " ":
        trimmed -= 1
    part = settings[start:trimmed]
    width = sum(each.advance for each in part) + tracking * max(len(part) - 1, 0)
    if not ends and trimmed > start and text[trimmed - 1] in HALF_EMPTY:
        width -= OVERHANG
    return Line(text[start:trimmed], part, width, ends, indent)


def _line_end(text: str, settings: list[Setting], start: int, room: float, tracking: float) -> int:
    """Return where the line that begins at ``start`` ends: as far right as the rules permit."""
    used, best = 0.0, 0
    for at in range(start, len(text)):
        if at > start and _may_break(text[at - 1], text[at]):
            best = at
        used += settings[at].advance
        spare = OVERHANG if text[at] in HALF_EMPTY else 0.0
        if used - spare > room + 1e-6 and text[at] != " ":
            return best or max(at, start + 1)
        used += tracking
    return len(text)


def _may_break(before: str, after: str) -> bool:
    if after in NO_START or before in NO_END or after == " ":
        return False
    return not (_in_word(before) and _in_word(after))


def _in_word(character: str) -> bool:
    return character < "\u0250" and (character.isalnum() or character in "-_@&+#'.,:/")
