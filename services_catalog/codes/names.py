"""Names of people and organisations: one separator, no private characters; and how they are masked."""

from __future__ import annotations

import unicodedata

from services_catalog.codes.checks import CodeInvalid

KIND = "name"
SEPARATOR = "\u00b7"
SEPARATORS = str.maketrans(dict.fromkeys("\u2022\u2027\u2219\u30fb\uff65\uff0e.", SEPARATOR))
MOST_CHARACTERS = 100


def normalise_name(value: str) -> str:
    """The name with U+00B7 for every look-alike separator and without outer spaces (NFKC misses three of them)."""
    return unicodedata.normalize("NFC", value).strip().translate(SEPARATORS)


def check_name(value: str) -> str:
    """The normalised name of a person. Raises CodeInvalid with EMPTY, LENGTH, SPACE, SEPARATOR or CHARACTER."""
    name = check_text(normalise_name(value))
    if any(character.isspace() for character in name):
        raise CodeInvalid(KIND, "SPACE", "姓名中间不能有空格")
    if name.startswith(SEPARATOR) or name.endswith(SEPARATOR) or SEPARATOR * 2 in name:
        raise CodeInvalid(KIND, "SEPARATOR", "姓名中的间隔点位置不正确")
    return name


def check_text(value: str) -> str:
    """The text without outer spaces; counts code points. Raises CodeInvalid with EMPTY, LENGTH or CHARACTER."""
    text = value.strip()
    if not text:
        raise CodeInvalid(KIND, "EMPTY", "不能为空")
    if len(text) > MOST_CHARACTERS:
        raise CodeInvalid(KIND, "LENGTH", f"不能超过 {MOST_CHARACTERS} 个字")
    for character in text:
        if unicodedata.category(character) in ("Co", "Cc", "Cs", "Cn", "Cf"):
            raise CodeInvalid(
                KIND, "CHARACTER", f"含有不能使用的字符 U+{ord(character):04X}，请到窗口办理"
            )
    return text


def mask_name(name: str) -> str:
    """The first character and a star for each other one, separators included."""
    return name[:1] + "*" * (len(name) - 1)


def mask_id(number: str) -> str:
    """The first three and last four characters; with more, a known birthday would give the number away."""
    return number[:3] + "*" * max(len(number) - 7, 0) + number[-4:]


def mask_phone(phone: str) -> str:
    """The first three and last four digits."""
    return phone[:3] + "****" + phone[-4:]
