"""Numbers that are drawn once: case numbers, document numbers and the credit codes of new branches."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kiosk.casework.errors import NumberExhausted
from kiosk.casework.models import NumberSequence
from services_catalog.codes import compose_case_number, credit_code_from_body

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DEMO_BODY_DIGITS = 4


class CreditCodeRange(Protocol):
    """The port to the register that hands out credit codes of new organisations."""

    def book(self, session: Session, registrar_division: str) -> str:
        """A credit code nobody has, booked in the open transaction. Raises NumberExhausted."""
        ...


class DemoCreditCodeRange:
    """Codes of the demo: well-formed, registered 91 (工商 企业), with DM in the organisation code."""

    def book(self, session: Session, registrar_division: str) -> str:
        serial = draw(session, f"credit-code:{registrar_division}", most=31**DEMO_BODY_DIGITS - 1)
        return credit_code_from_body("91", registrar_division, "DMFB" + _base31(serial))


def draw(session: Session, key: str, *, most: int) -> int:
    """The next number under the key, from 1, in one statement. Raises NumberExhausted beyond ``most``."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    first = (sqlite.insert if on_sqlite else postgresql.insert)(NumberSequence)
    drawn = (
        first.values(key=key, last=1)
        .on_conflict_do_update(index_elements=["key"], set_={"last": NumberSequence.last + 1})
        .returning(NumberSequence.last)
    )
    number: int = session.execute(drawn).scalar_one()
    if number > most:
        raise NumberExhausted(f"编号已用完（{key}）")
    return number


def draw_case_number(session: Session, division_code: str, received_on: date) -> str:
    """Receiving division 6 + date 8 + sequence 6 + check character (ISO 7064 MOD 37,36), 21 characters.

    Our own form, used because the national base codes of the items are not known.
    """
    serial = draw(session, f"case:{division_code}:{received_on:%Y%m%d}", most=999_999)
    return compose_case_number(division_code, received_on, serial)


def draw_document_number(session: Session, authority_code: str, year: int) -> str:
    """The running number of a notice within authority and year, such as 〔2026〕第000012号."""
    serial = draw(session, f"document:{authority_code}:{year}", most=999_999)
    return f"〔{year}〕第{serial:06d}号"


def _base31(number: int) -> str:
    digits = ""
    for _ in range(DEMO_BODY_DIGITS):
        number, digit = divmod(number, 31)
        digits = ALPHABET[digit] + digits
    return digits
