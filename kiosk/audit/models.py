"""The audit trail's tables. Rows are only ever added; the chain shows a row that was changed or taken out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base, UtcDateTime


class AuditEntry(Base):
    """Who did what to which record, when and from where (等保 8.1.4.3). It carries no personal data.

    ``position`` and ``chain`` are filled by the sealer within seconds; until then they are null.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_role: Mapped[str] = mapped_column(String(16))
    actor_number: Mapped[str] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    position: Mapped[int | None] = mapped_column(unique=True)
    chain: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """The chain's head at the end of a day, with a signature that can be kept elsewhere."""

    __tablename__ = "audit_head"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    position: Mapped[int]
    chain: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
