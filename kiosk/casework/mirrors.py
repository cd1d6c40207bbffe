"""The screen that is turned to the citizen: shows what the clerk typed, takes one word, and ends with the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.draft_models import Draft, Upload
from kiosk.casework.draft_queries import get_draft, list_uploads, require_open
from kiosk.casework.mirror_models import Mirror
from kiosk.errors import Forbidden, NotFound, StaleVersion
from kiosk.identity.actors import Actor, Role
from kiosk.identity.models import Person
from kiosk.identity.queries import is_running
from kiosk.identity.tokens import draw_token, token_digest
from kiosk.uow import reading, unit_of_work

GONE = "这个地址已经用过，或者这次办理已经结束"


@dataclass(frozen=True)
class Reflection:
    """What the second screen shows. ``confirmed``: the citizen confirmed just this version."""

    draft: Draft
    owner: Person
    uploads: list[Upload]
    confirmed: bool


def turn(number: str, sign_in: str, *, actor: Actor, now: datetime) -> str:
    """Show this draft on the clerk's second screen; answers its one-time address. What it showed before ends.

    ``sign_in`` is the token of the clerk's session. Raises Forbidden, NotFound, DraftSubmitted.
    """
    if actor.role is not Role.CLERK:
        raise Forbidden("只有窗口有客户屏")
    address = draw_token("k")
    with unit_of_work() as session:
        require_open(get_draft(session, number, actor, now))
        mirror = session.get(Mirror, actor.number, with_for_update=True)
        if mirror is None:
            mirror = Mirror(staff=actor.number)
            session.add(mirror)
        mirror.sign_in, mirror.draft_number = token_digest(sign_in), number
        mirror.address_digest, mirror.screen_digest = token_digest(address), None
        mirror.confirmed_version, mirror.confirmed_at = None, None
        mirror.opened_at = now
        trail.record(session, actor, "mirror-turned", f"draft:{number}", now)
    return address


def claim(address: str, *, now: datetime) -> str:
    """Use the one-time address up; answers what the screen holds from now on. Raises NotFound."""
    screen = draw_token("k")
    with unit_of_work() as session:
        found = select(Mirror).where(Mirror.address_digest == token_digest(address))
        mirror = session.scalar(found.with_for_update())
        if mirror is None or _shown(session, mirror, now) is None:
            raise NotFound(GONE)
        mirror.address_digest, mirror.screen_digest = None, token_digest(screen)
    return screen


def reflect(screen: str, *, now: datetime) -> Reflection | None:
    """What this screen shows now; None once the visit is over."""
    with reading() as session:
        mirror = session.scalar(_of_screen(screen))
        draft = _shown(session, mirror, now) if mirror else None
        if mirror is None or draft is None:
            return None
        owner = session.get_one(Person, draft.owner_id)
        confirmed = mirror.confirmed_version == draft.version
        return Reflection(draft, owner, list_uploads(session, draft), confirmed)


def confirm(screen: str, version: int, *, now: datetime) -> None:
    """The citizen read this version and says that it is right. Raises NotFound, StaleVersion."""
    with unit_of_work() as session:
        mirror = session.scalar(_of_screen(screen).with_for_update())
        draft = _shown(session, mirror, now) if mirror else None
        if mirror is None or draft is None:
            raise NotFound(GONE)
        if draft.version != version:
            raise StaleVersion("内容刚有改动，请再看一遍")
        mirror.confirmed_version, mirror.confirmed_at = version, now


def is_confirmed(session: Session, number: str, version: int, actor: Actor) -> bool:
    """Whether the citizen confirmed this version of the draft on this clerk's second screen."""
    mirror = session.get(Mirror, actor.number)
    return (
        mirror is not None and mirror.draft_number == number and mirror.confirmed_version == version
    )


def _of_screen(screen: str) -> Select[Mirror]:
    return select(Mirror).where(Mirror.screen_digest == token_digest(screen))


def _shown(session: Session, mirror: Mirror, now: datetime) -> Draft | None:
    """The draft, while it is open at that clerk's desk and the clerk's session runs."""
    if not is_running(session, mirror.sign_in, now):
        return None
    return session.scalar(
        select(Draft).where(
            Draft.number == mirror.draft_number,
            Draft.submitted_at.is_(None),
            Draft.expires_at > now,
            Draft.holder == mirror.staff,
            Draft.held_until > now,
        )
    )
