"""Tables of machines, their keys and sessions. No personal data stands here: persons are rows of identity."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_catalog.orm import Base, UtcDateTime


class Machine(Base):
    """A self-service machine (自助终端). ``public_key`` is the raw Ed25519 key that was born on it, None before.

    ``printer`` repeats the last heartbeat: state, reasons, page counter. ``key_since`` tells the age of the key,
    ``maintenance_since`` is set while somebody works on it, ``abilities`` are words of ``kiosk.machines.care``.
    """

    __tablename__ = "machine_machine"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    division_code: Mapped[str] = mapped_column(String(6), index=True)
    place: Mapped[str] = mapped_column(String(100))
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    software_version: Mapped[str | None] = mapped_column(String(32))
    clock_skew_s: Mapped[int | None]
    printer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    key_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    maintenance_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hall: Mapped[str | None] = mapped_column(String(100))
    opening_hours: Mapped[str | None] = mapped_column(String(100))
    abilities: Mapped[list[str] | None] = mapped_column(JSON)


class MachineEnrolment(Base):
    """A one-time code by which a machine brings its public key. Only the code's digest is stored."""

    __tablename__ = "machine_enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine_machine.id"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MachineNonce(Base):
    """A nonce that a machine has used; kept for twice the permitted clock skew."""

    __tablename__ = "machine_nonce"
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine_machine.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class MachineSession(Base):
    """One person's visit at one machine, from a free screen to the card's removal.

    ``open_for`` is the machine while the session runs and None afterwards: unique, so there is one at a time.
    ``person_id`` is set by the card, ``proven_at`` by the second proof.
    """

    __tablename__ = "machine_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine_machine.id"), index=True)
    open_for: Mapped[int | None] = mapped_column(unique=True)
    ticket_digest: Mapped[str] = mapped_column(String(64), unique=True)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"), index=True)
    wrong_proofs: Mapped[int] = mapped_column(default=0)
    last_wrong_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    codes_sent: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(32))
    machine: Mapped[Machine] = relationship(lazy="joined", innerjoin=True)


class CardReading(Base):
    """A card that a reader of the machine read, as attested by the machine. The keyed digest finds the person."""

    __tablename__ = "machine_card_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("machine_session.id"), index=True)
    reader: Mapped[str] = mapped_column(String(64))
    document_type: Mapped[str] = mapped_column(String(3))
    document_digest: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
