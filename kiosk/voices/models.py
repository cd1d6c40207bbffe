"""Tables of threads, ratings and rectifications. What people wrote is encrypted; only moderated text is not."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class VoiceThread(Base):
    """An enquiry (咨询) or complaint (投诉) at the place that must answer it by ``due_on``.

    A place is an authority, or a hall by its division. ``about_staff`` is whom a complaint is about.
    """

    __tablename__ = "voice_thread"
    __table_args__ = (
        Index("ix_voice_thread_authority", "authority_code", "state", "order_on"),
        Index("ix_voice_thread_division", "division_code", "state", "order_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    case_number: Mapped[str | None] = mapped_column(String(50), index=True)
    item_seq: Mapped[int]
    authority_code: Mapped[str | None] = mapped_column(String(18))
    division_code: Mapped[str | None] = mapped_column(String(6))
    place_name: Mapped[str] = mapped_column(String(100))
    area: Mapped[str] = mapped_column(String(6))
    about_staff: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    subject: Mapped[str] = mapped_column(Encrypted)
    state: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    order_on: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class VoiceMessage(Base):
    """One message of a thread."""

    __tablename__ = "voice_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("voice_thread.id"), index=True)
    from_place: Mapped[bool]
    author: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Encrypted)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rating(Base):
    """One rating of one service occasion. ``level`` is the evaluator's code, 5 is best.

    ``text_state`` is none, pending, published or withheld; ``published_text`` is what the moderator let through.
    """

    __tablename__ = "voice_rating"
    __table_args__ = (
        UniqueConstraint("case_number", "occasion"),
        Index("ix_voice_rating_authority", "authority_code", "id"),
        Index("ix_voice_rating_text", "text_state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    case_number: Mapped[str] = mapped_column(String(50))
    occasion: Mapped[str] = mapped_column(String(16))
    item_seq: Mapped[int]
    authority_code: Mapped[str | None] = mapped_column(String(18))
    division_code: Mapped[str | None] = mapped_column(String(6))
    place_name: Mapped[str] = mapped_column(String(100))
    rated_staff: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    channel: Mapped[str] = mapped_column(String(16))
    level: Mapped[int]
    options: Mapped[list[int]] = mapped_column(JSON)
    text: Mapped[str | None] = mapped_column(Encrypted)
    text_state: Mapped[str] = mapped_column(String(16))
    published_text: Mapped[str | None] = mapped_column(Text)
    excluded: Mapped[bool] = mapped_column(default=False)
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rectification(Base):
    """What a bad rating sets off (差评整改): taken up, called back, answered, and asked again whether it is well.

    Each of the three due dates is None while the calendar of that year is missing.
    """

    __tablename__ = "voice_rectification"
    __table_args__ = (Index("ix_voice_rectification_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("voice_rating.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accept_due_on: Mapped[date | None]
    answer_due_on: Mapped[date | None]
    complex_due_on: Mapped[date | None]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handler: Mapped[str | None] = mapped_column(String(64))
    contacted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str | None] = mapped_column(String(16))
    measures: Mapped[str | None] = mapped_column(Encrypted)
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    satisfied_after: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_stage: Mapped[str | None] = mapped_column(String(16))
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
