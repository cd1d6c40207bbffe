"""Half-finished applications: saved as typed, resumed anywhere with the card and a short code, wiped in time.

Online, at a machine and at a window alike nothing is checked before it is handed in, so nothing typed is lost when
a session ends.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.draft_errors import DraftCodeWrong, DraftTooLarge, TooManyDrafts
from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_queries import get_draft, list_uploads, lock_draft
from kiosk.casework.guesses import counted_guess
from kiosk.casework.receipt import ONLINE_PLACE
from kiosk.casework.versions_since import changes_since, missing_of
from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid, NotFound, StaleVersion
from kiosk.exchange import idempotency
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.identity.commands import meet_person
from kiosk.identity.models import Person
from kiosk.identity.provider import Identity
from kiosk.identity.queries import find_person
from kiosk.identity.tokens import draw_digits, draw_number
from kiosk.privacy import keyring
from kiosk.uow import reading, unit_of_work

MOST_DRAFTS = 20
MOST_BYTES = 200_000
SWEEP_BATCH = 100
GUESSES = "draft-owner"


@dataclass(frozen=True)
class Opened:
    """A draft and the code that opens it elsewhere, shown once and stored as a digest only."""

    number: str
    code: str


@dataclass(frozen=True)
class DraftView:
    """A draft as its desk shows it. ``changes`` tell what changed for the applicant since it was begun, and
    ``asked`` the fields that are missing because of it."""

    number: str
    item_seq: int
    item_version: int
    content: dict[str, Any]
    changes: list[str]
    asked: dict[str, list[str]]
    uploads: list[Upload]
    begun_place: str
    saved_at: datetime
    expires_at: datetime
    version: int


def begin(
    item_seq: int,
    content: dict[str, Any],
    *,
    applicant: Identity | None,
    actor: Actor,
    now: datetime,
) -> Opened:
    """Keep an application that was begun; ``applicant`` is the card that lies at a window.

    Raises UnknownItem, ItemCancelled, InputInvalid, DraftTooLarge, TooManyDrafts.
    """
    held = catalogue()
    held.world.require_offered(item_seq)
    _require_modest(content)
    with unit_of_work() as session:
        owner = _owner(session, applicant, actor, now)
        _require_room(session, owner, now)
        code = draw_digits()
        draft = Draft(
            number=draw_number("CG"),
            owner_id=owner.id,
            code_digest=_code_digest(owner.id, code),
            item_seq=item_seq,
            item_version=held.items[item_seq].version,
            content=content,
            begun_place=actor.place or ONLINE_PLACE,
            begun_at=now,
        )
        _touch(draft, actor, now)
        session.add(draft)
        trail.record(session, actor, "draft-begun", f"draft:{draft.number}", now, item=item_seq)
        return Opened(draft.number, code)


def save(
    number: str,
    content: dict[str, Any],
    *,
    version: int,
    item_version: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep what was typed since; answers the new version. ``item_version`` says which edition was read.

    Raises NotFound, DraftSubmitted, StaleVersion, DraftTooLarge, InputInvalid.
    """
    _require_modest(content)
    with unit_of_work() as session:
        draft = lock_draft(session, number, actor, now)
        if draft.version != version:
            raise StaleVersion("这份草稿在别处改过，请重新打开后再填")
        if item_version not in (None, draft.item_version):
            draft.item_version = _present_version(draft.item_seq, item_version)
        draft.content = content
        _touch(draft, actor, now)
        session.flush()  # The answer names the version that this write makes.
        return draft.version


def resume(
    code: str, *, applicant: Identity | None, key: str | None, actor: Actor, now: datetime
) -> Opened:
    """Open a draft at another desk by card and code. The code is used up; the answer holds the next one.

    Sent again under the same ``key``, it answers as the first time. Raises DraftCodeWrong, TooManyGuesses,
    InputInvalid.
    """
    card = _card(applicant, actor)
    with counted_guess(card, now=now, kind=GUESSES, wrong=DraftCodeWrong):
        return _resume(code, applicant, key, actor, now)


def renew_code(number: str, *, actor: Actor, now: datetime) -> Opened:
    """A new code for a draft that is open here; the one before ends. Raises NotFound, DraftSubmitted."""
    with unit_of_work() as session:
        draft = lock_draft(session, number, actor, now)
        return _new_code(session, draft, "draft-code-renewed", actor, now)


def discard(number: str, *, actor: Actor, now: datetime) -> None:
    """Wipe a draft and its files at once. Raises NotFound, DraftSubmitted."""
    with unit_of_work() as session:
        draft = lock_draft(session, number, actor, now)
        stored = _wipe(session, draft)
        trail.record(session, actor, "draft-discarded", f"draft:{number}", now)
    _remove_files(stored)


def forget_expired(*, now: datetime) -> int:
    """Wipe the drafts whose time is over, files included; answers how many. Running twice does no harm."""
    with unit_of_work() as session:
        over = select(Draft).where(Draft.expires_at <= now).order_by(Draft.id).limit(SWEEP_BATCH)
        drafts = list(session.scalars(over.with_for_update(skip_locked=True)))
        stored = [name for draft in drafts for name in _wipe(session, draft)]
        if drafts:
            trail.record(session, SYSTEM, "drafts-forgotten", "drafts", now, count=len(drafts))
    _remove_files(stored)
    return len(drafts)


def view_draft(number: str, *, actor: Actor, now: datetime) -> DraftView:
    """The draft with its files and with what changed since it was begun. Raises NotFound."""
    with reading() as session:
        draft = get_draft(session, number, actor, now)
        uploads = list_uploads(session, draft)
    content = draft.content or {}
    changes = changes_since(draft.item_seq, draft.item_version)
    return DraftView(
        number=draft.number,
        item_seq=draft.item_seq,
        item_version=draft.item_version,
        content=content,
        changes=[change.words for change in changes],
        asked=missing_of(draft.item_seq, content.get("form") or {}, changes),
        uploads=uploads,
        begun_place=draft.begun_place,
        saved_at=draft.saved_at,
        expires_at=draft.expires_at,
        version=draft.version,
    )


def _resume(
    code: str, applicant: Identity | None, key: str | None, actor: Actor, now: datetime
) -> Opened:
    request = {"resume": _card(applicant, actor), "code": code, "desk": actor.number}
    with unit_of_work() as session:
        answer = None if key is None else idempotency.find_answer(session, key, request)
        if answer is not None:
            return Opened(**answer)
        draft = _by_code(session, code, applicant, actor, now)
        _touch(draft, actor, now)
        opened = _new_code(session, draft, "draft-resumed", actor, now)
        if key is not None:
            idempotency.remember(session, key, request, vars(opened), now)
        return opened


def _by_code(
    session: Session, code: str, applicant: Identity | None, actor: Actor, now: datetime
) -> Draft:
    owner_id = actor.person_id
    if applicant is not None:
        person = find_person(session, applicant.document_type, applicant.document_number)
        owner_id = None if person is None else person.id
    wanted = _code_digest(owner_id or 0, code)
    draft = session.scalar(
        select(Draft)
        .where(
            Draft.owner_id == owner_id,
            Draft.code_digest == wanted,
            Draft.submitted_at.is_(None),
            Draft.expires_at > now,
        )
        .with_for_update()
    )
    if draft is None:
        raise DraftCodeWrong("证件或续办码不正确，或者草稿已过保存期限")
    return draft


def _new_code(session: Session, draft: Draft, act: str, actor: Actor, now: datetime) -> Opened:
    code = draw_digits()
    draft.code_digest = _code_digest(draft.owner_id, code)
    trail.record(session, actor, act, f"draft:{draft.number}", now)
    return Opened(draft.number, code)


def _card(applicant: Identity | None, actor: Actor) -> str:
    """Whose guesses are counted. Raises InputInvalid at a window without a card."""
    if actor.role is Role.CITIZEN:
        return actor.number
    if applicant is None:
        raise InputInvalid("有内容需要改正", fields={"applicant": ["请读取申请人证件"]})
    return f"{applicant.document_type}:{applicant.document_number}"


def _owner(session: Session, applicant: Identity | None, actor: Actor, now: datetime) -> Person:
    if actor.role is Role.CITIZEN:
        return session.get_one(Person, actor.person_id)
    if applicant is None:
        raise InputInvalid("有内容需要改正", fields={"applicant": ["请读取申请人证件"]})
    return meet_person(session, applicant, now)


def _touch(draft: Draft, actor: Actor, now: datetime) -> None:
    """Saved now, kept for the days of the setting, and on this clerk's desk for a while."""
    config = current_app.config
    draft.saved_at = now
    draft.expires_at = now + timedelta(days=config["DRAFT_DAYS"])
    if actor.role is Role.CLERK:
        draft.holder = actor.number
        draft.held_until = now + timedelta(minutes=config["DRAFT_DESK_MINUTES"])


def _require_modest(content: dict[str, Any]) -> None:
    if len(json.dumps(content, ensure_ascii=False).encode()) > MOST_BYTES:
        raise DraftTooLarge("填写的内容太多，请把长篇说明作为材料上传")


def _require_room(session: Session, owner: Person, now: datetime) -> None:
    mine = select(func.count()).where(
        Draft.owner_id == owner.id, Draft.submitted_at.is_(None), Draft.expires_at > now
    )
    if session.scalars(mine).one() >= MOST_DRAFTS:
        raise TooManyDrafts(f"最多保存 {MOST_DRAFTS} 份草稿，请先提交或删除不用的草稿")


def _present_version(seq: int, said: int | None) -> int:
    present: int = catalogue().items[seq].version
    if said != present:
        raise NotFound("没有这个版本，或不是现行版本")
    return present


def _wipe(session: Session, draft: Draft) -> list[str]:
    """Delete the rows; answers the files, which go after the commit."""
    uploads = list_uploads(session, draft)
    for upload in uploads:
        session.delete(upload)
    session.flush()  # The draft can go only after what belongs to it.
    session.delete(draft)
    return [upload.stored for upload in uploads]


def _remove_files(stored: list[str]) -> None:
    for name in stored:
        current_app.extensions["materials"].remove(name)


def _code_digest(owner_id: int, code: str) -> str:
    return keyring().digest("draft-code", f"{owner_id}:{code}")
