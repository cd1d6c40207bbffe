"""Written authority to act for somebody: recorded, dated, for one kind of act and, if it says so, one item.

The text of the paper is not kept here; the record says who let whom do what, until when, and who recorded it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor
from kiosk.identity.errors import (
    AuthorisationNotInForce,
    AuthorisationOutOfScope,
    AuthorisationUnknown,
)
from kiosk.identity.models import Authorisation
from kiosk.identity.queries import document_digest
from kiosk.identity.tokens import draw_number
from kiosk.uow import unit_of_work

APPLY, COLLECT = "apply", "collect"
SCOPES = {APPLY: "代为申请", COLLECT: "代为领取"}


@dataclass(frozen=True)
class Party:
    """A person or an organisation: ``document_type`` 001 is the credit code (GB/T 36903)."""

    name: str
    document_type: str
    document_number: str

    @property
    def digest(self) -> str:
        return document_digest(self.document_type, self.document_number)


@dataclass(frozen=True)
class Grant:
    """What a written authority says. ``capacity`` is in what role it was signed: 本人, 法定代表人 or 负责人.

    Both days are included. Without an ``item_seq`` it holds for every item.
    """

    principal: Party
    agent: Party
    scope: str
    valid_from: date
    valid_to: date
    capacity: str
    item_seq: int | None = None


def record_grant(grant: Grant, *, actor: Actor, now: datetime) -> Authorisation:
    """Record a written authority. The caller has made sure that the actor may."""
    with unit_of_work() as session:
        row = Authorisation(
            number=draw_number("WT"),
            principal_digest=grant.principal.digest,
            principal_name=grant.principal.name,
            agent_digest=grant.agent.digest,
            agent_name=grant.agent.name,
            scope=grant.scope,
            item_seq=grant.item_seq,
            capacity=grant.capacity,
            valid_from=grant.valid_from,
            valid_to=grant.valid_to,
            recorded_by=actor.number,
            recorded_at=now,
        )
        session.add(row)
        subject = f"authorisation:{row.number}"
        trail.record(session, actor, "authorisation-recorded", subject, now, scope=grant.scope)
    return row


def revoke_grant(number: str, principal: str | None, *, actor: Actor, now: datetime) -> None:
    """End an authority today; its principal (by digest) may, and whoever recorded it. Raises NotFound."""
    with unit_of_work() as session:
        row = session.scalar(
            select(Authorisation).where(Authorisation.number == number).with_for_update()
        )
        if row is None or (row.principal_digest != principal and row.recorded_by != actor.number):
            raise NotFound("没有这份授权")
        row.revoked_at = row.revoked_at or now
        trail.record(session, actor, "authorisation-revoked", f"authorisation:{number}", now)


def list_grants(session: Session, person: str) -> list[Authorisation]:
    """The authorities a person (by digest) gave or holds, newest first."""
    theirs = or_(Authorisation.principal_digest == person, Authorisation.agent_digest == person)
    return list(
        session.scalars(select(Authorisation).where(theirs).order_by(Authorisation.id.desc()))
    )


def find_grant(session: Session, number: str) -> Authorisation | None:
    """The authority of that number, in force or not, or None."""
    return session.scalar(select(Authorisation).where(Authorisation.number == number))


def require_grant(
    session: Session, number: str, agent: str, *, scope: str, item_seq: int, now: datetime
) -> Authorisation:
    """The authority of that number, if it lets this agent (by digest) do this today.

    Raises AuthorisationUnknown, AuthorisationNotInForce, AuthorisationOutOfScope.
    """
    row = find_grant(session, number)
    if row is None or row.agent_digest != agent:
        raise AuthorisationUnknown("没有授权给这位代理人的记录，请核对授权编号")
    today = office_date(now)
    if row.revoked_at is not None:
        raise AuthorisationNotInForce("这份授权已经撤销")
    if not row.valid_from <= today <= row.valid_to:
        raise AuthorisationNotInForce(f"这份授权的有效期为 {row.valid_from} 至 {row.valid_to}")
    if row.scope != scope:
        raise AuthorisationOutOfScope(f"这份授权只能{SCOPES.get(row.scope, row.scope)}")
    if row.item_seq not in (None, item_seq):
        raise AuthorisationOutOfScope("这份授权不包括这个事项")
    return row
