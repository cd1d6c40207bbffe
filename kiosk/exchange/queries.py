"""What still waits in the outbox."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.exchange.models import OutboxMessage


def count_waiting(session: Session) -> int:
    """Messages that are neither done nor dead."""
    waiting = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_(None))
    )
    return session.scalar(waiting) or 0


def count_dead(session: Session) -> int:
    """Messages that used up their attempts and wait for a person."""
    dead = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.dead_at.is_not(None))
    return session.scalar(dead) or 0


def list_dead(session: Session) -> list[OutboxMessage]:
    """Messages that used up their attempts, oldest first."""
    dead = select(OutboxMessage).where(OutboxMessage.dead_at.is_not(None))
    return list(session.scalars(dead.order_by(OutboxMessage.id)))
