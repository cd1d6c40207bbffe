"""Private-use characters that old GBK systems wrote for characters which had no code point yet.

GBK placed eighty characters at FE50-FEA0 and systems of that time kept them as U+E815-U+E864, and one letter at A8BC
as U+E7C7. Later editions of GB 18030 gave them standard code points; some moved after the edition of Python's codec.
"""

from __future__ import annotations

FIRST = 0xE815
ROW = 0xFE
CELLS = [cell for cell in range(0x50, 0xA1) if cell != 0x7F]
MOVED_LATER = {
    "\ue7c7": "\u1e3f", "\ue81e": "\u9fb4", "\ue826": "\u9fb5", "\ue82b": "\u9fb6", "\ue82c": "\u9fb7",
    "\ue832": "\u9fb8", "\ue843": "\u9fb9", "\ue854": "\u9fba", "\ue864": "\u9fbb",
}  # fmt: skip


def _decoded() -> dict[str, str]:
    """What the codec makes of each place; a character it leaves in the private area is not known."""
    places = {chr(FIRST + n): bytes([ROW, cell]).decode("gb18030") for n, cell in enumerate(CELLS)}
    return {old: new for old, new in places.items() if not "\ue000" <= new <= "\uf8ff"}


STANDARD = str.maketrans(_decoded() | MOVED_LATER)


def suggest_standard(value: str) -> str:
    """The text with known old placements replaced, for a person to confirm; unknown ones stay as they are.

    Never applied by itself: the same private code point may mean another character in another old system.
    """
    return value.translate(STANDARD)
