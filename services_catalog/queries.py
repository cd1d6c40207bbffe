"""What is published: items, divisions, authorities, and the world that routing asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from services_catalog.errors import UnknownAuthority, UnknownDistrict, UnknownItem, UnknownVersion
from services_catalog.items import PublishedItem, from_content
from services_catalog.loading import OFFICE_ZONE
from services_catalog.models import Authority, District, ItemVersion, ServiceItem
from services_catalog.routing import (
    AuthorityView,
    DistrictView,
    Route,
    RoutingFacts,
    World,
    make_world,
    route,
)
from services_catalog.rule_rows import list_rules
from services_catalog.rules import in_force
from services_catalog.versions import is_in_force


def list_items(session: Session, on: date | None = None) -> list[PublishedItem]:
    """Every item in the version in force on a date (by default today in China), cancelled ones included, by number."""
    return [_item(row) for row in session.execute(_in_force(on).order_by(ItemVersion.item_seq))]


def find_item(session: Session, seq: int, on: date | None = None) -> PublishedItem | None:
    """The item in the version in force on a date, or None."""
    row = session.execute(_in_force(on).where(ItemVersion.item_seq == seq)).first()
    return None if row is None else _item(row)


def get_item(session: Session, seq: int, on: date | None = None) -> PublishedItem:
    """The item in the version in force on a date. Raises UnknownItem."""
    item = find_item(session, seq, on)
    if item is None:
        raise UnknownItem(seq)
    return item


def get_pinned_item(session: Session, version_id: int) -> PublishedItem:
    """The item exactly as the version says that a case was received under. Raises UnknownVersion."""
    row = session.execute(_versions().where(ItemVersion.id == version_id)).first()
    if row is None:
        raise UnknownVersion("没有这个版本")
    return _item(row)


def _versions() -> Select[Any]:
    return select(
        ItemVersion.id, ItemVersion.version, ItemVersion.content, ServiceItem.cancelled_reason
    ).join(ServiceItem, ServiceItem.seq == ItemVersion.item_seq)


def _in_force(on: date | None) -> Select[Any]:
    return _versions().where(is_in_force(on or _today()))


def _item(row: Row[Any]) -> PublishedItem:
    return from_content(
        row.content,
        version=row.version,
        version_id=row.id,
        cancelled_reason=row.cancelled_reason,
    )


def get_district(session: Session, code: str) -> District:
    """The division. Raises UnknownDistrict."""
    district = session.get(District, code)
    if district is None:
        raise UnknownDistrict(code)
    return district


def list_districts(session: Session) -> list[DistrictView]:
    """Every division, by code."""
    rows = session.execute(select(District.__table__).order_by(District.code)).mappings()
    return [DistrictView(**row) for row in rows]


def organ_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of those authorities by credit code, also of those that ended or begin later."""
    wanted = select(Authority.code, Authority.name).where(Authority.code.in_(set(codes)))
    return {row.code: row.name for row in session.execute(wanted)}


def get_authority(session: Session, code: str) -> Authority:
    """The authority of that credit code. Raises UnknownAuthority."""
    authority = session.get(Authority, code)
    if authority is None:
        raise UnknownAuthority(f"没有代码为 {code} 的机关")
    return authority


def load_world(session: Session, on: date | None = None) -> World:
    """The routing rules in memory, for the items in force on a date (by default today in China)."""
    columns = (
        Authority.code,
        Authority.name,
        Authority.organ_kind,
        Authority.level,
        Authority.district_code,
        Authority.assumed,
        Authority.excepted_items,
        Authority.begun_on,
    )
    known = session.execute(select(*columns).where(Authority.ended_on.is_(None)))
    authorities = [AuthorityView(*row[:-2], tuple(row[-2]), row[-1]) for row in known]
    offered = (
        select(ServiceItem.seq, ServiceItem.cancelled_reason)
        .join(ItemVersion, ItemVersion.item_seq == ServiceItem.seq)
        .where(is_in_force(on or _today()))
    )
    items = session.execute(offered).all()
    return make_world(
        list_districts(session),
        authorities,
        seqs=(seq for seq, _ in items),
        cancelled={seq: reason for seq, reason in items if reason},
        rules=in_force(list_rules(session), on or _today()),
    )


def route_item(session: Session, seq: int, facts: RoutingFacts, on: date | None = None) -> Route:
    """The deciding authority for an item and facts, by the rules of a date. Raises NoRoute and its kin."""
    return route(get_item(session, seq, on), facts, load_world(session, on))


def _today() -> date:
    return datetime.now(OFFICE_ZONE).date()
