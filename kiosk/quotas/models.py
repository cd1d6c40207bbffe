"""Tables of quotas. Amounts are whole thousandths of the unit (kilograms of a tonne), so that sums are exact."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base, UtcDateTime


class Quota(Base):
    """One line of an agreed list: who may receive how much of what in a year, from one side to the other.

    ``first_code`` decides (the sending side), ``second_code`` is told. It is in force once both have signed.
    """

    __tablename__ = "quota_quota"
    __table_args__ = (
        UniqueConstraint("item_seq", "year", "holder_code", "kind", "first_code"),
        CheckConstraint("used >= 0 AND used <= amount", name="within"),
    )

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


class QuotaConsent(Base):
    """The other side, asked first, agreed to one case beyond the amount."""

    __tablename__ = "quota_consent"

    case_number: Mapped[str] = mapped_column(String(50), primary_key=True)
    authority_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    reference: Mapped[str] = mapped_column(String(200))
    consented_by: Mapped[str] = mapped_column(String(64))
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
