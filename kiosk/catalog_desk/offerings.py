"""Offerings at the editor's desk: an authority changes its own and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.errors import Forbidden
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.uow import unit_of_work
from services_catalog import offerings
from services_catalog.models import Offering
from services_catalog.offerings import OfferingTerms, Suspension
from services_catalog.queries import get_item


@dataclass(frozen=True)
class Closure:
    """Days on which an authority receives nothing, both included; without a last day from then on."""

    first: date
    last: date | None
    reason: str


def change_offering(
    seq: int,
    authority_code: str,
    terms: OfferingTerms,
    effective_from: date,
    *,
    actor: Actor,
    now: datetime,
) -> Offering:
    """Put the authority's terms in force from a date.

    Raises Forbidden, UnknownItem, UnknownAuthority, EffectiveInPast, OfferingInvalid.
    """
    _require_own(actor, authority_code)
    with unit_of_work() as session:
        return _put(session, seq, authority_code, terms, effective_from, actor=actor, now=now)


def suspend_offering(
    seq: int, authority_code: str, closure: Closure, *, actor: Actor, now: datetime
) -> Offering:
    """Add days on which nothing is received to the terms in force then. Raises as ``change_offering``."""
    _require_own(actor, authority_code)
    with unit_of_work() as session:
        terms = offerings.offering_in_force(session, seq, authority_code, closure.first).terms
        added = Suspension(closure.first, closure.last, closure.reason)
        terms = replace(terms, suspensions=(*terms.suspensions, added))
        return _put(session, seq, authority_code, terms, closure.first, actor=actor, now=now)


def end_offering(
    seq: int, authority_code: str, closure: Closure, *, actor: Actor, now: datetime
) -> Offering:
    """Offer the item no more from the closure's first day on. Raises as ``change_offering``."""
    _require_own(actor, authority_code)
    with unit_of_work() as session:
        terms = offerings.offering_in_force(session, seq, authority_code, closure.first).terms
        terms = replace(terms, ended=closure.reason)
        return _put(session, seq, authority_code, terms, closure.first, actor=actor, now=now)


def _put(
    session: Session,
    seq: int,
    authority_code: str,
    terms: OfferingTerms,
    first: date,
    *,
    actor: Actor,
    now: datetime,
) -> Offering:
    row = offerings.change_offering(
        session,
        get_item(session, seq, first),
        authority_code,
        terms,
        author=actor.number,
        effective_from=first,
        today=office_date(now),
    )
    subject = f"offering:{seq}/{authority_code}"
    trail.record(session, actor, "offering-changed", subject, now, version=row.version)
    told = {"item": seq, "authority": authority_code, "version": row.version}
    outbox.enqueue(session, "catalogue.offering-changed", told, now)
    return row


def _require_own(actor: Actor, authority_code: str) -> None:
    if actor.role is not Role.SYSTEM and actor.authority_code != authority_code:
        raise Forbidden("只能修改本机关的实施清单")
