"""Enqueue in the command's transaction; claim, act and settle in a worker, with no transaction open while acting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kiosk.exchange.models import OutboxMessage

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12


@dataclass(frozen=True)
class Claim:
    """One message in the hands of one worker; ``attempt`` tells it from earlier, lost claims."""

    id: int
    topic: str
    payload: dict[str, Any]
    attempt: int


def enqueue(session: Session, topic: str, payload: dict[str, Any], now: datetime) -> None:
    """Wish for something, in the open transaction."""
    session.add(OutboxMessage(topic=topic, payload=payload, created_at=now, due_at=now))


def enqueue_all(
    session: Session, wishes: Sequence[tuple[str, dict[str, Any]]], now: datetime
) -> None:
    """Wish for several things in one statement."""
    rows = [
        {"topic": topic, "payload": payload, "created_at": now, "due_at": now}
        for topic, payload in wishes
    ]
    session.execute(insert(OutboxMessage), rows)


def claim(session: Session, now: datetime, *, most: int = 20) -> list[Claim]:
    """Take the oldest due messages for the length of a lease; other workers pass over them."""
    free = or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= now)
    due = (
        select(OutboxMessage)
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.dead_at.is_(None),
            OutboxMessage.due_at <= now,
            free,
        )
        .order_by(OutboxMessage.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    messages = session.scalars(due).all()
    for message in messages:
        message.attempt += 1
        message.lease_until = now + LEASE
    return [Claim(m.id, m.topic, m.payload, m.attempt) for m in messages]


def settle(session: Session, taken: Claim, now: datetime) -> bool:
    """Mark done; False if a newer attempt holds the message, whose outcome counts instead."""
    message = session.get_one(OutboxMessage, taken.id)
    if message.attempt != taken.attempt or message.done_at is not None:
        return False
    message.done_at, message.lease_until = now, None
    return True


def fail(session: Session, taken: Claim, reason: str, now: datetime) -> None:
    """Give the message back with a growing pause; after the last attempt it is dead and waits for a person."""
    message = session.get_one(OutboxMessage, taken.id)
    if message.attempt != taken.attempt:
        return
    message.last_error = reason[:500]
    message.lease_until = None
    message.due_at = now + timedelta(seconds=min(2**message.attempt, 600))
    if message.attempt >= MOST_ATTEMPTS:
        message.dead_at = now


def revive(session: Session, now: datetime) -> int:
    """Give every dead message its attempts back, once the cause is gone; how many."""
    dead = update(OutboxMessage).where(OutboxMessage.dead_at.is_not(None))
    fresh = dead.values(dead_at=None, attempt=0, lease_until=None, due_at=now)
    return len(session.scalars(fresh.returning(OutboxMessage.id)).all())


def purge(session: Session, before: datetime) -> None:
    """Drop what was done before that moment; what waits or is dead stays."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.done_at < before))
