"""Check characters, and the one refusal of a faulty code."""

from __future__ import annotations

from services_catalog.errors import CatalogError

ALPHABET_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOD_11_2_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MOD_11_2_CHECKS = "10X98765432"
MRZ_WEIGHTS = (7, 3, 1)


class CodeInvalid(CatalogError):
    """A code breaks its own rules. ``kind`` names the code, ``reason`` is a stable word such as CHECK_DIGIT.

    The value itself is left out: it may be a person's number, and refusals are logged.
    """

    code = "code-invalid"

    def __init__(self, kind: str, reason: str, words: str) -> None:
        super().__init__(words)
        self.kind, self.reason = kind, reason


def mod_37_36_check(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 over 0-9 and A-Z (GB/T 36904-2018). Raises CodeInvalid."""
    product = 36
    for value in values_of(text):
        product = ((product + value) % 36 or 36) * 2 % 37
    return ALPHABET_36[(37 - product) % 36]


def mod_11_2_check(digits: str) -> str:
    """The check character of ISO 7064 MOD 11-2 over 17 digits (GB 11643-1999)."""
    weighed = sum(
        int(digit) * weight for digit, weight in zip(digits, MOD_11_2_WEIGHTS, strict=True)
    )
    return MOD_11_2_CHECKS[weighed % 11]


def mrz_check(text: str) -> str:
    """The check digit of machine-readable zones, weights 7-3-1 modulo 10 (ICAO Doc 9303). Raises CodeInvalid."""
    weighed = sum(
        value * MRZ_WEIGHTS[place % len(MRZ_WEIGHTS)] for place, value in enumerate(values_of(text))
    )
    return str(weighed % 10)


def values_of(text: str) -> list[int]:
    """Digits as they are, A to Z as 10 to 35. Raises CodeInvalid with CHARSET."""
    values = [ALPHABET_36.find(character) for character in text]
    if -1 in values:
        raise CodeInvalid("check", "CHARSET", "只能使用数字和大写字母")
    return values
