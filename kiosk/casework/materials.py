"""Files that applicants hand in: looked into before they are kept, encrypted on disk, never under a name of theirs.

The name on disk is the digest of the encrypted bytes; what the sender called the file is not even recorded.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.draft_errors import MaterialInfected, TooManyMaterials
from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_queries import (
    get_draft,
    list_case_uploads,
    list_uploads,
    lock_draft,
    require_open,
)
from kiosk.casework.media.judgement import examine
from kiosk.casework.media.kinds import Limits
from kiosk.casework.permissions import may_see
from kiosk.casework.queries import get_case
from kiosk.casework.receipt import Channel
from kiosk.casework.receiving import channel_of
from kiosk.errors import InputInvalid, KioskError, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.tokens import draw_number
from kiosk.privacy import keyring
from kiosk.uow import reading, unit_of_work

MEGABYTE = 1024 * 1024
FILES_OF_FULL_SIZE = 6
STAFF = frozenset({Role.CLERK, Role.OFFICER})


class Origin(StrEnum):
    """Where a file came from."""

    UPLOAD = "upload"
    SCAN = "scan"
    LICENCE = "licence"
    EARLIER_CASE = "earlier-case"


ORIGIN_WORDS = {
    Origin.UPLOAD: "上传",
    Origin.SCAN: "现场扫描",
    Origin.LICENCE: "引用电子证照(加注副本)",
    Origin.EARLIER_CASE: "引用以前办件的材料",
}


@dataclass(frozen=True)
class Source:
    """Where a file came from. For a reused one: what it was taken from, who consented when, for what, until when."""

    origin: Origin
    reference: str | None = None
    consented_by: str | None = None
    consented_at: datetime | None = None
    purpose: str | None = None
    usable_until: date | None = None


def add_material(
    draft_number: str, name: str, data: bytes, source: Source, *, actor: Actor, now: datetime
) -> Upload:
    """Keep a file in a draft under the name of the material it is.

    Raises NotFound, DraftSubmitted, InputInvalid, TooManyMaterials, MaterialInfected, ScannerUnavailable, and what
    ``kiosk.casework.media.errors`` names.
    """
    if source.origin is Origin.SCAN and channel_of(actor) is Channel.ONLINE:
        raise InputInvalid("有内容需要改正", fields={"origin": ["扫描只在自助机或窗口进行"]})
    with reading() as session:
        require_open(get_draft(session, draft_number, actor, now))
    upload = keep_file(name, data, source, actor=actor, now=now)
    try:
        with unit_of_work() as session:
            draft = lock_draft(session, draft_number, actor, now)
            _require_room(session, draft, len(data))
            _enter(session, draft, upload, actor, now)
    except KioskError:
        drop_file(upload)
        raise
    return upload


def keep_file(name: str, data: bytes, source: Source, *, actor: Actor, now: datetime) -> Upload:
    """Look into a file and put it on disk; the row is the caller's to enter, or the file's to be dropped again.

    Raises MaterialInfected, ScannerUnavailable, and what ``kiosk.casework.media.errors`` names.
    """
    upload = _judged(name, data, source, actor, now)
    upload.stored = _store(data, upload.number)
    return upload


def drop_file(upload: Upload) -> None:
    """Wipe a kept file whose row was not entered."""
    current_app.extensions["materials"].remove(upload.stored)


def remove_material(draft_number: str, number: str, *, actor: Actor, now: datetime) -> None:
    """Take a file out of a draft and wipe it. Raises NotFound, DraftSubmitted."""
    with unit_of_work() as session:
        draft = lock_draft(session, draft_number, actor, now)
        upload = _pick(list_uploads(session, draft), number)
        session.delete(upload)
        trail.record(
            session, actor, "material-removed", f"draft:{draft_number}", now, material=number
        )
    current_app.extensions["materials"].remove(upload.stored)


def read_draft_material(
    draft_number: str, number: str, *, actor: Actor, now: datetime
) -> tuple[Upload, bytes]:
    """A file of a draft. Raises NotFound, DataUnreadable."""
    with reading() as session:
        draft = get_draft(session, draft_number, actor, now)
        upload = _pick(list_uploads(session, draft), number)
    return upload, open_file(upload)


def list_materials_of_case(case_number: str, *, actor: Actor) -> list[Upload]:
    """The files of a case, for those it concerns. Raises NotFound."""
    with reading() as session:
        return _files_of(session, case_number, actor)


def read_case_material(
    case_number: str, number: str, *, actor: Actor, now: datetime
) -> tuple[Upload, bytes]:
    """A file of a case; each reading by staff is on the audit trail. Raises NotFound, DataUnreadable."""
    with reading() as session:
        upload = _pick(_files_of(session, case_number, actor), number)
    data = open_file(upload)
    if actor.role in STAFF:
        with unit_of_work() as session:
            subject = f"case:{case_number}"
            trail.record(session, actor, "material-read", subject, now, material=number)
    return upload, data


def open_file(upload: Upload) -> bytes:
    """The content of a file, compared with its digest. Raises NotFound, DataUnreadable."""
    stored = current_app.extensions["materials"].get(upload.stored)
    data = keyring().decrypt_file(stored, upload.number)
    if hashlib.sha256(data).hexdigest() != upload.digest:
        raise NotFound("文件内容与登记不符，已停止使用")
    return data


def limits() -> Limits:
    """How much a file may hold, by the settings."""
    config = current_app.config
    return Limits(
        size=config["MATERIAL_MAX_MB"] * MEGABYTE,
        pages=config["MATERIAL_MAX_PAGES"],
        pixels=config["MATERIAL_MAX_PIXELS"],
    )


def _judged(name: str, data: bytes, source: Source, actor: Actor, now: datetime) -> Upload:
    """The row of a file that was looked into and may be kept."""
    examined = examine(data, limits())
    scanner = current_app.extensions["scanner"]
    found = scanner.find_virus(data)
    if found is not None:
        raise MaterialInfected(f"文件里发现病毒（{found}），没有保存")
    return Upload(
        number=draw_number("CL"),
        name=name,
        kind=examined.kind,
        size=len(data),
        pages=examined.pages,
        digest=hashlib.sha256(data).hexdigest(),
        scanned_by=scanner.name,
        added_by=actor.number,
        added_at=now,
        **vars(source),
    )


def _enter(session: Session, draft: Draft, upload: Upload, actor: Actor, now: datetime) -> None:
    upload.draft_id = draft.id
    session.add(upload)
    facts = {"material": upload.number, "origin": upload.origin, "digest": upload.digest}
    trail.record(session, actor, "material-added", f"draft:{draft.number}", now, **facts)


def _store(data: bytes, number: str) -> str:
    encrypted = keyring().encrypt_file(data, number)
    stored: str = current_app.extensions["materials"].put(encrypted)
    return stored


def _require_room(session: Session, draft: Draft, size: int) -> None:
    most, bytes_most = current_app.config["MATERIAL_MAX_FILES"], limits().size * FILES_OF_FULL_SIZE
    held = select(func.count(), func.coalesce(func.sum(Upload.size), 0))
    count, total = session.execute(held.where(Upload.draft_id == draft.id)).one()
    if count >= most:
        raise TooManyMaterials(f"一份申请最多 {most} 个文件")
    if total + size > bytes_most:
        raise TooManyMaterials(f"一份申请的文件合计最多 {bytes_most // MEGABYTE} MB")


def _files_of(session: Session, case_number: str, actor: Actor) -> list[Upload]:
    case = get_case(session, case_number)
    if not may_see(case, actor):
        raise NotFound("没有这个办件")
    return list_case_uploads(session, case.id)


def _pick(uploads: list[Upload], number: str) -> Upload:
    found = next((upload for upload in uploads if upload.number == number), None)
    if found is None:
        raise NotFound("没有这个文件")
    return found
