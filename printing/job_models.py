"""Tables of print jobs, sheets and events. Rows of events are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_catalog.orm import Base, UtcDateTime


class PrintJob(Base):
    """One copy on its way to paper. ``original_key`` is unique while the original exists or may exist."""

    __tablename__ = "print_job"
    __table_args__ = (Index("ix_print_job_queue", "machine_number", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    machine_number: Mapped[str] = mapped_column(String(32))
    licence_identifier: Mapped[str] = mapped_column(String(120), index=True)
    copy_label: Mapped[str] = mapped_column(String(32))
    original_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    document_sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    media: Mapped[str] = mapped_column(String(64))
    sides: Mapped[str] = mapped_column(String(32))
    blank_kind: Mapped[str | None] = mapped_column(String(32))
    requested_by: Mapped[str] = mapped_column(String(64))
    session_number: Mapped[str | None] = mapped_column(String(32), index=True)
    replaces: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(200))
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    feed_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    sheets: Mapped[list[PrintSheet]] = relationship(order_by="PrintSheet.position", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}


class PrintSheet(Base):
    """One sheet in the ledger; the counters are the printer's page counts before and after it moved."""

    __tablename__ = "print_sheet"
    __table_args__ = (UniqueConstraint("job_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("print_job.id"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    counter_before: Mapped[int | None]
    counter_after: Mapped[int | None]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PrintEvent(Base):
    """One fact about a job, only ever added. The message number makes a repeated message find its first answer."""

    __tablename__ = "print_event"
    __table_args__ = (UniqueConstraint("job_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("print_job.id"))
    message_id: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[int]
    event: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(String(200))
    page_counter: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
