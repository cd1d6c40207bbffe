"""Tables of half-finished applications and of the files that applicants hand in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted, EncryptedJson
from services_catalog.orm import Base, UtcDateTime


class Draft(Base):
    """An application somebody began. ``content`` is what was typed, faults and all, encrypted as a whole.

    ``owner_id`` is the person whose card opens it together with the code. ``holder`` is the clerk at whose desk it
    lies until ``held_until``. Once submitted it has a ``case_number`` and no content any more.
    """

    __tablename__ = "case_draft"
    __table_args__ = (Index("ix_case_draft_resumption", "owner_id", "code_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    code_digest: Mapped[str] = mapped_column(String(64))
    item_seq: Mapped[int]
    item_version: Mapped[int]
    content: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    begun_place: Mapped[str] = mapped_column(String(100))
    holder: Mapped[str | None] = mapped_column(String(64), index=True)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    case_number: Mapped[str | None] = mapped_column(String(50))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Upload(Base):
    """A file that was handed in: first it belongs to a draft, from the receipt on to the case.

    ``digest`` is the SHA-256 of the content, ``stored`` that of the encrypted file on disk. ``origin`` says where it
    came from: upload, scan, licence or earlier-case; for the last two ``reference`` names the source, and consent,
    purpose and ``usable_until`` are on record. For the answer to a correction it is the code of the defect (``1.2``).
    ``scanned_by`` is the virus scanner, ``none`` if there was none.
    """

    __tablename__ = "case_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("case_draft.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_case.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    pages: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    origin: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str | None] = mapped_column(String(120))
    consented_by: Mapped[str | None] = mapped_column(String(64))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    purpose: Mapped[str | None] = mapped_column(Encrypted)
    usable_until: Mapped[date | None]
    scanned_by: Mapped[str] = mapped_column(String(32))
    added_by: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
