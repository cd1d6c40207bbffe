"""What the keeper of the seals does: look, change a key, stop a seal at once, take in a real one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.errors import Forbidden, InputInvalid, NotFound
from kiosk.exchange.files import FileStore
from kiosk.identity.actors import Actor, Role
from kiosk.licences.errors import RotationNeedsImport, SealOwnerDiffers
from kiosk.licences.models import Seal, SealImport, SealUse
from kiosk.licences.sealing import OFFICIAL_SEAL, SEAL_LIFE
from kiosk.licences.trust import require_trusted
from kiosk.uow import reading, unit_of_work
from printing.certificates import Owner, owner_of
from printing.pki import KeyStore
from printing.seal_import import OrganLevel, read_seal_picture
from printing.signing import Signer


@dataclass(frozen=True)
class SealLine:
    """A seal as its keeper sees it. ``owner`` is read from the certificate; None if its key is gone."""

    authority_code: str
    owner_name: str
    imported: bool
    stopped_at: datetime | None
    stop_reason: str | None
    valid_to: datetime
    owner: Owner | None

    @property
    def ends_at(self) -> datetime:
        """When seal or certificate ends, whichever is first."""
        return min(self.valid_to, self.owner.not_after) if self.owner else self.valid_to


class KeySource(Protocol):
    """Where the key of a real seal comes from: a PKCS#12 file, or a device."""

    def look(self, keys: KeyStore) -> Signer:
        """The key, tried, with nothing stored yet. Raises KeyFileUnreadable or SigningFailed."""
        ...

    def adopt(self, keys: KeyStore, code: str) -> Signer:
        """The key, in the store from now on."""
        ...


@dataclass(frozen=True)
class RealSeal:
    """A real seal that is to be taken in: its picture as PNG, its diameter (mm), the kind of organ, its key."""

    authority_code: str
    authority_name: str
    level: OrganLevel
    diameter_mm: int
    picture: bytes
    key: KeySource


def list_seals() -> list[SealLine]:
    """Every registered seal, soonest to end first."""
    with reading() as session:
        rows = list(session.scalars(select(Seal)))
    lines = [_line(row) for row in rows]
    return sorted(lines, key=lambda line: (line.ends_at, line.authority_code))


def find_seal(authority_code: str) -> SealLine | None:
    """The seal of an authority, or None while it has none."""
    with reading() as session:
        row = session.scalar(select(Seal).where(Seal.authority_code == authority_code))
    return None if row is None else _line(row)


def list_uses(
    session: Session, authority_code: str, before: int | None, limit: int
) -> list[SealUse]:
    """The uses of an authority's seal, newest first; those entered before one of them."""
    used = select(SealUse).join(Seal, Seal.id == SealUse.seal_id)
    used = used.where(Seal.authority_code == authority_code)
    if before is not None:
        used = used.where(SealUse.id < before)
    return list(session.scalars(used.order_by(SealUse.id.desc()).limit(limit)))


def stop_seal(authority_code: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Stop a seal from this moment on, for instance because its key may be known.

    Raises NotFound, InputInvalid, Forbidden for the keeper of another authority's seal.
    """
    _require_reason(reason)
    _require_own(authority_code, actor)
    with unit_of_work() as session:
        seal = _lock(session, authority_code)
        seal.stopped_at, seal.stop_reason = seal.stopped_at or now, reason
        trail.record(session, actor, "seal-stopped", f"seal:{authority_code}", now, reason=reason)


def resume_seal(authority_code: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Let a stopped seal be used again. Raises NotFound, InputInvalid."""
    _require_reason(reason)
    with unit_of_work() as session:
        seal = _lock(session, authority_code)
        seal.stopped_at, seal.stop_reason = None, None
        trail.record(session, actor, "seal-resumed", f"seal:{authority_code}", now, reason=reason)


def rotate_key(authority_code: str, *, actor: Actor, now: datetime) -> None:
    """Give a demonstration seal a new key; what the old one signed stays genuine, a stopped seal stays stopped.

    Raises NotFound, or RotationNeedsImport for a real seal.
    """
    with reading() as session:
        seal = _find(session, authority_code)
    if not seal.demo:
        raise RotationNeedsImport("正式印章的新密钥由其证书机构签发，请用 flask keys import 导入")
    signer = _keys().rotate(authority_code, seal.owner_name, now)
    with unit_of_work() as session:
        seal = _lock(session, authority_code)
        seal.certificate_digest = _digest(signer)
        seal.valid_from, seal.valid_to = now, now + SEAL_LIFE
        trail.record(session, actor, "seal-key-rotated", f"seal:{authority_code}", now)


def import_seal(real: RealSeal, *, actor: Actor, now: datetime) -> None:
    """Take in a real seal; from then on the authority's papers come out clean, signed by its own key.

    Raises SealSizeWrong, SealPictureRefused, SealOwnerDiffers, SealNotTrusted, KeyFileUnreadable or SigningFailed;
    then nothing is kept.
    """
    picture = read_seal_picture(real.picture, real.diameter_mm, real.level)
    signer = real.key.look(_keys())
    owner = owner_of(signer.certificate)
    if (owner.code, owner.name) != (real.authority_code, real.authority_name):
        raise SealOwnerDiffers(
            f"证书属于{owner.name}（{owner.code}），不是{real.authority_name}（{real.authority_code}）"
        )
    require_trusted(_keys(), signer, now)
    real.key.adopt(_keys(), real.authority_code)
    _files().put(picture.data)
    with unit_of_work() as session:
        seal = _seal_for(session, real, now)
        seal.demo, seal.picture_digest, seal.diameter_mm = False, picture.sha256, real.diameter_mm
        seal.certificate_digest = _digest(signer)
        seal.valid_from, seal.valid_to = owner.not_before, owner.not_after
        session.flush()  # The import names the seal by id.
        session.add(
            SealImport(
                seal_id=seal.id, level=real.level, diameter_mm=real.diameter_mm, at=now,
                picture_digest=picture.sha256, certificate_digest=seal.certificate_digest,
                imported_by=actor.number,
            )
        )  # fmt: skip
        subject = f"seal:{real.authority_code}"
        trail.record(session, actor, "seal-imported", subject, now, picture=picture.sha256)


def _seal_for(session: Session, real: RealSeal, now: datetime) -> Seal:
    seal = session.scalar(select(Seal).where(Seal.authority_code == real.authority_code))
    if seal is None:
        seal = Seal(authority_code=real.authority_code, kind=OFFICIAL_SEAL)
        session.add(seal)
    seal.owner_name = real.authority_name
    return seal


def _line(row: Seal) -> SealLine:
    signer = _keys().find_signer(row.authority_code, row.certificate_digest)
    return SealLine(
        authority_code=row.authority_code,
        owner_name=row.owner_name,
        imported=not row.demo,
        stopped_at=row.stopped_at,
        stop_reason=row.stop_reason,
        valid_to=row.valid_to,
        owner=owner_of(signer.certificate) if signer else None,
    )


def _require_own(authority_code: str, actor: Actor) -> None:
    """A keeper answers for the seal of the own authority only."""
    if actor.role is Role.SEAL_KEEPER and actor.authority_code != authority_code:
        raise Forbidden("只能停用本机关的印章")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InputInvalid("请填写理由", fields={"reason": ["不能为空"]})


def _find(session: Session, authority_code: str) -> Seal:
    seal = session.scalar(select(Seal).where(Seal.authority_code == authority_code))
    if seal is None:
        raise NotFound("该机关没有登记印章")
    return seal


def _lock(session: Session, authority_code: str) -> Seal:
    found = select(Seal).where(Seal.authority_code == authority_code).with_for_update()
    seal = session.scalar(found)
    if seal is None:
        raise NotFound("该机关没有登记印章")
    return seal


def _digest(signer: Signer) -> str:
    return hashlib.sha256(signer.certificate).hexdigest()


def _keys() -> KeyStore:
    keys: KeyStore = current_app.extensions["keys"]
    return keys


def _files() -> FileStore:
    files: FileStore = current_app.extensions["files"]
    return files
