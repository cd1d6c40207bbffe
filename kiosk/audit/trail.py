"""Record acts in the transaction that performs them, chain the records afterwards, check the chain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit.models import AuditEntry, AuditHead
from kiosk.clock import office_date
from kiosk.identity.actors import Actor
from kiosk.privacy import keyring
from kiosk.uow import unit_of_work

GENESIS = "0" * 64
SEAL_BATCH = 500
SEALING = 0x41554454  # The advisory lock that the sealer holds on PostgreSQL.


@dataclass(frozen=True)
class ChainReport:
    """How far the chain holds. ``broken_at`` is the position of the first row that does not fit, or None."""

    checked: int
    broken_at: int | None
    unsealed: int


def record(
    session: Session, actor: Actor, action: str, subject: str, now: datetime, **facts: Any
) -> None:
    """Add one entry to the open transaction. ``facts`` must not hold personal data."""
    session.add(
        AuditEntry(
            at=now,
            actor_role=actor.role.value,
            actor_number=actor.number,
            place=actor.machine_number or actor.division_code or actor.authority_code,
            action=action,
            subject=subject,
            facts=facts,
        )
    )


def seal_entries(now: datetime) -> int:
    """Chain the entries that are not chained yet, oldest first; answers how many.

    Only one process seals at a time; the unique position guards the chain itself.
    """
    with unit_of_work() as session:
        if not _alone(session):
            return 0
        position, chain = _last_link(session)
        waiting = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.position.is_(None))
            .order_by(AuditEntry.id)
            .limit(SEAL_BATCH)
        ).all()
        for entry in waiting:
            position, chain = position + 1, _link(chain, entry)
            entry.position, entry.chain = position, chain
        if waiting:
            _sign_head(session, position, chain, now)
    return len(waiting)


def check_chain(session: Session) -> ChainReport:
    """Recompute every link from the first entry on; what is sealed meanwhile lies beyond the head read first."""
    head = session.scalar(select(AuditHead).order_by(AuditHead.position.desc()).limit(1))
    chain, checked, broken_at, held = GENESIS, 0, None, head is None
    entries = (
        select(AuditEntry).where(AuditEntry.position.is_not(None)).order_by(AuditEntry.position)
    )
    for entry in session.scalars(entries.execution_options(yield_per=1000)):
        chain = _link(chain, entry)
        if entry.chain != chain or entry.position != checked + 1:
            broken_at = checked + 1
            break
        checked += 1
        held = held or _head_holds(head, checked, chain)
    unsealed = session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.position.is_(None))
    )
    if broken_at is None and not held:
        broken_at = checked
    return ChainReport(checked, broken_at, unsealed or 0)


def list_entries(
    session: Session, subject: str | None, before: int | None, limit: int
) -> list[AuditEntry]:
    """Entries, newest first; about one record, or before an entry's id, where given."""
    chosen = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if subject is not None:
        chosen = chosen.where(AuditEntry.subject == subject)
    if before is not None:
        chosen = chosen.where(AuditEntry.id < before)
    return list(session.scalars(chosen))


def _alone(session: Session) -> bool:
    """Whether no other process seals now; SQLite lets only one write at a time anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    taken: bool = session.execute(select(func.pg_try_advisory_xact_lock(SEALING))).scalar_one()
    return taken


def _last_link(session: Session) -> tuple[int, str]:
    last = session.execute(
        select(AuditEntry.position, AuditEntry.chain)
        .where(AuditEntry.position.is_not(None))
        .order_by(AuditEntry.position.desc())
        .limit(1)
    ).first()
    if last is None or last.position is None or last.chain is None:
        return 0, GENESIS
    return last.position, last.chain


def _link(chain: str, entry: AuditEntry) -> str:
    """SM3 over the link before and everything the entry says."""
    said = [
        entry.at.isoformat(),
        entry.actor_role,
        entry.actor_number,
        entry.place,
        entry.action,
        entry.subject,
        entry.facts,
    ]
    digest = hashes.Hash(hashes.SM3())
    digest.update(f"{chain}{json.dumps(said, ensure_ascii=False, sort_keys=True)}".encode())
    return digest.finalize().hex()


def _sign_head(session: Session, position: int, chain: str, now: datetime) -> None:
    day = office_date(now).isoformat()
    head = session.get(AuditHead, day) or AuditHead(day=day)
    head.position, head.chain, head.signed_at = position, chain, now
    head.signature = _head_signature(day, position, chain)
    session.add(head)


def _head_signature(day: str, position: int, chain: str) -> str:
    return keyring().digest("audit-head", f"{day}:{position}:{chain}")


def _head_holds(head: AuditHead | None, checked: int, chain: str) -> bool:
    """Whether the signed head matches the chain here; one that matches nowhere shows rows cut off at the end."""
    if head is None:
        return True
    signed = _head_signature(head.day, head.position, head.chain)
    return (head.position, head.chain, head.signature) == (checked, chain, signed)
