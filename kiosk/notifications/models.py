"""Tables of contacts that people gave for messages, and of the messages themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class Contact(Base):
    """Where a person agreed to get messages; one per channel, dropped when they no longer want them."""

    __tablename__ = "notification_contact"
    __table_args__ = (UniqueConstraint("person_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Encrypted)
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Notification(Base):
    """One message. ``occasion`` makes an event that is handled twice one message; the address stays with the contact.

    ``state`` is queued, sent, dropped (no longer wanted) or given-up.
    """

    __tablename__ = "notification_message"
    __table_args__ = (
        UniqueConstraint("case_number", "occasion", "channel"),
        Index("ix_notification_message_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    case_number: Mapped[str] = mapped_column(String(50))
    topic: Mapped[str] = mapped_column(String(48))
    occasion: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
