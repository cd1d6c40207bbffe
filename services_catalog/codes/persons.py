"""The citizen's identity number (GB 11643-1999)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from services_catalog.codes.checks import CodeInvalid, mod_11_2_check

KIND = "citizen-id"
OLDEST_YEARS = 130


@dataclass(frozen=True)
class CitizenId:
    """A checked number. ``area`` is that of the first registration and may be retired since."""

    text: str
    area: str
    born_on: date
    female: bool


def parse_citizen_id(value: str, *, today: date | None = None) -> CitizenId:
    """Read a number in its stored form, with a capital X.

    The area is not compared with today's table: a retired one stays valid for life. Raises CodeInvalid with LENGTH,
    CHARSET, AREA, BIRTHDATE, BIRTH_IN_FUTURE, BIRTH_TOO_EARLY or CHECK_DIGIT.
    """
    if len(value) != 18:
        raise CodeInvalid(KIND, "LENGTH", "公民身份号码应为 18 位")
    if not (value[:17].isascii() and value[:17].isdigit() and value[17] in "0123456789X"):
        raise CodeInvalid(KIND, "CHARSET", "公民身份号码应为数字，末位可以是 X")
    if value[0] not in "12345678":
        raise CodeInvalid(KIND, "AREA", "公民身份号码的前六位不正确")
    born_on = _birth(value[6:14], today or datetime.now(UTC).date())
    if mod_11_2_check(value[:17]) != value[17]:
        raise CodeInvalid(KIND, "CHECK_DIGIT", "公民身份号码校验不通过，请核对")
    return CitizenId(value, value[:6], born_on, int(value[16]) % 2 == 0)


def _birth(text: str, today: date) -> date:
    try:
        born_on = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise CodeInvalid(KIND, "BIRTHDATE", "公民身份号码中的出生日期不存在") from None
    if born_on > today:
        raise CodeInvalid(KIND, "BIRTH_IN_FUTURE", "公民身份号码中的出生日期在今天之后")
    if born_on.year < today.year - OLDEST_YEARS:
        raise CodeInvalid(KIND, "BIRTH_TOO_EARLY", "公民身份号码中的出生日期过早")
    return born_on
