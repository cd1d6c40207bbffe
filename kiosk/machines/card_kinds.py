"""The cards a machine's reader reads, and whose identity each vouches for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from kiosk.clock import office_date
from kiosk.identity.provider import CITIZEN_CARD, Identity
from kiosk.machines.errors import CardUnreadable
from printing.wire import CardRead
from services_catalog.codes import (
    CodeInvalid,
    parse_citizen_id,
    parse_pr_card,
    parse_residence_permit,
)

SOCIAL_SECURITY_CARD = "ssc"
"""一卡通: no document type of GA/T 2000.156, but it bears the citizen's own number. A word of ours (CONVENTION)."""
CHECKS: dict[str, Callable[..., Any] | None] = {
    CITIZEN_CARD: parse_citizen_id,
    "810": parse_residence_permit,
    "553": parse_pr_card,
    "414": None,
    "511": None,
    "516": None,
}
"""How the number of each document is judged; passports and travel permits have no check character."""


def identity_of(card: CardRead, now: datetime) -> Identity:
    """The person the card stands for; a social-security card and an identity card are the same person.

    Raises CardUnreadable for an unknown kind, an empty name or a number that can not be right.
    """
    social = card.document_type == SOCIAL_SECURITY_CARD
    kind = CITIZEN_CARD if social else card.document_type
    number, name = card.document_number.strip().upper(), card.name.strip()
    if kind not in CHECKS or not name or not number:
        raise CardUnreadable("卡片信息无法识别，请重新刷卡")
    _require_sound(kind, number, office_date(now))
    return Identity(name, kind, number)


def _require_sound(kind: str, number: str, today: date) -> None:
    check = CHECKS[kind]
    if check is None:
        return
    try:
        check(number, today=today)
    except CodeInvalid as error:
        raise CardUnreadable("读出的证件号码有误，请重新刷卡") from error
