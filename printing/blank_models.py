"""Tables of numbered blanks: one row for each blank, and the history of what was done with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base, UtcDateTime


class Blank(Base):
    """One pre-printed blank, by its kind and serial number; ``job_number`` is the job it is bound to, or None."""

    __tablename__ = "print_blank"
    __table_args__ = (
        UniqueConstraint("kind", "serial"),
        Index("ix_print_blank_stock", "machine_number", "kind", "state", "serial"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    serial: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    machine_number: Mapped[str | None] = mapped_column(String(32))
    job_number: Mapped[str | None] = mapped_column(String(32), index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlankEvent(Base):
    """What was done with one blank, by whom and why; only ever added."""

    __tablename__ = "print_blank_event"
    __table_args__ = (Index("ix_print_blank_event_shift", "machine_number", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    serial: Mapped[int]
    event: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    machine_number: Mapped[str | None] = mapped_column(String(32))
    job_number: Mapped[str | None] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
