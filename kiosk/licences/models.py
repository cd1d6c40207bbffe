"""Tables of sealed documents, licences, copies and seals. Status and use are append-only histories."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.privacy import Encrypted, EncryptedJson
from services_catalog.orm import Base, UtcDateTime


class Seal(Base):
    """The seal of one authority: its kind, validity and key. Made on first use in the demo, marked 样章.

    One that was imported has the digest of its picture and its diameter; the file store keeps the picture.
    """

    __tablename__ = "licence_seal"
    __table_args__ = (UniqueConstraint("authority_code", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_code: Mapped[str] = mapped_column(String(18))
    owner_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(24))
    demo: Mapped[bool]
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime] = mapped_column(UtcDateTime)
    certificate_digest: Mapped[str] = mapped_column(String(64))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_reason: Mapped[str | None] = mapped_column(Text)
    picture_digest: Mapped[str | None] = mapped_column(String(64))
    diameter_mm: Mapped[int | None]


class SealImport(Base):
    """One import of a real seal. Papers sealed under it are rebuilt with its picture, whatever was imported since."""

    __tablename__ = "licence_seal_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("licence_seal.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    diameter_mm: Mapped[int]
    picture_digest: Mapped[str] = mapped_column(String(64))
    certificate_digest: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealUse(Base):
    """One use of a seal, for the seal keeper."""

    __tablename__ = "licence_seal_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("licence_seal.id"), index=True)
    document_number: Mapped[str] = mapped_column(String(32))
    case_number: Mapped[str] = mapped_column(String(50))
    decided_by: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealedDocument(Base):
    """One paper with a seal: what it says, and, once sealed, the signature container and the file's digest.

    ``content`` is the whole input of the rendering, so the file can be rebuilt years later without a key.
    ``competence`` keeps the routing facts, so that the authority's competence is proved again before sealing.
    ``state`` is ``pending``, ``sealed`` or ``blocked`` (``problem`` then holds the code of the refusal).
    ``sm2_signature`` (DER, over the whole file) and ``platform_seal`` (an SES_Signature) are kept beside the file
    where the settings ask for them.
    """

    __tablename__ = "licence_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    case_number: Mapped[str] = mapped_column(String(50), index=True)
    title: Mapped[str] = mapped_column(String(100))
    authority_code: Mapped[str] = mapped_column(String(18))
    decided_by: Mapped[str] = mapped_column(String(64))
    item_seq: Mapped[int]
    competence: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    state: Mapped[str] = mapped_column(String(16))
    problem: Mapped[str | None] = mapped_column(String(64))
    unsigned_digest: Mapped[str | None] = mapped_column(String(64))
    container: Mapped[bytes | None] = mapped_column(LargeBinary)
    file_digest: Mapped[str | None] = mapped_column(String(64))
    sm2_signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    platform_seal: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Licence(Base):
    """An issued licence or certificate (证照) in the registry, found by its identifier (GB/T 36904)."""

    __tablename__ = "licence_licence"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    case_number: Mapped[str] = mapped_column(String(50), index=True)
    holder_name: Mapped[str] = mapped_column(Encrypted)
    holder_type: Mapped[str] = mapped_column(String(3))
    holder_digest: Mapped[str] = mapped_column(String(64), index=True)
    authority_code: Mapped[str] = mapped_column(String(18))
    authority_name: Mapped[str] = mapped_column(String(100))
    printable: Mapped[bool]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16))


class LicenceStatus(Base):
    """One entry of a licence's status history; the newest one in effect is repeated in the licence row.

    The database itself refuses to change or delete entries (a trigger of the migrations).
    """

    __tablename__ = "licence_status"
    __table_args__ = (Index("ix_licence_status_due", "status", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence_licence.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    actor_number: Mapped[str] = mapped_column(String(64))
    effective_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LicenceCopy(Base):
    """One original of a licence on paper, such as 副本 1-1; it is printed once."""

    __tablename__ = "licence_copy"
    __table_args__ = (UniqueConstraint("licence_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence_licence.id"), index=True)
    label: Mapped[str] = mapped_column(String(16))
    document_id: Mapped[int] = mapped_column(ForeignKey("licence_document.id"), unique=True)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VoidCopy(Base):
    """An original that was found spoiled: it counts no more, while its licence does. Only ever added.

    ``successor_id`` is the copy that is printed in its stead, None where the licence itself had ended. ``job_number``
    is the print whose history names the two persons. The database refuses changes, as of the status history.
    """

    __tablename__ = "licence_void_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("licence_copy.id"), unique=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("licence_copy.id"))
    job_number: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LicenceRelease(Base):
    """A person who may take the paper: holder, 法定代表人, 负责人, 经营者 (agents: identity_authorisation)."""

    __tablename__ = "licence_release"
    __table_args__ = (UniqueConstraint("licence_id", "person_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence_licence.id"), index=True)
    person_digest: Mapped[str] = mapped_column(String(64), index=True)
    capacity: Mapped[str] = mapped_column(String(16))
