"""Versions at the editor's desk: register, draft, review, publish, retire. Each act is one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.catalogue import forget_catalogue
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.uow import unit_of_work
from services_catalog import versions
from services_catalog.contents import change_content
from services_catalog.divergences import require_same_standard
from services_catalog.loading import FIRST_REGISTERED
from services_catalog.models import FINAL, ItemVersion, ServiceItem

Changes = Mapping[str, Any]


def register_item(
    given: Changes, effective_from: date, *, actor: Actor, now: datetime
) -> ItemVersion:
    """Enter an item that no list has, with its first draft. Raises ContentInvalid."""
    with unit_of_work() as session:
        highest = session.scalar(select(func.max(ServiceItem.seq))) or 0
        seq = max(highest + 1, FIRST_REGISTERED)
        content = change_content(seq, None, given)
        session.add(ServiceItem(seq=seq, name=content["name"]))
        session.flush()  # Its version names it.
        version = versions.draft(
            session, seq, content, author=actor.number, effective_from=effective_from
        )
        _record(session, actor, "item-registered", version, now)
    return version


def draft_version(
    seq: int, changes: Changes, effective_from: date, *, actor: Actor, now: datetime
) -> ItemVersion:
    """Draft the item's next version from the newest published one. Raises UnknownItem, ContentInvalid."""
    with unit_of_work() as session:
        content = change_content(seq, _newest_content(session, seq), changes)
        version = versions.draft(
            session, seq, content, author=actor.number, effective_from=effective_from
        )
        _record(session, actor, "version-drafted", version, now)
    return version


def rewrite_version(
    seq: int, number: int, changes: Changes, effective_from: date, *, actor: Actor, now: datetime
) -> ItemVersion:
    """Change a draft further; the actor becomes its author. Raises VersionImmutable, ContentInvalid and their kin."""
    with unit_of_work() as session:
        version = versions.get_version(session, seq, number)
        content = change_content(seq, version.content, changes)
        versions.rewrite(version, content, author=actor.number, first=effective_from)
        _record(session, actor, "version-rewritten", version, now)
    return version


def submit_version(seq: int, number: int, *, actor: Actor, now: datetime) -> ItemVersion:
    """Hand a draft to a reviewer. Raises UnknownVersion, VersionStepRefused."""
    with unit_of_work() as session:
        version = versions.get_version(session, seq, number)
        versions.submit_for_review(version)
        _record(session, actor, "version-submitted", version, now)
    return version


def return_version(
    seq: int, number: int, words: str, *, actor: Actor, now: datetime
) -> ItemVersion:
    """Give a version under review back, with the reason. Raises UnknownVersion, VersionStepRefused."""
    with unit_of_work() as session:
        version = versions.get_version(session, seq, number)
        versions.send_back(version)
        _record(session, actor, "version-returned", version, now, words=words)
    return version


def publish_version(seq: int, number: int, *, actor: Actor, now: datetime) -> ItemVersion:
    """Publish what another person wrote.

    Raises ReviewerIsAuthor, ProvincesDiffer, EffectiveInPast, VersionUnchanged, VersionStepRefused, UnknownVersion.
    """
    with unit_of_work() as session:
        version = versions.get_version(session, seq, number)
        require_same_standard(version.content)
        versions.publish(session, version, reviewer=actor.number, today=office_date(now))
        _record(session, actor, "version-published", version, now)
    forget_catalogue()
    return version


def retire_version(
    seq: int, number: int, last_day: date, words: str, *, actor: Actor, now: datetime
) -> ItemVersion:
    """End a published version with none to follow. Raises UnknownVersion, VersionStepRefused, EffectiveInPast."""
    with unit_of_work() as session:
        version = versions.get_version(session, seq, number)
        versions.retire(session, version, last_day=last_day, today=office_date(now))
        _record(session, actor, "version-retired", version, now, words=words)
    forget_catalogue()
    return version


def _newest_content(session: Session, seq: int) -> dict[str, Any] | None:
    published = [v for v in versions.list_versions(session, seq) if v.status in FINAL]
    return published[-1].content if published else None


def _record(
    session: Session, actor: Actor, act: str, version: ItemVersion, now: datetime, **facts: str
) -> None:
    subject = f"item:{version.item_seq}/{version.version}"
    told = {"item": version.item_seq, "version": version.version}
    trail.record(session, actor, act, subject, now, digest=version.digest, **facts)
    outbox.enqueue(session, f"catalogue.{act}", told, now)
