"""Tables of service (送达): each attempt to bring papers to the applicant, and consents to electronic service."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class ServiceConsent(Base):
    """The applicant's agreement to be served electronically in one case; it can be taken back for the future."""

    __tablename__ = "case_service_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), index=True)
    recorded_by: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ServiceRecord(Base):
    """One attempt of service. ``served_on`` is the day that the remedies' clocks count from.

    ``papers`` are the documents' numbers, ``result`` says that the result of the case is among them.
    """

    __tablename__ = "case_service"
    __table_args__ = (Index("ix_case_service_under_way", "state", "begun_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), index=True)
    papers: Mapped[list[str]] = mapped_column(JSON)
    result: Mapped[bool]
    way: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str | None] = mapped_column(Encrypted)
    relation: Mapped[str] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(Encrypted)
    tracking: Mapped[str | None] = mapped_column(String(50))
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("case_service_consent.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    witness: Mapped[str | None] = mapped_column(Encrypted)
    served_by: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    served_on: Mapped[date | None]
    failure: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
