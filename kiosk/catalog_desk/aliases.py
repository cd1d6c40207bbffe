"""Words that districts add to items: proposed, reviewed by another editor, found without a restart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.catalogue import forget_catalogue
from kiosk.clock import office_date
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.uow import unit_of_work
from services_catalog import aliases
from services_catalog.models import Alias
from services_catalog.queries import get_item


def propose_alias(seq: int, words: str, *, actor: Actor, now: datetime) -> Alias:
    """Propose words by which people ask for an item. Raises UnknownItem, AliasInvalid."""
    with unit_of_work() as session:
        alias = aliases.propose_alias(
            session,
            get_item(session, seq, office_date(now)),
            words,
            division=actor.division_code or "",
            author=actor.number,
            now=now,
        )
        _record(session, actor, "alias-proposed", alias, now)
    return alias


def review_alias(seq: int, number: int, *, accept: bool, actor: Actor, now: datetime) -> Alias:
    """Accept words, so that search finds the item by them, or reject them, also later.

    Raises UnknownAlias, ReviewerIsAuthor, VersionStepRefused.
    """
    with unit_of_work() as session:
        alias = aliases.get_alias(session, seq, number)
        aliases.review_alias(alias, accept=accept, reviewer=actor.number, now=now)
        aliases.rename_after_review(session, alias)
        _record(session, actor, f"alias-{alias.status}", alias, now)
    forget_catalogue()
    return alias


def _record(session: Session, actor: Actor, act: str, alias: Alias, now: datetime) -> None:
    subject = f"alias:{alias.item_seq}/{alias.number}"
    trail.record(session, actor, act, subject, now, words=alias.words)
    told = {"item": alias.item_seq, "number": alias.number, "words": alias.words}
    outbox.enqueue(session, f"catalogue.{act}", told, now)
