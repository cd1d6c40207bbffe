"""How personal data are shown where not everything may be shown.

GB/T 35273-2020 clause 7.2 asks for it and gives no pattern; these are ours. Characters are code points, so a rare one
outside the basic plane counts once. The first six with the last four of an identity number, a common pattern, is not
used: with a known birthday it gives the number away.
"""

from __future__ import annotations

IDENTITY = 15
PHONE = 11
SHORT = 6


def mask_name(name: str) -> str:
    """The first character and a star for each other one, separators included."""
    return name[:1] + "*" * (len(name) - 1)


def mask_id(number: str) -> str:
    """The first three and last four of 15 characters or more, else the outer two; of five or fewer nothing."""
    if len(number) >= IDENTITY:
        return _masked(number, 3, 4)
    return _masked(number, 1, 1) if len(number) >= SHORT else "*" * len(number)


def mask_phone(phone: str) -> str:
    """The first three and last four of a mobile number; the last two of a shorter one; of five or fewer nothing."""
    if len(phone) >= PHONE:
        return _masked(phone, 3, 4)
    return _masked(phone, 0, 2) if len(phone) >= SHORT else "*" * len(phone)


def mask_case_number(number: str) -> str:
    """The last four, for a public screen; of eight or fewer nothing."""
    return _masked(number, 0, 4) if len(number) > 8 else "*" * len(number)


def _masked(text: str, first: int, last: int) -> str:
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]
