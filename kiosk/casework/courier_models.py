"""Papers of a case on the road between the receiving place and the authority that decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class CourierLeg(Base):
    """One consignment. ``number`` is that of its hand-over slip, ``tracking`` the carrier's; ``digest`` is over what
    was sent, so that both sides sign for the same list.
    """

    __tablename__ = "case_courier_leg"
    __table_args__ = (Index("ix_case_courier_leg_due", "received_at", "flagged_at", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), index=True)
    direction: Mapped[str] = mapped_column(String(16))
    carrier: Mapped[str] = mapped_column(String(40))
    tracking: Mapped[str] = mapped_column(String(40))
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    sent_from: Mapped[str] = mapped_column(String(100))
    sent_to: Mapped[str] = mapped_column(String(100))
    sent_by: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    received_by: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    complete: Mapped[bool | None]
    remark: Mapped[str | None] = mapped_column(Encrypted)
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
