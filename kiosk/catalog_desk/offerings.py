"""Offerings at the editor's desk: an authority changes its own and nobody else's."""

from __future__ import annotations

from datetime import date, datetime

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.errors import Forbidden
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.uow import unit_of_work
from services_catalog import offerings
from services_catalog.models import Offering
from services_catalog.offerings import OfferingTerms
from services_catalog.queries import get_item


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
    if actor.role is not Role.SYSTEM and actor.authority_code != authority_code:
        raise Forbidden("只能修改本机关的实施清单")
    with unit_of_work() as session:
        row = offerings.change_offering(
            session,
            get_item(session, seq, effective_from),
            authority_code,
            terms,
            author=actor.number,
            effective_from=effective_from,
            today=office_date(now),
        )
        subject = f"offering:{seq}/{authority_code}"
        trail.record(session, actor, "offering-changed", subject, now, version=row.version)
        told = {"item": seq, "authority": authority_code, "version": row.version}
        outbox.enqueue(session, "catalogue.offering-changed", told, now)
    return row
