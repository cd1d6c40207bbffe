"""Tables of what stops or lengthens a limit: special procedures, hearings, the extension; and of reminders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class Procedure(Base):
    """A special procedure (行政许可法 art. 45): its working days after ``started_on`` to ``ended_on`` do not count."""

    __tablename__ = "case_procedure"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    expected_days: Mapped[int]
    started_on: Mapped[date]
    started_by: Mapped[str] = mapped_column(String(64))
    paper_number: Mapped[str] = mapped_column(String(64))
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[str | None] = mapped_column(Encrypted)


class Extension(Base):
    """An extension of the statutory limit (art. 42), asked for by one officer and decided by a responsible other."""

    __tablename__ = "case_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), index=True)
    days: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paper_number: Mapped[str | None] = mapped_column(String(64))


class Hearing(Base):
    """The right to a hearing (art. 46 to 48) from being told to the minutes."""

    __tablename__ = "case_hearing"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    told_on: Mapped[date]
    told_by: Mapped[str] = mapped_column(String(64))
    asked_on: Mapped[date | None]
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("case_procedure.id"))
    place: Mapped[str | None] = mapped_column(String(200))
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    presider: Mapped[str | None] = mapped_column(String(64))
    minutes: Mapped[str | None] = mapped_column(Encrypted)


class Reminder(Base):
    """A limit that came near, is about to end or is over; each is told once, the grave ones also to the supervisor."""

    __tablename__ = "case_reminder"
    __table_args__ = (UniqueConstraint("case_id", "clock", "level", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"))
    clock: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date]
    authority_code: Mapped[str] = mapped_column(String(18), index=True)
    escalated: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
