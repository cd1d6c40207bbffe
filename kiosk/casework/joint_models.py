"""The parts of a joint case (多地联办)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base


class CasePart(Base):
    """One part of a joint case and who decides it. Once begun it is a case of its own, with its clocks and papers.

    ``lead_id`` is the case the applicant holds the receipt of; ``facts`` are those of the routing.
    """

    __tablename__ = "case_part"
    __table_args__ = (UniqueConstraint("lead_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    item_seq: Mapped[int]
    deciding_authority: Mapped[str] = mapped_column(String(18))
    deciding_name: Mapped[str] = mapped_column(String(100))
    deciding_division: Mapped[str] = mapped_column(String(6))
    decided: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_case.id"), unique=True)
