"""Words of a district for an item (别名): proposed by one editor, reviewed by another, then found by search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_catalog.catalogue_state import rename_state
from services_catalog.errors import (
    AliasInvalid,
    ReviewerIsAuthor,
    UnknownAlias,
    UnknownItem,
    VersionStepRefused,
)
from services_catalog.items import PublishedItem
from services_catalog.models import Alias, ServiceItem
from services_catalog.search_tokens import fold

PROPOSED, ACCEPTED, REJECTED = "proposed", "accepted", "rejected"
SHORTEST, LONGEST = 2, 40


def propose_alias(
    session: Session, item: PublishedItem, words: str, *, division: str, author: str, now: datetime
) -> Alias:
    """Words to be reviewed. Raises AliasInvalid where search knows them for the item, or can not use them."""
    held = select(ServiceItem.seq).where(ServiceItem.seq == item.seq).with_for_update()
    if session.scalar(held) is None:
        raise UnknownItem(item.seq)
    plain = words.strip()
    if not SHORTEST <= len(plain) <= LONGEST or not fold(plain).strip():
        raise AliasInvalid(f"别名应为 {SHORTEST} 至 {LONGEST} 个字")
    given = [alias for alias in list_aliases(session, item.seq) if alias.status != REJECTED]
    known = {fold(name) for name in (item.name, *item.aliases, *(alias.words for alias in given))}
    if fold(plain) in known:
        raise AliasInvalid(f"这个事项已有“{plain}”这个说法")
    count = select(func.count()).select_from(Alias).where(Alias.item_seq == item.seq)
    alias = Alias(
        item_seq=item.seq,
        number=(session.scalar(count) or 0) + 1,
        words=plain,
        division_code=division,
        status=PROPOSED,
        author=author,
        proposed_at=now,
    )
    session.add(alias)
    return alias


def review_alias(alias: Alias, *, accept: bool, reviewer: str, now: datetime) -> None:
    """Accept or reject proposed words; accepted ones can be rejected later.

    Raises ReviewerIsAuthor where the author would accept them, VersionStepRefused if nothing would change.
    """
    wanted = ACCEPTED if accept else REJECTED
    if alias.status in (wanted, REJECTED):
        raise VersionStepRefused("这个别名已经审核过")
    if accept and reviewer == alias.author:
        raise ReviewerIsAuthor
    alias.status, alias.reviewer, alias.reviewed_at = wanted, reviewer, now


def rename_after_review(session: Session, alias: Alias) -> None:
    """Let every process that holds the catalogue read it again."""
    rename_state(session, ["alias", alias.item_seq, alias.words, alias.status])


def get_alias(session: Session, seq: int, number: int) -> Alias:
    """The words of that number. Raises UnknownAlias."""
    found = session.scalar(select(Alias).where(Alias.item_seq == seq, Alias.number == number))
    if found is None:
        raise UnknownAlias(f"第 {seq} 项没有编号为 {number} 的别名")
    return found


def list_aliases(
    session: Session, seq: int | None = None, status: str | None = None
) -> list[Alias]:
    """Words of an item, or of all; in one state, or in any."""
    chosen = select(Alias).order_by(Alias.item_seq, Alias.number)
    if seq is not None:
        chosen = chosen.where(Alias.item_seq == seq)
    if status is not None:
        chosen = chosen.where(Alias.status == status)
    return list(session.scalars(chosen))


def with_aliases(session: Session, items: Iterable[PublishedItem]) -> list[PublishedItem]:
    """The items as search reads them: their own aliases, and those that districts added."""
    accepted: dict[int, list[str]] = defaultdict(list)
    for alias in list_aliases(session, status=ACCEPTED):
        accepted[alias.item_seq].append(alias.words)
    return [replace(item, aliases=(*item.aliases, *accepted[item.seq])) for item in items]
