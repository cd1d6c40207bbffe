"""The unified social credit code (GB 32100-2015 with amendment 1)."""

from __future__ import annotations

from dataclasses import dataclass

from services_catalog.codes.checks import CodeInvalid, values_of

KIND = "credit-code"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
REGISTRARS = {
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129",
    "7": "129", "8": "19", "9": "123", "A": "19", "N": "1239", "Y": "1",
}  # fmt: skip


@dataclass(frozen=True)
class CreditCode:
    """A checked code. ``organisation_fits`` is False where the inner check fails, as some issued codes do."""

    value: str
    registrar: str
    category: str
    area: str
    organisation: str
    organisation_fits: bool


def credit_code_check(first17: str) -> str:
    """The 18th character over the first seventeen (GB 32100-2015). Raises CodeInvalid with LENGTH or CHARSET."""
    if len(first17) != len(WEIGHTS):
        raise CodeInvalid(KIND, "LENGTH", "统一社会信用代码的本体应为 17 位")
    values = [ALPHABET.find(character) for character in first17]
    if -1 in values:
        raise CodeInvalid(KIND, "CHARSET", "统一社会信用代码含有不允许的字符")
    weighed = sum(value * weight for value, weight in zip(values, WEIGHTS, strict=True))
    return ALPHABET[(31 - weighed % 31) % 31]


def organisation_check(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997): ten is written X, eleven 0.

    Raises CodeInvalid with LENGTH or CHARSET.
    """
    if len(first8) != len(ORGANISATION_WEIGHTS):
        raise CodeInvalid("organisation-code", "LENGTH", "组织机构代码的本体应为 8 位")
    values = values_of(first8)
    weighed = sum(
        value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - weighed % 11]


def parse_credit_code(value: str) -> CreditCode:
    """Read a code exactly as stored. Raises CodeInvalid with LENGTH, CHARSET, REGISTRAR, AREA or CHECK_DIGIT."""
    if len(value) != 18:
        raise CodeInvalid(KIND, "LENGTH", "统一社会信用代码应为 18 位")
    if not set(value) <= set(ALPHABET):
        raise CodeInvalid(
            KIND, "CHARSET", "统一社会信用代码只用数字和大写字母，且没有 I、O、S、V、Z"
        )
    if value[1] not in REGISTRARS.get(value[0], ""):
        raise CodeInvalid(KIND, "REGISTRAR", "统一社会信用代码的前两位不存在")
    if not value[2:8].isdigit():
        raise CodeInvalid(KIND, "AREA", "统一社会信用代码第 3 至 8 位应为数字")
    if credit_code_check(value[:17]) != value[17]:
        raise CodeInvalid(KIND, "CHECK_DIGIT", "统一社会信用代码校验不通过，请核对")
    fits = organisation_check(value[8:16]) == value[16]
    return CreditCode(value, value[0], value[1], value[2:8], value[8:17], fits)


def is_credit_code(value: str) -> bool:
    """Whether the value is a sound code."""
    try:
        parse_credit_code(value)
    except CodeInvalid:
        return False
    return True


def credit_code_from_body(pair: str, division: str, body8: str) -> str:
    """Compose registrar and category 2, area 6 and organisation body 8 with both check characters.

    Raises CodeInvalid if the parts do not make a code that parses.
    """
    first17 = pair + division + body8 + organisation_check(body8)
    return parse_credit_code(first17 + credit_code_check(first17)).value
