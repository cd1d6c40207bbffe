"""Tables of the experts whom both provinces share, of their interests, and of what they reviewed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class Expert(Base):
    """An expert of the shared pool, known by a public number; the employer counts for conflicts of interest."""

    __tablename__ = "case_expert"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Encrypted)
    document_digest: Mapped[str] = mapped_column(String(64), unique=True)
    province: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(100), index=True)
    employer: Mapped[str] = mapped_column(String(200))
    employer_digest: Mapped[str | None] = mapped_column(String(64))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExpertInterest(Base):
    """A declared tie of an expert to a person or organisation, known by the digest of its document."""

    __tablename__ = "case_expert_interest"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("case_expert.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    party_digest: Mapped[str] = mapped_column(String(64))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExpertReview(Base):
    """One expert's part in one review, with the opinion in writing."""

    __tablename__ = "case_expert_review"
    __table_args__ = (UniqueConstraint("procedure_id", "expert_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("case_procedure.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("case_expert.id"))
    opinion: Mapped[str | None] = mapped_column(Encrypted)
    opined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
