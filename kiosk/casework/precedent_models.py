"""Tables of past first answers: which applications had to be corrected, and why. No person stands in them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base


class Precedent(Base):
    """One application that an authority has answered for the first time: complete, or to be corrected.

    ``demo`` marks invented ones, which only a demonstration holds.
    """

    __tablename__ = "case_precedent"
    __table_args__ = (
        Index("ix_case_precedent_record", "authority_code", "item_seq", "received_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(String(50), unique=True)
    authority_code: Mapped[str] = mapped_column(String(18))
    item_seq: Mapped[int]
    received_on: Mapped[date]
    corrected: Mapped[bool]
    demo: Mapped[bool] = mapped_column(default=False)


class PrecedentReason(Base):
    """Why one had to be corrected: ``kind`` is material, form or other, ``subject`` the paper or the form's field."""

    __tablename__ = "case_precedent_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    precedent_id: Mapped[int] = mapped_column(ForeignKey("case_precedent.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(String(200))
