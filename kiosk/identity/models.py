"""Tables of people, staff and sessions. ID numbers, phones and addresses are stored encrypted only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted
from services_catalog.orm import Base, UtcDateTime


class Person(Base):
    """A citizen who identified with a document. ``document_digest`` finds them; the number itself is encrypted."""

    __tablename__ = "identity_person"
    __table_args__ = (UniqueConstraint("document_type", "document_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Encrypted)
    document_type: Mapped[str] = mapped_column(String(3))
    document_number: Mapped[str] = mapped_column(Encrypted)
    document_digest: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(Encrypted)
    pin_digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Staff(Base):
    """A clerk, officer, editor, operator or auditor, bound to one place and, if it decides, to one authority."""

    __tablename__ = "identity_staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(256))
    division_code: Mapped[str | None] = mapped_column(String(6))
    place: Mapped[str | None] = mapped_column(String(100))
    authority_code: Mapped[str | None] = mapped_column(String(18), index=True)
    supervisor: Mapped[bool] = mapped_column(default=False, server_default=false())
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(Encrypted)
    totp_used_step: Mapped[int | None]


class SignIn(Base):
    """A running session, known by the digest of its token. ``seen_at`` is its last use on a page, to the minute."""

    __tablename__ = "identity_sign_in"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("identity_staff.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageCode(Base):
    """A six-digit code sent to a person's phone as a second proof; good once and for a few minutes."""

    __tablename__ = "identity_message_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Authorisation(Base):
    """A written, dated authority of an organisation or person for an agent to act or collect in their name."""

    __tablename__ = "identity_authorisation"
    __table_args__ = (Index("ix_identity_authorisation_pair", "principal_digest", "agent_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    principal_digest: Mapped[str] = mapped_column(String(64))
    principal_name: Mapped[str | None] = mapped_column(Encrypted)
    agent_digest: Mapped[str] = mapped_column(String(64))
    agent_name: Mapped[str | None] = mapped_column(Encrypted)
    scope: Mapped[str] = mapped_column(String(32))
    item_seq: Mapped[int | None]
    capacity: Mapped[str | None] = mapped_column(String(16))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
