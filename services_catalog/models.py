"""Tables of the catalogue: divisions, authorities, items with their versions, agreements and delegations."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services_catalog.orm import Base


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
    ``ended_on`` is set once no item names it any more: it decides nothing new, and old cases still name it. Address
    and phone are absent until known.
    """

    __tablename__ = "catalog_authority"
    __table_args__ = (UniqueConstraint("organ_kind", "district_code"),)

    code: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    organ_kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(16))
    district_code: Mapped[str] = mapped_column(ForeignKey("catalog_district.code"))
    demo: Mapped[bool]
    assumed: Mapped[str | None] = mapped_column(Text)
    excepted_items: Mapped[list[int]] = mapped_column(JSON)
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
    """What an item said from a date on: every column of its file row, and the digest of them. Never changed."""

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


class Offering(Base):
    """Where an authority changed what the rule yields for an item (实施清单): suspension, hours, local terms."""

    __tablename__ = "catalog_offering"
    __table_args__ = (UniqueConstraint("item_seq", "authority_code", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_seq: Mapped[int] = mapped_column(ForeignKey("catalog_item.seq"))
    authority_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)


class Agreement(Base):
    """An agreement of two districts: some items are open between the partners only, or earlier than elsewhere."""

    __tablename__ = "catalog_agreement"
    __table_args__ = (UniqueConstraint("first_code", "second_code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_code: Mapped[str] = mapped_column(ForeignKey("catalog_district.code"))
    second_code: Mapped[str] = mapped_column(ForeignKey("catalog_district.code"))
    basis: Mapped[str] = mapped_column(Text)
    item_seqs: Mapped[list[int]] = mapped_column(JSON)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Delegation(Base):
    """A written delegation (异地授权): another organ decides in the name of the first, for items, area and dates."""

    __tablename__ = "catalog_delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegating_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    delegate_code: Mapped[str] = mapped_column(ForeignKey("catalog_authority.code"))
    item_seq: Mapped[int] = mapped_column(ForeignKey("catalog_item.seq"))
    area_code: Mapped[str] = mapped_column(ForeignKey("catalog_district.code"))
    basis: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class CatalogState(Base):
    """One row that names the loaded catalogue by digest, so that a process knows when to read it again."""

    __tablename__ = "catalog_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
