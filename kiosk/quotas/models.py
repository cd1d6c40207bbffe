"""Tables of quotas. Amounts are whole thousandths of the unit (kilograms of a tonne), so that sums are exact."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime

IN_USE = text("withdrawn_at IS NULL")


class Quota(Base):
    """One line of an agreed list: who may receive how much of what in a year, from one side to the other.

    ``first_code`` decides (the sending side), ``second_code`` is told. It is in force once both have signed and
    until one of them withdraws it: without a line the other side is asked about every case.
    """

    __tablename__ = "quota_quota"
    __table_args__ = (
        CheckConstraint("used >= 0 AND used <= amount", name="within"),
        Index(
            "ix_quota_quota_line", "item_seq", "year", "holder_code", "kind", "first_code",
            unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    item_seq: Mapped[int]
    year: Mapped[int]
    holder_code: Mapped[str] = mapped_column(String(18))
    holder_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(100))
    amount: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(String(16))
    first_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    second_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    first_signed_by: Mapped[str | None] = mapped_column(String(64))
    first_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_signed_by: Mapped[str | None] = mapped_column(String(64))
    second_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def is_in_force(cls) -> ColumnElement[bool]:
        """The condition that both sides have signed and neither has withdrawn."""
        return and_(
            cls.first_signed_at.is_not(None),
            cls.second_signed_at.is_not(None),
            cls.withdrawn_at.is_(None),
        )


class QuotaBooking(Base):
    """An amount that one decision uses. It is given back once, with the reason, when the approval ends unused."""

    __tablename__ = "quota_booking"
    __table_args__ = (
        UniqueConstraint("quota_id", "case_number"),
        Index("ix_quota_booking_open", "given_back_at", "expires_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quota_quota.id"))
    case_number: Mapped[str] = mapped_column(String(50), index=True)
    amount: Mapped[int]
    booked_by: Mapped[str] = mapped_column(String(64))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None]
    given_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(200))


class QuotaConsultation(Base):
    """One side asks the other about a case beyond the list, and its answer; a further ``round`` after a no.

    ``amounts`` are those that were asked about, by kind. ``agreed`` is null until the answer.
    """

    __tablename__ = "quota_consultation"
    __table_args__ = (UniqueConstraint("case_number", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    case_number: Mapped[str] = mapped_column(String(50))
    round: Mapped[int]
    item_seq: Mapped[int]
    asking_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    asked_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    holder_code: Mapped[str] = mapped_column(String(18))
    holder_name: Mapped[str] = mapped_column(String(100))
    year: Mapped[int]
    amounts: Mapped[dict[str, int]] = mapped_column(JSON)
    unit: Mapped[str] = mapped_column(String(16))
    letter: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Encrypted)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreed: Mapped[bool | None]
    answer_letter: Mapped[str | None] = mapped_column(String(200))
    answer_words: Mapped[str | None] = mapped_column(Encrypted)
    answered_by: Mapped[str | None] = mapped_column(String(64))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
