"""Tables of the catalogue: divisions, authorities, items with their versions, rules of routing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, validates

from services_catalog.errors import VersionImmutable
from services_catalog.orm import Base, UtcDateTime

DRAFT, IN_REVIEW, PUBLISHED, RETIRED = "draft", "in-review", "published", "retired"
RETURNED = "returned"
FINAL = (PUBLISHED, RETIRED)


class District(Base):
    """A division (行政区划). A functional area has a pseudo code and receives, but decides only by a rule."""

    __tablename__ = "catalog_district"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    full_name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(16))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("catalog_district.code"))
    province: Mapped[str] = mapped_column(String(16))
    pseudo: Mapped[bool]


class Authority(Base):
    """An organ that decides (实施机关). ``code`` is its credit code; a demo code has DM in its organisation code.

    ``assumed`` tells why its name is not vouched for, or is null. ``excepted_items`` are left to the department.
    ``begun_on`` is set for an organ that a rule founded, null for those of the files. ``ended_on`` is set once no
    item names it any more: it decides nothing new, and old cases still name it. Address and phone are absent until
    known.
    """

    __tablename__ = "catalog_authority"
    __table_args__ = (UniqueConstraint("organ_kind", "district_code", "begun_on"),)

    code: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    organ_kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(16))
    district_code: Mapped[str] = mapped_column(ForeignKey("catalog_district.code"))
    demo: Mapped[bool]
    assumed: Mapped[str | None] = mapped_column(Text)
    excepted_items: Mapped[list[int]] = mapped_column(JSON)
    begun_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))


class ServiceItem(Base):
    """One of the 311 items (事项). What it says stands in its versions."""

    __tablename__ = "catalog_item"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    cancelled_on: Mapped[date | None]
    cancelled_reason: Mapped[str | None] = mapped_column(Text)


class ItemVersion(Base):
    """What an item says from a date on: every column of its file row and its form, and the digest of them.

    ``status`` is draft, in-review, published or retired; what is in force is a question about a date, which
    ``versions`` answers. A published version's words never change; only its last day is set once. ``author`` and
    ``reviewer`` are logins, or say that the catalogue's file brought it. ``revision`` tells two editors apart.
    """

    __tablename__ = "catalog_item_version"
    __table_args__ = (UniqueConstraint("item_seq", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_seq: Mapped[int] = mapped_column(ForeignKey("catalog_item.seq"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}

    @validates("content", "digest", "effective_from", "author", "reviewer", "version", "item_seq")
    def _keep(self, column: str, value: Any) -> Any:
        """Words that were published stay. Raises VersionImmutable."""
        if inspect(self).persistent and self.status in FINAL and getattr(self, column) != value:
            raise VersionImmutable(self.item_seq, self.version)
        return value


class Alias(Base):
    """Words by which people of a district ask for an item. ``status`` is proposed, accepted or rejected."""

    __tablename__ = "catalog_alias"
    __table_args__ = (UniqueConstraint("item_seq", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_seq: Mapped[int] = mapped_column(ForeignKey("catalog_item.seq"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(String(40))
    division_code: Mapped[str] = mapped_column(String(6))
    status: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewer: Mapped[str | None] = mapped_column(String(64))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Offering(Base):
    """One version of what an authority changed for an item (实施清单): windows, promise, local terms, suspension.

    Where no row is in force the rule yields the offering. ``terms`` are those of ``offerings.OfferingTerms``.
    """

    __tablename__ = "catalog_offering"
    __table_args__ = (UniqueConstraint("item_seq", "authority_code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_seq: Mapped[int] = mapped_column(ForeignKey("catalog_item.seq"))
    authority_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    version: Mapped[int]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}


class RoutingRule(Base):
    """One rule of routing with its days; ``kind`` is a key of ``rules.KINDS``, ``content`` what is particular to it.

    A published rule never changes; only its last day is set once. ``assumed`` says what is not vouched for.
    ``reviewer`` is never the author; it is absent where the catalogue's file brought the rule.
    """

    __tablename__ = "catalog_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(Text)
    assumed: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    author: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str | None] = mapped_column(String(64))


class RuleProposal(Base):
    """A change of the rules as its author wrote it, until another person publishes it or sends it back.

    ``status`` is in-review, published or returned; ``content`` are the plain values that ``rule_changes`` reads.
    """

    __tablename__ = "catalog_rule_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    status: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewer: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(Text)


class CatalogState(Base):
    """One row that names the loaded catalogue by digest, so that a process knows when to read it again."""

    __tablename__ = "catalog_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


class LocalList(Base):
    """A list of items that a division brought, by the digest of its file.

    ``taken`` counts the records read so far, so that an interrupted import goes on from there; ``finished`` lists
    replace the division's earlier ones.
    """

    __tablename__ = "catalog_local_list"
    __table_args__ = (UniqueConstraint("division_code", "file_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("catalog_district.code"))
    file_digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    author: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken: Mapped[int]
    finished: Mapped[bool]
    current: Mapped[bool]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class LocalItem(Base):
    """One row of a list exactly as it stands there: codes are opaque, the department is known by its name.

    ``key`` is a digest of code and comparable name: it tells the same item in the division's next list.
    ``item_seq`` is what a person confirmed it to be in the catalogue.
    """

    __tablename__ = "catalog_local_item"
    __table_args__ = (UniqueConstraint("list_id", "row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("catalog_local_list.id"))
    row: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(64), index=True)
    item_code: Mapped[str] = mapped_column(Text)
    area_code: Mapped[str] = mapped_column(Text)
    group: Mapped[str] = mapped_column(Text)
    task_type: Mapped[str] = mapped_column(Text)
    task_type_name: Mapped[str] = mapped_column(Text)
    dept_code: Mapped[str] = mapped_column(Text)
    dept_name: Mapped[str] = mapped_column(Text)
    item_seq: Mapped[int | None] = mapped_column(ForeignKey("catalog_item.seq"))
    mapped_by: Mapped[str | None] = mapped_column(String(64))
    mapped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
