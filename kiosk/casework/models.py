"""Tables of casework. The form as filled in is encrypted as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.casework.states import ENDED
from kiosk.privacy import Encrypted, EncryptedJson
from services_catalog.orm import Base, UtcDateTime

# What has come to an end stays out of the index that queues are read by.
STILL_OPEN = f"state NOT IN ({', '.join(repr(str(state)) for state in ENDED)})"
DELEGATED = "delegate_authority IS NOT NULL"


def only_where(condition: str) -> dict[str, Any]:
    """An index over those rows only, on both databases."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


class Case(Base):
    """An application from receipt to close (办件).

    It pins the item version, a snapshot of the offering and the delegation it was received under, for life.
    ``delegate_authority`` is the organ whose officers handle it in the deciding authority's name (异地授权), if any.
    """

    __tablename__ = "case_case"
    __table_args__ = (
        Index("ix_case_case_queue", "deciding_authority", "state", "order_on", "id"),
        Index(
            "ix_case_case_open", "deciding_authority", "order_on", "id", **only_where(STILL_OPEN)
        ),
        Index(
            "ix_case_case_delegate", "delegate_authority", "order_on", "id", **only_where(DELEGATED)
        ),
        Index("ix_case_case_holder", "held_by", "order_on", "id"),
        Index("ix_case_case_found", "deciding_authority", "received_at", "id"),
        Index("ix_case_case_found_item", "deciding_authority", "item_seq", "received_at", "id"),
        Index("ix_case_case_found_state", "deciding_authority", "state", "received_at", "id"),
        Index("ix_case_case_receiving", "receiving_division", "received_at", "id"),
        Index("ix_case_case_unanswered", "state", "acceptance_due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(50), unique=True)
    query_code_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(24))
    mode: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))

    item_seq: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("catalog_item_version.id"))
    offering: Mapped[dict[str, Any]] = mapped_column(JSON)
    form: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)

    applicant_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    subject_name: Mapped[str] = mapped_column(Encrypted)
    subject_digest: Mapped[str | None] = mapped_column(String(64), index=True)

    receiving_division: Mapped[str] = mapped_column(String(6))
    receiving_place: Mapped[str] = mapped_column(String(100))
    receiving_machine: Mapped[str | None] = mapped_column(String(32))
    receiving_staff: Mapped[str | None] = mapped_column(String(64))
    deciding_authority: Mapped[str] = mapped_column(String(18))
    deciding_name: Mapped[str] = mapped_column(String(100))
    deciding_division: Mapped[str] = mapped_column(String(6))
    delegate_authority: Mapped[str | None] = mapped_column(String(18))
    explanation: Mapped[list[str]] = mapped_column(JSON)

    delivery: Mapped[str] = mapped_column(String(16))
    delivery_details: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)

    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_on: Mapped[date | None]
    deemed_accepted: Mapped[bool] = mapped_column(default=False)
    acceptance_due_on: Mapped[date | None]
    correction_due_on: Mapped[date | None]
    complete_on: Mapped[date | None]
    promised_due_on: Mapped[date | None]
    statutory_due_on: Mapped[date | None]
    order_on: Mapped[date]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    reasons: Mapped[str | None] = mapped_column(Text)
    result_code: Mapped[str | None] = mapped_column(String(18))
    result_number: Mapped[str | None] = mapped_column(String(120))
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_by: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()

    agent: Mapped[CaseAgent | None] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def handler_name(self) -> str:
        """The organ whose officers have the case on their desk: the delegate, else the deciding authority."""
        kept: dict[str, str] = self.offering.get("delegation") or {}
        return kept.get("delegate_name", self.deciding_name)


class CaseEvent(Base):
    """One step of a case: who did what, where it came from and where it goes, in words for anyone who
    holds the receipt. ``note`` is what the actor wrote, for those the case concerns.
    """

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"))
    position: Mapped[int]
    action: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_role: Mapped[str] = mapped_column(String(16))
    actor_number: Mapped[str] = mapped_column(String(64))
    receiving_division: Mapped[str] = mapped_column(String(6))
    receiving_place: Mapped[str] = mapped_column(String(100))
    deciding_authority: Mapped[str] = mapped_column(String(18))
    deciding_name: Mapped[str] = mapped_column(String(100))
    words: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Encrypted)
    digest: Mapped[str] = mapped_column(String(64))


class CaseOpinion(Base):
    """What an officer wrote on a case before the decision: an opinion, or the second signature some items ask for."""

    __tablename__ = "case_opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    officer_number: Mapped[str] = mapped_column(String(64))
    officer_name: Mapped[str] = mapped_column(String(64))
    authority_code: Mapped[str] = mapped_column(String(18))
    words: Mapped[str] = mapped_column(Encrypted)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseAgent(Base):
    """Who handed the case in for somebody else, and under which recorded authority."""

    __tablename__ = "case_agent"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted)
    authorisation: Mapped[str] = mapped_column(String(32))


class CaseMaterial(Base):
    """One paper the applicant handed in, as the receipt lists it."""

    __tablename__ = "case_material"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_case.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(16))
    pages: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))


class QueryGuess(Base):
    """Wrong query codes for one case number, known by its digest only; dropped after a day."""

    __tablename__ = "case_query_guess"

    number_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    wrong: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NumberSequence(Base):
    """The last number drawn under a key, such as a place and a day."""

    __tablename__ = "case_number_sequence"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    last: Mapped[int]
