"""Tables of fees: one row per payment asked for, one per message of the payment platform."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base, UtcDateTime


class Payment(Base):
    """A payment asked for. ``number`` is the 缴款码, amounts are fen; ``before_delivery`` names the rule by which
    the result waits for the payment, or is None.
    """

    __tablename__ = "fee_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(50), unique=True)
    case_number: Mapped[str] = mapped_column(String(50), index=True)
    authority_code: Mapped[str] = mapped_column(String(18))
    charge: Mapped[str] = mapped_column(String(100))
    amount_fen: Mapped[int]
    basis: Mapped[str] = mapped_column(Text)
    before_delivery: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    issued_by: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    transaction: Mapped[str | None] = mapped_column(String(64), unique=True)
    settled_by: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PaymentMessage(Base):
    """A message of the payment platform that was acted on; the same one a second time changes nothing."""

    __tablename__ = "fee_message"

    event: Mapped[str] = mapped_column(String(64), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("fee_payment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
