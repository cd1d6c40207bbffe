"""Who holds this session, and who is this person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.errors import NotSignedIn
from kiosk.identity.actors import Actor, Role
from kiosk.identity.errors import SessionIdle
from kiosk.identity.models import Authorisation, Person, SignIn, Staff
from kiosk.identity.provider import Identity
from kiosk.identity.tokens import token_digest
from kiosk.privacy import keyring

USE_NOTED_EVERY = timedelta(minutes=1)


def document_digest(document_type: str, document_number: str) -> str:
    """The keyed digest a person or an organisation is found by; ``001`` is the credit code (GB/T 36903)."""
    return keyring().digest(f"document-{document_type}", document_number.upper())


def find_person(session: Session, document_type: str, document_number: str) -> Person | None:
    """The person who identified with this document before, or None."""
    digest = document_digest(document_type, document_number)
    return session.scalar(
        select(Person).where(
            Person.document_type == document_type, Person.document_digest == digest
        )
    )


def find_actor(session: Session, token: str, now: datetime) -> Actor | None:
    """The staff member or citizen whose running session this token opens, or None."""
    sign_in = session.get(SignIn, token_digest(token))
    if sign_in is None or not is_running(session, sign_in.token_digest, now):
        return None
    if sign_in.staff_id is not None:
        staff = session.get_one(Staff, sign_in.staff_id)
        return None if staff.closed_at else staff_actor(staff)
    return citizen_actor(session.get_one(Person, sign_in.person_id))


def is_running(session: Session, digest: str, now: datetime) -> bool:
    """Whether the session whose token has this digest has not ended."""
    sign_in = session.get(SignIn, digest)
    return sign_in is not None and sign_in.ended_at is None and sign_in.expires_at > now


def find_page_actor(
    session: Session, token: str, now: datetime, idle: timedelta
) -> tuple[Actor | None, bool]:
    """Whoever's page session this is, and whether its use must be noted, once a minute.

    Raises SessionIdle for a member of staff whose pages nobody used for that long.
    """
    actor = find_actor(session, token, now)
    if actor is None or actor.role is Role.CITIZEN:
        return actor, False
    sign_in = session.get_one(SignIn, token_digest(token))
    seen = sign_in.seen_at or sign_in.created_at
    if now - seen >= idle:
        raise SessionIdle("您离开的时间较长，工作台已锁定")
    return actor, now - seen >= USE_NOTED_EVERY


def find_staff(session: Session, login: str) -> Actor | None:
    """The member of staff of that login as one who acts, or None; a closed account is none."""
    staff = session.scalar(select(Staff).where(Staff.login == login, Staff.closed_at.is_(None)))
    return None if staff is None else staff_actor(staff)


def staff_names(session: Session, logins: Iterable[str | None]) -> dict[str, str]:
    """The names of members of staff by login, also of those who have left."""
    wanted = select(Staff.login, Staff.name).where(Staff.login.in_(set(logins) - {None}))
    return {row.login: row.name for row in session.execute(wanted)}


def list_officers(session: Session, authority_code: str) -> list[Actor]:
    """The officers of an authority, by login."""
    held = select(Staff).where(
        Staff.authority_code == authority_code,
        Staff.role == Role.OFFICER,
        Staff.closed_at.is_(None),
    )
    return [staff_actor(staff) for staff in session.scalars(held.order_by(Staff.login))]


def staff_actor(staff: Staff) -> Actor:
    """A member of staff as one who acts."""
    return Actor(
        Role(staff.role),
        staff.login,
        staff.name,
        division_code=staff.division_code,
        place=staff.place,
        authority_code=staff.authority_code,
        supervisor=staff.supervisor,
    )


def citizen_actor(person: Person) -> Actor:
    """A signed-in citizen as one who acts."""
    return Actor(Role.CITIZEN, person.number, person.name, person_id=person.id)


def has_authorisation(
    session: Session, principal: str, agent: str, scope: str, now: datetime
) -> bool:
    """Whether an unrevoked authorisation of ``principal`` for ``agent`` (both digests) covers the scope today."""
    today = office_date(now)
    found = session.scalar(
        select(Authorisation.id).where(
            Authorisation.principal_digest == principal,
            Authorisation.agent_digest == agent,
            Authorisation.scope == scope,
            Authorisation.valid_from <= today,
            Authorisation.valid_to >= today,
            Authorisation.revoked_at.is_(None),
        )
    )
    return found is not None


def get_identity(session: Session, actor: Actor) -> Identity:
    """The identity a signed-in citizen proved. Raises NotSignedIn."""
    person = _person_of(session, actor)
    return Identity(person.name, person.document_type, person.document_number, person.phone)


def get_person_digest(session: Session, actor: Actor) -> str:
    """The document digest of a signed-in citizen, by which licences name those who may take them."""
    return _person_of(session, actor).document_digest


def _person_of(session: Session, actor: Actor) -> Person:
    if actor.person_id is None:
        raise NotSignedIn("请先刷身份证或登录")
    return session.get_one(Person, actor.person_id)
