"""Names of people and organisations, and lines of text, as they may be stored and printed.

Parts of a name are joined by U+00B7 (A1A4 of GB 18030). Unicode's compatibility forms leave U+2022, U+2027 and U+30FB
as they are, so the table is explicit. Lengths count code points; 100 is the width of a name in the national exchange
tables and in GB/T 39046-2020.
"""

from __future__ import annotations

import re
import unicodedata

from services_catalog.codes.checks import CodeInvalid

NAME = "name"
ORGANISATION = "organisation-name"
TEXT = "text"
SEPARATOR = "\u00b7"
SEPARATORS = str.maketrans(dict.fromkeys("\u2022\u2027\u2219\u30fb\uff65", SEPARATOR))
STOPS = str.maketrans(dict.fromkeys("\uff0e.", SEPARATOR))
MOST_CHARACTERS = 100
CHINESE = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
MISPLACED = re.compile(f"^{SEPARATOR}|{SEPARATOR}$|{SEPARATOR}{SEPARATOR}")
SIGNS = frozenset(f"{SEPARATOR}-'\u2019,. ")
REASONS = {
    "Co": "PRIVATE_USE", "Cc": "CONTROL", "Zl": "CONTROL", "Zp": "CONTROL", "Cf": "INVISIBLE",
    "Cs": "UNASSIGNED", "Cn": "UNASSIGNED",
}  # fmt: skip


def normalise_name(value: str) -> str:
    """The name with U+00B7 for every look-alike separator, composed accents and without outer spaces.

    A full stop is a separator only beside Chinese characters: ``J. Smith`` keeps his.
    """
    name = value.strip().translate(SEPARATORS)
    if any(map(unicodedata.combining, name)):
        name = unicodedata.normalize("NFC", name)
    return name.translate(STOPS) if CHINESE.search(name) else name


def check_name(value: str) -> str:
    """The normalised name of a person.

    Foreign names may have spaces, Chinese ones none. Private-use characters are old GBK placements: a person must
    choose the standard character, they are never stored. Raises CodeInvalid with EMPTY, LENGTH, PRIVATE_USE,
    CONTROL, INVISIBLE, UNASSIGNED, SPACE, SEPARATOR or CHARSET.
    """
    name = _legible(NAME, normalise_name(value), MOST_CHARACTERS)
    if CHINESE.search(name) and any(character.isspace() for character in name):
        raise CodeInvalid(NAME, "SPACE", "姓名中间不能有空格")
    if MISPLACED.search(name):
        raise CodeInvalid(NAME, "SEPARATOR", "姓名中的间隔点位置不正确")
    if not all(map(_may_stand_in_name, name)):
        raise CodeInvalid(NAME, "CHARSET", "姓名中只能有文字和间隔点")
    return name


def check_organisation_name(value: str) -> str:
    """The name without outer spaces; brackets and digits belong to it. Raises CodeInvalid as ``check_text``."""
    return _legible(ORGANISATION, value.strip(), MOST_CHARACTERS)


def check_text(value: str, *, longest: int = MOST_CHARACTERS) -> str:
    """One line without outer spaces; ``longest`` counts code points.

    Raises CodeInvalid with EMPTY, LENGTH, PRIVATE_USE, CONTROL, INVISIBLE or UNASSIGNED.
    """
    return _legible(TEXT, value.strip(), longest)


def _legible(kind: str, text: str, longest: int) -> str:
    if not text:
        raise CodeInvalid(kind, "EMPTY", "不能为空")
    if len(text) > longest:
        raise CodeInvalid(kind, "LENGTH", f"不能超过 {longest} 个字")
    for character in text:
        reason = _fault(character)
        if reason is not None:
            words = f"含有不能使用的字符 U+{ord(character):04X}，请改用其他写法或到窗口办理"
            raise CodeInvalid(kind, reason, words)
    return text


def _fault(character: str) -> str | None:
    # The interpreter's tables may be older than the newest extensions of the ideographic planes.
    if CHINESE.match(character):
        return None
    if VARIATION.match(character):
        return "INVISIBLE"
    return REASONS.get(unicodedata.category(character))


def _may_stand_in_name(character: str) -> bool:
    is_letter = unicodedata.category(character)[0] in "LM"
    return is_letter or character in SIGNS or CHINESE.match(character) is not None
