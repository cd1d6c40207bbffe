"""What is published: items, divisions, authorities, and the world that routing asks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_catalog.errors import UnknownAuthority, UnknownDistrict, UnknownItem
from services_catalog.items import PublishedItem, from_content
from services_catalog.loading import PUBLISHED
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


def list_items(session: Session) -> list[PublishedItem]:
    """Every item in its published version, cancelled ones included, by number."""
    rows = session.execute(
        select(ItemVersion.id, ItemVersion.content, ServiceItem.cancelled_reason)
        .join(ServiceItem, ServiceItem.seq == ItemVersion.item_seq)
        .where(ItemVersion.status == PUBLISHED)
        .order_by(ItemVersion.item_seq)
    )
    return [
        from_content(content, version_id=id_, cancelled_reason=reason)
        for id_, content, reason in rows
    ]


def find_item(session: Session, seq: int) -> PublishedItem | None:
    """The published version of the item, or None."""
    row = session.execute(
        select(ItemVersion.id, ItemVersion.content, ServiceItem.cancelled_reason)
        .join(ServiceItem, ServiceItem.seq == ItemVersion.item_seq)
        .where(ItemVersion.status == PUBLISHED, ItemVersion.item_seq == seq)
    ).first()
    return None if row is None else from_content(row[1], version_id=row[0], cancelled_reason=row[2])


def get_item(session: Session, seq: int) -> PublishedItem:
    """The published version of the item. Raises UnknownItem."""
    item = find_item(session, seq)
    if item is None:
        raise UnknownItem(seq)
    return item


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


def get_authority(session: Session, code: str) -> Authority:
    """The authority of that credit code. Raises UnknownAuthority."""
    authority = session.get(Authority, code)
    if authority is None:
        raise UnknownAuthority(f"没有代码为 {code} 的机关")
    return authority


def load_world(session: Session) -> World:
    """The routing rules in memory."""
    columns = (
        Authority.code,
        Authority.name,
        Authority.organ_kind,
        Authority.level,
        Authority.district_code,
        Authority.assumed,
        Authority.excepted_items,
    )
    in_force = session.execute(select(*columns).where(Authority.ended_on.is_(None)))
    authorities = [AuthorityView(*row[:-1], tuple(row[-1])) for row in in_force]
    items = session.execute(select(ServiceItem.seq, ServiceItem.cancelled_reason)).all()
    return make_world(
        list_districts(session),
        authorities,
        seqs=(seq for seq, _ in items),
        cancelled={seq: reason for seq, reason in items if reason},
    )


def route_item(session: Session, seq: int, facts: RoutingFacts) -> Route:
    """The deciding authority for an item and facts, by the published rules. Raises NoRoute and its kin."""
    return route(get_item(session, seq), facts, load_world(session))
