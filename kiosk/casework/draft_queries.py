"""Drafts and their files as rows: who may touch them, and what lies in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.draft_errors import DraftSubmitted
from kiosk.casework.draft_models import Draft, Upload
from kiosk.errors import NotFound
from kiosk.identity.actors import Actor, Role


def get_draft(session: Session, number: str, actor: Actor, now: datetime) -> Draft:
    """The draft, for its owner or the clerk at whose desk it lies. Raises NotFound for anybody else."""
    return _checked(session.scalar(select(Draft).where(Draft.number == number)), actor, now)


def lock_draft(session: Session, number: str, actor: Actor, now: datetime) -> Draft:
    """The open draft, held until the transaction ends. Raises NotFound, DraftSubmitted."""
    found = session.scalar(select(Draft).where(Draft.number == number).with_for_update())
    draft = _checked(found, actor, now)
    require_open(draft)
    return draft


def require_open(draft: Draft) -> None:
    """Raises DraftSubmitted, with the number of the case, if the draft was handed in."""
    if draft.submitted_at is not None:
        raise DraftSubmitted(f"这份申请已提交，办件编号 {draft.case_number}")


def list_drafts(session: Session, actor: Actor, now: datetime) -> list[Draft]:
    """The open drafts of a citizen, or those at a clerk's desk, newest first."""
    chosen = select(Draft).where(Draft.submitted_at.is_(None), Draft.expires_at > now)
    if actor.role is Role.CLERK:
        chosen = chosen.where(Draft.holder == actor.number, Draft.held_until > now)
    else:
        chosen = chosen.where(Draft.owner_id == actor.person_id)
    return list(session.scalars(chosen.order_by(Draft.id.desc())))


def list_uploads(session: Session, draft: Draft) -> list[Upload]:
    """The files in a draft, oldest first."""
    files = select(Upload).where(Upload.draft_id == draft.id)
    return list(session.scalars(files.order_by(Upload.id)))


def list_case_uploads(session: Session, case_id: int) -> list[Upload]:
    """The files of a case, oldest first."""
    files = select(Upload).where(Upload.case_id == case_id)
    return list(session.scalars(files.order_by(Upload.id)))


def _checked(draft: Draft | None, actor: Actor, now: datetime) -> Draft:
    if draft is None or draft.expires_at <= now or not _may_touch(draft, actor, now):
        raise NotFound("没有这份草稿，或已过保存期限")
    return draft


def _may_touch(draft: Draft, actor: Actor, now: datetime) -> bool:
    if actor.role is Role.CITIZEN:
        return actor.person_id == draft.owner_id
    on_desk = draft.held_until is not None and draft.held_until > now
    return actor.role is Role.CLERK and draft.holder == actor.number and on_desk
