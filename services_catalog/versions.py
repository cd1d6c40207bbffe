"""Versions of an item: drafted, reviewed by another person, published, retired; one in force on each date at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from services_catalog.catalogue_state import digest_of, rename_state
from services_catalog.errors import (
    EffectiveInPast,
    ReviewerIsAuthor,
    UnknownItem,
    UnknownVersion,
    VersionImmutable,
    VersionStepRefused,
    VersionUnchanged,
)
from services_catalog.models import (
    DRAFT,
    FINAL,
    IN_REVIEW,
    PUBLISHED,
    RETIRED,
    ItemVersion,
    ServiceItem,
)
from services_catalog.validity import DAY, Span, place

STATUS_WORDS = {
    DRAFT: "草稿",
    IN_REVIEW: "待审核",
    PUBLISHED: "已发布",
    RETIRED: "已停用",
}


def is_in_force(on: date) -> ColumnElement[bool]:
    """The condition on ItemVersion: published, and ``on`` lies within its days."""
    return and_(
        ItemVersion.status.in_(FINAL),
        ItemVersion.effective_from <= on,
        or_(ItemVersion.effective_to.is_(None), ItemVersion.effective_to >= on),
    )


def find_version_in_force(session: Session, seq: int, on: date) -> ItemVersion | None:
    """The version of the item that is in force on that date, or None."""
    return session.scalar(select(ItemVersion).where(ItemVersion.item_seq == seq, is_in_force(on)))


def get_version(session: Session, seq: int, version: int) -> ItemVersion:
    """One version of an item, in whatever state. Raises UnknownVersion."""
    found = session.scalar(
        select(ItemVersion).where(ItemVersion.item_seq == seq, ItemVersion.version == version)
    )
    if found is None:
        raise UnknownVersion(f"第 {seq} 项没有第 {version} 版")
    return found


def list_versions(session: Session, seq: int) -> list[ItemVersion]:
    """Every version of an item, oldest first."""
    every = select(ItemVersion).where(ItemVersion.item_seq == seq)
    return list(session.scalars(every.order_by(ItemVersion.version)))


def find_version_before(session: Session, version: ItemVersion) -> ItemVersion | None:
    """The version that was, or is, in force when this one begins, or the one that ends the day before."""
    for day in (version.effective_from, version.effective_from - DAY):
        before = find_version_in_force(session, version.item_seq, day)
        if before is not None and before.id != version.id:
            return before
    return session.scalar(
        select(ItemVersion)
        .where(
            ItemVersion.item_seq == version.item_seq,
            ItemVersion.status.in_(FINAL),
            ItemVersion.version < version.version,
        )
        .order_by(ItemVersion.version.desc())
        .limit(1)
    )


def standing(version: ItemVersion, on: date) -> str:
    """The state of a version as of a date: a published one is retired once its last day is over."""
    if version.status in FINAL:
        over = version.effective_to is not None and version.effective_to < on
        return RETIRED if over else PUBLISHED
    return version.status


def draft(
    session: Session, seq: int, content: Mapping[str, Any], *, author: str, effective_from: date
) -> ItemVersion:
    """Begin a new version, to be in force from a date. Raises UnknownItem."""
    _lock(session, seq)
    newest = session.scalar(select(func.max(ItemVersion.version)).filter_by(item_seq=seq)) or 0
    version = ItemVersion(
        item_seq=seq,
        version=newest + 1,
        status=DRAFT,
        effective_from=effective_from,
        content=dict(content),
        digest=digest_of(content),
        author=author,
    )
    session.add(version)
    session.flush()  # The answer names its number, which must be free.
    return version


def list_in_review(session: Session, limit: int) -> list[ItemVersion]:
    """The first versions of whatever item that wait for a reviewer, oldest first."""
    waiting = select(ItemVersion).where(ItemVersion.status == IN_REVIEW)
    return list(session.scalars(waiting.order_by(ItemVersion.id).limit(limit)))


def rewrite(version: ItemVersion, content: Mapping[str, Any], *, author: str, first: date) -> None:
    """Change a draft. Whoever writes last is its author. Raises VersionImmutable, VersionStepRefused."""
    if version.status in FINAL:
        raise VersionImmutable(version.item_seq, version.version)
    if version.status == IN_REVIEW:
        raise VersionStepRefused("正在审核的版本不能修改，请先退回")
    version.content, version.digest = dict(content), digest_of(content)
    version.author, version.effective_from = author, first


def submit_for_review(version: ItemVersion) -> None:
    """Hand a draft to a reviewer. Raises VersionStepRefused."""
    _require(version, DRAFT)
    version.status = IN_REVIEW


def send_back(version: ItemVersion) -> None:
    """Give a version under review back to its author. Raises VersionStepRefused."""
    _require(version, IN_REVIEW)
    version.status = DRAFT


def publish(session: Session, version: ItemVersion, *, reviewer: str, today: date) -> None:
    """Put a reviewed version in force from its date; what was in force then ends the day before.

    Raises VersionStepRefused, ReviewerIsAuthor, EffectiveInPast, VersionUnchanged.
    """
    _require(version, IN_REVIEW)
    if reviewer == version.author:
        raise ReviewerIsAuthor
    if version.effective_from < today:
        raise EffectiveInPast(f"生效日期 {version.effective_from} 已过，请改为今天或以后")
    _lock(session, version.item_seq)
    published = _published(session, version.item_seq)
    placed = place(map(span_of, published), version.effective_from)
    if placed.cut is not None:
        former = published[placed.cut]
        if former.digest == version.digest:
            raise VersionUnchanged
        _end(former, version.effective_from - DAY, today)
    version.effective_to, version.reviewer = placed.span.last, reviewer
    version.status = PUBLISHED
    session.flush()  # The name of the catalogue follows what is in force now.
    rename_state(session, ["published", version.item_seq, version.version, version.digest])


def retire(session: Session, version: ItemVersion, *, last_day: date, today: date) -> None:
    """End a published version after its last day, with none to follow. Raises VersionStepRefused, EffectiveInPast."""
    _require(version, PUBLISHED)
    if last_day < today:
        raise EffectiveInPast(f"停用日期 {last_day} 已过，请改为今天或以后")
    _lock(session, version.item_seq)
    _end(version, min(last_day, version.effective_to or last_day), today)
    rename_state(session, ["retired", version.item_seq, version.version, last_day])


def span_of(version: ItemVersion) -> Span:
    """The days of a version."""
    return Span(version.effective_from, version.effective_to)


def _end(version: ItemVersion, last: date, today: date) -> None:
    version.effective_to = last
    if last < today:
        version.status = RETIRED


def _published(session: Session, seq: int) -> Sequence[ItemVersion]:
    chosen = select(ItemVersion).where(ItemVersion.item_seq == seq, ItemVersion.status.in_(FINAL))
    return session.scalars(chosen.order_by(ItemVersion.version)).all()


def _require(version: ItemVersion, *allowed: str) -> None:
    if version.status not in allowed:
        words = STATUS_WORDS[version.status]
        raise VersionStepRefused(f"该版本目前是“{words}”，不能进行这一步")


def _lock(session: Session, seq: int) -> None:
    """One editor at a time arranges the versions of an item. Raises UnknownItem."""
    held = select(ServiceItem.seq).where(ServiceItem.seq == seq).with_for_update()
    if session.scalar(held) is None:
        raise UnknownItem(seq)
