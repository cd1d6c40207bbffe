"""A draft becomes a case, in the transaction of the receipt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_queries import get_draft, require_open
from kiosk.casework.models import Case
from kiosk.casework.receipt import DraftInHand
from kiosk.errors import StaleVersion
from kiosk.identity.actors import Actor


def hand_over(
    session: Session, in_hand: DraftInHand, case: Case, actor: Actor, now: datetime
) -> None:
    """The files go over to the case, and what was typed is wiped, because the case holds it now.

    Raises DraftSubmitted if another hand was faster, NotFound, and StaleVersion if the draft or its files were
    changed after it was read: the receipt would not show it.
    """
    settled = (
        update(Draft)
        .where(
            Draft.number == in_hand.number,
            Draft.version == in_hand.version,
            Draft.submitted_at.is_(None),
        )
        .values(content=None, submitted_at=now, case_number=case.number, version=Draft.version + 1)
        .returning(Draft.id)
    )
    draft_id = session.scalar(settled)
    if draft_id is None:
        require_open(get_draft(session, in_hand.number, actor, now))
        raise StaleVersion("这份草稿在别处改过，请重新打开后再提交")
    moved = update(Upload).where(Upload.draft_id == draft_id)
    files = session.scalars(moved.values(case_id=case.id, draft_id=None).returning(Upload.number))
    if set(files) != in_hand.files:
        raise StaleVersion("材料刚有变动，请核对后再提交")
