"""Where people agree to get messages: nobody is on the list who did not ask for it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from kiosk.audit import trail
from kiosk.errors import InputInvalid, StaleVersion
from kiosk.identity.actors import Actor
from kiosk.notifications.messages import Channel
from kiosk.notifications.models import Contact
from kiosk.uow import reading, unit_of_work
from services_catalog.codes import mask_phone

SHAPES = {Channel.SMS: re.compile(r"1\d{10}"), Channel.APP: re.compile(r"[A-Za-z0-9._-]{4,64}")}


def agree(channel: Channel, address: str, *, actor: Actor, now: datetime) -> None:
    """Agree to messages on a channel, or change where they go. Raises InputInvalid, StaleVersion."""
    if not SHAPES[channel].fullmatch(address):
        raise InputInvalid("有内容需要改正", fields={"address": ["号码或账号的格式不对"]})
    try:
        with unit_of_work() as session:
            held = session.scalar(_chosen(actor, channel))
            if held is None:
                held = Contact(person_id=actor.person_id, channel=channel)
                session.add(held)
            held.address, held.agreed_at = address, now
            trail.record(session, actor, "messages-agreed", f"person:{actor.number}", now)
    except IntegrityError as error:
        raise StaleVersion("联系方式刚刚改过，请刷新后再试") from error


def decline(channel: Channel, *, actor: Actor, now: datetime) -> None:
    """No more messages on that channel; what waits is dropped. Idempotent."""
    with unit_of_work() as session:
        session.execute(
            delete(Contact).where(Contact.person_id == actor.person_id, Contact.channel == channel)
        )
        trail.record(session, actor, "messages-declined", f"person:{actor.number}", now)


def list_contacts(actor: Actor) -> list[dict[str, Any]]:
    """One's own contacts, masked."""
    mine = select(Contact).where(Contact.person_id == actor.person_id).order_by(Contact.id)
    with reading() as session:
        return [
            {"channel": row.channel, "address": mask_phone(row.address), "agreed_at": row.agreed_at}
            for row in session.scalars(mine)
        ]


def _chosen(actor: Actor, channel: Channel) -> Any:
    return select(Contact).where(Contact.person_id == actor.person_id, Contact.channel == channel)
