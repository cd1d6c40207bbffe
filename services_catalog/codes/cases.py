"""Case numbers (办件编号): our own form, the 43-character form seen in use, and foreign ones, which stay opaque."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from services_catalog.codes.checks import CodeInvalid, mod_37_36_check
from services_catalog.codes.items import TASK_LENGTH, parse_item_code

KIND = "case-number"
LONGEST = 50  # The width of the field in GB/T 39046-2020 and in the national exchange tables.
NATIONAL_LENGTH = 43
LAST_NATIONAL_OF_DAY = 9999
OURS_LENGTH = 21
LAST_OF_DAY = 999_999
OURS = re.compile("([0-9]{6})([0-9]{8})([0-9]{6})([0-9A-Z])")


@dataclass(frozen=True)
class NationalCaseNumber:
    """实施编码 31, day of receipt, sequence of that day under that code. Only for numbers known to be of this form."""

    task_code: str
    received_on: date
    serial: int

    def text(self) -> str:
        """The 43 characters."""
        return f"{self.task_code}{_digits(self.received_on)}{self.serial:04d}"


def check_case_number(value: str) -> str:
    """One of our own numbers: receiving division 6, date 8, sequence 6, check character (ISO 7064 MOD 37,36).

    Raises CodeInvalid with LENGTH, FORMAT, CHECK_CHAR, DATE or SERIAL.
    """
    if len(value) != OURS_LENGTH:
        raise CodeInvalid(KIND, "LENGTH", "办件编号应为 21 位，请照回执填写")
    found = OURS.fullmatch(value)
    if found is None:
        raise CodeInvalid(KIND, "FORMAT", "办件编号应为 20 位数字和 1 位校验字符，请照回执填写")
    if mod_37_36_check(value[:-1]) != found[4]:
        raise CodeInvalid(KIND, "CHECK_CHAR", "办件编号有一位不对，请照回执核对")
    _date(found[2])
    _require_serial(int(found[3]), LAST_OF_DAY)
    return value


def compose_case_number(division_code: str, received_on: date, serial: int) -> str:
    """One of our own numbers. Raises CodeInvalid; beyond 999999 a day with SERIAL."""
    _require_serial(serial, LAST_OF_DAY)
    body = f"{division_code}{_digits(received_on)}{serial:06d}"
    return check_case_number(body + mod_37_36_check(body))


def parse_national_case_number(value: str) -> NationalCaseNumber:
    """Read a number of the 43-character form.

    Raises CodeInvalid with LENGTH, FORMAT, DATE, SERIAL or a reason of ``parse_item_code``.
    """
    if len(value) != NATIONAL_LENGTH:
        raise CodeInvalid(KIND, "LENGTH", "该格式的办件编号应为 43 位")
    task_code, day, serial = value[:TASK_LENGTH], value[TASK_LENGTH:-4], value[-4:]
    if not re.fullmatch("[0-9]{12}", day + serial):
        raise CodeInvalid(KIND, "FORMAT", "办件编号的末 12 位应为日期和序号")
    parse_item_code(task_code)
    _require_serial(int(serial), LAST_NATIONAL_OF_DAY)
    return NationalCaseNumber(task_code, _date(day), int(serial))


def compose_national_case_number(task_code: str, received_on: date, serial: int) -> str:
    """A number of the 43-character form. Raises CodeInvalid; beyond 9999 a day with SERIAL."""
    _require_serial(serial, LAST_NATIONAL_OF_DAY)
    number = NationalCaseNumber(task_code, received_on, serial).text()
    return parse_national_case_number(number).text()


def check_foreign_case_number(value: str) -> str:
    """A number of another platform, as it is: at most 50 digits and capitals, never taken apart.

    Raises CodeInvalid with LENGTH or CHARSET.
    """
    if not 1 <= len(value) <= LONGEST:
        raise CodeInvalid(KIND, "LENGTH", f"办件编号应为 1 至 {LONGEST} 位")
    if not re.fullmatch("[0-9A-Z]+", value):
        raise CodeInvalid(KIND, "CHARSET", "办件编号只含数字和大写字母")
    return value


def _digits(day: date) -> str:
    # strftime leaves years before 1000 unpadded on some systems.
    return day.isoformat().replace("-", "")


def _date(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise CodeInvalid(KIND, "DATE", "办件编号中的日期不存在") from None


def _require_serial(serial: int, last: int) -> None:
    if not 1 <= serial <= last:
        raise CodeInvalid(KIND, "SERIAL", f"办件编号中的当日序号应为 1 至 {last}")
