"""The table of alarms: what is wrong with a machine or its paper, since when, and who answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.machines.models import Machine
from services_catalog.orm import Base, UtcDateTime


class MachineAlarm(Base):
    """One trouble from its beginning to its end. ``subject`` is the print job it is about, or empty.

    ``open_key`` is unique while the trouble lasts and None afterwards. ``due_at``: by then somebody must have answered,
    else it is passed on. ``passed_to`` is the duty that answers since then, None while it is still the first one.
    """

    __tablename__ = "machine_alarm"
    __table_args__ = (Index("ix_machine_alarm_due", "ended_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine_machine.id"), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(32))
    open_key: Mapped[str | None] = mapped_column(String(128), unique=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(64))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(String(200))
    passed_on_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed_to: Mapped[str | None] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    machine: Mapped[Machine] = relationship(lazy="joined", innerjoin=True)
