"""Tables of corrections: the one complete notice of defects, and what was handed in for each of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base, UtcDateTime


class Correction(Base):
    """A notice that lists what is to be corrected (补正告知). ``days`` are working days from ``notified_on``.

    The list never changes. ``completed_at`` is when the last listed thing arrived.
    """

    __tablename__ = "case_correction"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"))
    position: Mapped[int]
    notified_on: Mapped[date]
    notified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notified_by: Mapped[str] = mapped_column(String(64))
    days: Mapped[int]
    paper_number: Mapped[str] = mapped_column(String(64))
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CorrectionDefect(Base):
    """One thing to be corrected: a ``paper`` or a ``field`` of the form, why, and how to mend it.

    ``arises_from`` names the earlier defect (``1.2``) whose newly supplied paper brought this one up.
    """

    __tablename__ = "case_correction_defect"
    __table_args__ = (UniqueConstraint("correction_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("case_correction.id"))
    position: Mapped[int]
    paper: Mapped[str | None] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    mend: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(200))
    arises_from: Mapped[str | None] = mapped_column(String(16))
    supplied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supplied_form: Mapped[str | None] = mapped_column(String(16))
