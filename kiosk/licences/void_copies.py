"""An original that was found spoiled is void for good; another copy, with a number and code of its own, replaces it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.identity.actors import SYSTEM
from kiosk.licences.contents import from_content
from kiosk.licences.lifecycle import Status
from kiosk.licences.models import Licence, LicenceCopy, SealedDocument, VoidCopy
from kiosk.licences.queries import find_void, get_copy, lock_licence
from kiosk.licences.registry import Ground, draw_paper_number, enter_document
from kiosk.uow import unit_of_work

ENDED = frozenset({Status.REVOKED, Status.CANCELLED, Status.SUPERSEDED})


def void_copy(identifier: str, label: str, job: str, reason: str, *, now: datetime) -> None:
    """Declare one copy void, as the print job's two persons found it, and enter its successor; twice is once.

    Raises NotFound.
    """
    with unit_of_work() as session:
        licence = lock_licence(session, identifier)
        copy, paper = get_copy(session, licence, label)
        if find_void(session, identifier, label) is not None:
            return
        successor = _succeed(session, licence, copy, paper, now)
        void = VoidCopy(
            copy_id=copy.id,
            successor_id=successor.id if successor else None,
            job_number=job,
            reason=reason,
            at=now,
        )
        session.add(void)
        facts = {"copy": label, "job": job, "successor": successor.label if successor else None}
        trail.record(session, SYSTEM, "copy-void", f"licence:{identifier}", now, **facts)


def next_label(label: str) -> str:
    """``1-1`` is followed by ``1-1-2``, that by ``1-1-3``: the last figure counts the sheets made of one copy."""
    parts = label.split("-")
    if len(parts) < 3:
        return f"{label}-2"
    return "-".join([*parts[:-1], str(int(parts[-1]) + 1)])


def _succeed(
    session: Session, licence: Licence, copy: LicenceCopy, paper: SealedDocument, now: datetime
) -> LicenceCopy | None:
    """The copy to be printed instead, its paper wished sealed; None for a licence that has ended."""
    if licence.status in ENDED:
        return None
    label = next_label(copy.label)
    document = replace(
        from_content(paper.content, current_app.extensions["files"]),
        number=draw_paper_number(),
        copy_label=label,
        qr_text=None,
        sealed_at=now,
    )
    ground = Ground(
        case_number=licence.case_number,
        item_seq=paper.item_seq,
        authority_code=licence.authority_code,
        authority_name=licence.authority_name,
        competence=paper.competence,
        decided_by=paper.decided_by,
    )
    row = enter_document(session, ground, licence.name, document, now)
    successor = LicenceCopy(licence_id=licence.id, label=label, document_id=row.id)
    session.add(successor)
    session.flush()  # The entry of the void copy names its successor by id.
    return successor
