"""The foreigner's permanent residence card (外国人永久居留身份证) and travel documents.

Both versions of the card are valid side by side and one person's numbers differ between them: people are linked by
person, never by number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services_catalog.codes.checks import CodeInvalid, mrz_check
from services_catalog.codes.persons import read_person, require_shape

KIND = "pr-card"
PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]")
CARD_OF_2017 = re.compile("([A-Z]{3})[0-9]{4}([0-9]{6})[0-9]{2}")


class TravelDocument(StrEnum):
    """Travel documents whose numbers have a known look, by their code of GA/T 2000.156."""

    PASSPORT = "414"
    TAIWAN_PERMIT = "511"
    HONG_KONG_MACAO_PERMIT = "516"


LOOKS = {
    TravelDocument.PASSPORT: re.compile("E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}"),
    TravelDocument.TAIWAN_PERMIT: re.compile("[0-9]{8}"),
    TravelDocument.HONG_KONG_MACAO_PERMIT: re.compile("[HM][0-9]{8}(?:[0-9]{2})?"),
}


@dataclass(frozen=True)
class PermanentResidenceCard:
    """A card's number. The one of 2017 tells neither province, century of birth nor sex: those are None.

    ``nationality`` is numeric on the card of 2023 and three letters on that of 2017 (both ISO 3166-1).
    ``check_fits`` is False where the check digit of a 2017 card fails: its rule is known from samples only, so that
    is a reason to look at the card and none to refuse it.
    """

    value: str = field(repr=False)
    version: int
    nationality: str
    province: str | None
    born_on: date | None = field(repr=False)
    female: bool | None
    check_fits: bool


def parse_pr_card(value: str, *, today: date | None = None) -> PermanentResidenceCard:
    """Read the number of a card of either version, told apart by their lengths of 18 and 15.

    Raises CodeInvalid with PREFIX or PROVINCE beside the reasons of ``parse_citizen_id``.
    """
    return _card_of_2017(value) if len(value) == 15 else _card_of_2023(value, today)


def looks_like(document: TravelDocument, number: str) -> bool:
    """Whether the number looks as usual. The looks are not official: ask the person again, never refuse."""
    return LOOKS[document].fullmatch(number) is not None


def _card_of_2023(value: str, today: date | None) -> PermanentResidenceCard:
    require_shape(KIND, value)
    if value[0] != "9":
        raise CodeInvalid(KIND, "PREFIX", "永久居留身份证号码应以 9 开头")
    if not PROVINCES.fullmatch(value[1:3]):
        raise CodeInvalid(KIND, "PROVINCE", "永久居留身份证号码第 2、3 位的省份不存在")
    person = read_person(KIND, value, today)
    return PermanentResidenceCard(
        value, 2023, value[3:6], value[1:3], person.born_on, person.female, check_fits=True
    )


def _card_of_2017(value: str) -> PermanentResidenceCard:
    found = CARD_OF_2017.fullmatch(value)
    if found is None:
        raise CodeInvalid(KIND, "CHARSET", "旧版永久居留身份证号码应为 3 位字母和 12 位数字")
    nationality, born = found.groups()
    if not any(_is_day(f"{century}{born}") for century in ("19", "20")):
        raise CodeInvalid(KIND, "BIRTHDATE", "永久居留身份证号码中的出生日期不存在")
    fits = mrz_check(value[:14]) == value[14]
    return PermanentResidenceCard(value, 2017, nationality, None, None, None, check_fits=fits)


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
