"""The citizen's identity number (GB 11643-1999) and the residence permits that are numbered like it.

Which document an 18-character number belongs to is never guessed from the check that holds: a residence permit may
pass as a credit code. The caller knows the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services_catalog.codes.checks import CodeInvalid, mod_11_2_check

KIND = "citizen-id"
PERMIT = "residence-permit"
NAMES = {KIND: "公民身份号码", PERMIT: "居住证号码", "pr-card": "永久居留身份证号码"}
OLDEST_YEARS = 130
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
PERMIT_AREAS = ("810000", "820000", "830000")
X_FORMS = str.maketrans(dict.fromkeys("xｘＸ", "X"))


@dataclass(frozen=True)
class CitizenId:
    """A checked number. ``area`` is that of the first registration and may be retired since.

    Number and birth date are left out of the representation, which ends up in logs.
    """

    value: str = field(repr=False)
    area: str
    born_on: date = field(repr=False)
    female: bool


def parse_citizen_id(value: str, *, today: date | None = None) -> CitizenId:
    """Read a number in its stored form, with a capital X, judged on a day (without one: this day in China).

    The area is not compared with today's table: a retired one stays valid for life. Raises CodeInvalid with LENGTH,
    CHARSET, AREA, BIRTHDATE, BIRTH_IN_FUTURE, BIRTH_TOO_EARLY or CHECK_DIGIT.
    """
    require_shape(KIND, value)
    if value[0] not in "12345678":
        raise CodeInvalid(KIND, "AREA", "公民身份号码的前六位不正确")
    return read_person(KIND, value, today)


def parse_residence_permit(value: str, *, today: date | None = None) -> CitizenId:
    """Read the number of a 港澳台居民居住证: 810000 Hong Kong, 820000 Macao, 830000 Taiwan, then as a citizen's.

    Raises CodeInvalid with the reasons of ``parse_citizen_id``.
    """
    require_shape(PERMIT, value)
    if value[:6] not in PERMIT_AREAS:
        raise CodeInvalid(PERMIT, "AREA", "居住证号码应以 810000、820000 或 830000 开头")
    return read_person(PERMIT, value, today)


def normalise_id_number(value: str) -> str:
    """What a person typed, without blanks and with every form of the Roman ten as X; an explicit step."""
    return "".join(value.split()).translate(X_FORMS)


def upgrade_old_citizen_id(value: str) -> str:
    """The 18 characters of a 15-digit number of the first generation, void since 2013: for old records only.

    Raises CodeInvalid with LENGTH or CHARSET.
    """
    if len(value) != 15:
        raise CodeInvalid(KIND, "LENGTH", "第一代身份证号码应为 15 位")
    if not re.fullmatch("[0-9]{15}", value):
        raise CodeInvalid(KIND, "CHARSET", "第一代身份证号码应为数字")
    body = f"{value[:6]}19{value[6:]}"
    return body + mod_11_2_check(body)


def require_shape(kind: str, value: str) -> None:
    """Seventeen digits, then a digit or X. Raises CodeInvalid with LENGTH or CHARSET."""
    if len(value) != 18:
        raise CodeInvalid(kind, "LENGTH", f"{NAMES[kind]}应为 18 位")
    if not re.fullmatch("[0-9]{17}[0-9X]", value):
        raise CodeInvalid(kind, "CHARSET", f"{NAMES[kind]}应为数字，末位可以是 X")


def read_person(kind: str, value: str, today: date | None) -> CitizenId:
    """Birth date and sex, which stand at the same places in every number of this shape. Raises CodeInvalid."""
    born_on = _birth(kind, value[6:14], today or datetime.now(OFFICE_ZONE).date())
    if mod_11_2_check(value[:17]) != value[17]:
        raise CodeInvalid(kind, "CHECK_DIGIT", f"{NAMES[kind]}校验不通过，请核对")
    return CitizenId(value, value[:6], born_on, int(value[16]) % 2 == 0)


def _birth(kind: str, text: str, today: date) -> date:
    try:
        born_on = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise CodeInvalid(kind, "BIRTHDATE", f"{NAMES[kind]}中的出生日期不存在") from None
    if born_on > today:
        raise CodeInvalid(kind, "BIRTH_IN_FUTURE", f"{NAMES[kind]}中的出生日期在今天之后")
    if born_on.year < today.year - OLDEST_YEARS:
        raise CodeInvalid(kind, "BIRTH_TOO_EARLY", f"{NAMES[kind]}中的出生日期过早")
    return born_on
