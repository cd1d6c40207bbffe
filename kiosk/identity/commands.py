"""Signing in and out, second proofs, and the people the platform has met."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from kiosk.audit import trail
from kiosk.identity import second_factor
from kiosk.identity.actors import SYSTEM, Actor
from kiosk.identity.errors import (
    AccountLocked,
    ProofRefused,
    SecondFactorNeeded,
    SecondFactorNotSetUp,
    SignInRefused,
    TooManyCodes,
)
from kiosk.identity.models import MessageCode, Person, SignIn, Staff
from kiosk.identity.provider import Identity
from kiosk.identity.queries import citizen_actor, document_digest, find_person, staff_actor
from kiosk.identity.tokens import draw_digits, draw_number, draw_token, token_digest
from kiosk.privacy import keyring
from kiosk.uow import reading, unit_of_work

ATTEMPTS = 5
LOCK = timedelta(minutes=15)
CODE_LIFE = timedelta(minutes=5)
CODES_COUNTED = timedelta(hours=1)
MOST_CODES = 6
NOBODY_HASH = generate_password_hash("nobody has this password")


def sign_in_staff(
    login: str,
    password: str,
    code: str = "",
    *,
    now: datetime,
    minutes: int,
    two_factors: bool = False,
) -> tuple[str, Actor]:
    """Open a session for a member of staff; answers the token and who they are.

    ``code`` is the one-time code of an account that has a device; with ``two_factors`` every account needs one.
    Raises SignInRefused, SecondFactorNeeded, SecondFactorNotSetUp, or AccountLocked after five failures within the
    lock time (等保 8.1.4.1).
    """
    right = _password_fits(login, password)
    with unit_of_work() as session:
        staff = session.scalar(select(Staff).where(Staff.login == login).with_for_update())
        refusal = _refusal(staff, right, now) or _second_refusal(staff, code, two_factors, now)
        if refusal is None and staff is not None:
            staff.failed_attempts = 0
            actor = staff_actor(staff)
            token = _open(session, now, minutes, prefix="s", staff_id=staff.id)
            trail.record(session, actor, "signed-in", f"staff:{login}", now)
        elif staff is not None:
            trail.record(session, SYSTEM, "sign-in-refused", f"staff:{staff.login}", now)
    if refusal is not None:
        raise refusal
    return token, actor


def _password_fits(login: str, password: str) -> bool:
    """Whether it is the password; slow on purpose, so no transaction waits. Unknown logins take as long."""
    with reading() as session:
        stored = session.scalar(select(Staff.password_hash).where(Staff.login == login))
    return check_password_hash(stored or NOBODY_HASH, password) and stored is not None


def reopen_session(token: str, password: str, *, now: datetime) -> None:
    """The same person is back at a desk that stood idle; a wrong password counts as one at the sign-in.

    Raises SignInRefused, AccountLocked.
    """
    with reading() as session:
        sign_in = session.get(SignIn, token_digest(token))
        running = sign_in is not None and sign_in.ended_at is None and sign_in.expires_at > now
        staff = session.get(Staff, sign_in.staff_id) if running and sign_in else None
        login = staff.login if staff else ""
    right = _password_fits(login, password)
    with unit_of_work() as session:
        staff = session.scalar(select(Staff).where(Staff.login == login).with_for_update())
        refusal = _refusal(staff, right, now)
        if refusal is None and staff is not None:
            staff.failed_attempts = 0
            session.get_one(SignIn, token_digest(token)).seen_at = now
            trail.record(session, staff_actor(staff), "session-reopened", f"staff:{login}", now)
    if refusal is not None:
        raise refusal


def note_use(token: str, *, now: datetime) -> None:
    """Remember that somebody used a page of this session."""
    with unit_of_work() as session:
        sign_in = session.get(SignIn, token_digest(token))
        if sign_in is not None:
            sign_in.seen_at = now


def _second_refusal(
    staff: Staff | None, code: str, two_factors: bool, now: datetime
) -> SecondFactorNeeded | SecondFactorNotSetUp | None:
    """Why the second factor fails, once the password was right; a wrong code counts like a wrong password."""
    if staff is None:
        return None
    if staff.totp_secret is None:
        return (
            SecondFactorNotSetUp("这个账号还没有启用动态验证码，请联系管理员")
            if two_factors
            else None
        )
    if second_factor.fits(staff, code, now):
        return None
    if code:
        _count_failure(staff, now)
    return SecondFactorNeeded("请输入您设备上的 6 位动态验证码")


def _refusal(
    staff: Staff | None, right: bool, now: datetime
) -> SignInRefused | AccountLocked | None:
    """Why this attempt fails, counting it; a lock that fell meanwhile counts before a right password."""
    if staff is not None and staff.locked_until is not None and staff.locked_until > now:
        return AccountLocked("密码多次输错，账号已锁定 15 分钟")
    if right and staff is not None:
        return None if staff.closed_at is None else SignInRefused("账号或密码不正确")
    if staff is not None:
        _count_failure(staff, now)
    return SignInRefused("账号或密码不正确")


def _count_failure(staff: Staff, now: datetime) -> None:
    staff.failed_attempts += 1
    if staff.failed_attempts >= ATTEMPTS:
        staff.failed_attempts, staff.locked_until = 0, now + LOCK


def sign_in_citizen(identity: Identity, *, now: datetime, minutes: int) -> tuple[str, Actor]:
    """Open a session for a person whom the identity platform vouches for."""
    with unit_of_work() as session:
        person = meet_person(session, identity, now)
        token = _open(session, now, minutes, prefix="c", person_id=person.id)
        actor = citizen_actor(person)
        trail.record(session, actor, "signed-in", f"person:{person.number}", now)
    return token, actor


def sign_out(token: str, *, now: datetime) -> None:
    """End the session; a token that opens nothing is no fault."""
    with unit_of_work() as session:
        sign_in = session.get(SignIn, token_digest(token))
        if sign_in is not None and sign_in.ended_at is None:
            sign_in.ended_at = now


def forget_sessions(session: Session, before: datetime) -> None:
    """Drop sessions and message codes that ended before that moment; the audit trail keeps the acts."""
    session.execute(delete(SignIn).where(SignIn.expires_at < before))
    session.execute(delete(MessageCode).where(MessageCode.expires_at < before))


def meet_person(session: Session, identity: Identity, now: datetime) -> Person:
    """The person of this identity, entered on the first meeting; name and phone follow the newest word."""
    person = find_person(session, identity.document_type, identity.document_number)
    if person is None:
        try:
            with session.begin_nested():
                return _enter_person(session, identity, now)
        except IntegrityError:  # Somebody else entered the same person at this moment.
            person = find_person(session, identity.document_type, identity.document_number)
            if person is None:
                raise
    person.name = identity.name
    person.phone = identity.phone or person.phone
    return person


def _enter_person(session: Session, identity: Identity, now: datetime) -> Person:
    person = Person(
        number=draw_number("P"),
        name=identity.name,
        document_type=identity.document_type,
        document_number=identity.document_number,
        document_digest=document_digest(identity.document_type, identity.document_number),
        phone=identity.phone,
        created_at=now,
    )
    session.add(person)
    session.flush()  # The callers need its id for their own rows.
    return person


def set_pin(session: Session, person: Person, pin: str) -> None:
    """Store a keyed digest of the PIN, which whoever holds the database without the key can not search.

    No slow hash would keep six digits secret: a million tries are few. At the machine the number of tries is limited.
    """
    person.pin_digest = _pin_digest(person, pin)


def draw_message_code(session: Session, person: Person, now: datetime) -> str:
    """A fresh six-digit code for the person, to be sent by the caller; earlier codes end.

    Raises ProofRefused if no phone is on file, and TooManyCodes for a person who got six within an hour, wherever it
    was: whoever found a card, or a machine's key, floods nobody's phone with it.
    """
    if person.phone is None:
        raise ProofRefused("没有登记手机号码，请用密码或到窗口办理")
    drawn = select(func.count()).where(
        MessageCode.person_id == person.id,
        MessageCode.expires_at > now + CODE_LIFE - CODES_COUNTED,
    )
    if (session.scalar(drawn) or 0) >= MOST_CODES:
        raise TooManyCodes(f"一小时内已发送 {MOST_CODES} 次验证码，请用密码，或过一会儿再试")
    for earlier in session.scalars(_usable_codes(person.id, now)):
        earlier.used_at = now
    code = draw_digits()
    digest = keyring().digest("message-code", f"{person.id}:{code}")
    session.add(MessageCode(person_id=person.id, code_digest=digest, expires_at=now + CODE_LIFE))
    return code


def pin_fits(person: Person, pin: str) -> bool:
    """Whether it is the person's PIN."""
    return hmac.compare_digest(person.pin_digest or "", _pin_digest(person, pin))


def _pin_digest(person: Person, pin: str) -> str:
    return keyring().digest("pin", f"{person.number}:{pin}")


def use_message_code(session: Session, person_id: int, secret: str, *, now: datetime) -> bool:
    """Whether the message code is right; it is used up by being right."""
    digest = keyring().digest("message-code", f"{person_id}:{secret}")
    for entry in session.scalars(_usable_codes(person_id, now)):
        entry.attempts += 1
        if entry.code_digest == digest and entry.attempts <= ATTEMPTS:
            entry.used_at = now
            return True
    return False


def add_staff(
    session: Session, *, password: str, now: datetime, **columns: str | bool | None
) -> Staff:
    """Enter a member of staff, or bring an existing one up to date; the password is hashed."""
    staff = session.scalar(select(Staff).where(Staff.login == columns["login"]))
    if staff is None:
        staff = Staff(password_hash=generate_password_hash(password), **columns)
        session.add(staff)
        trail.record(session, SYSTEM, "staff-entered", f"staff:{staff.login}", now)
        return staff
    for name, value in columns.items():
        setattr(staff, name, value)
    return staff


def _open(
    session: Session,
    now: datetime,
    minutes: int,
    *,
    prefix: str,
    staff_id: int | None = None,
    person_id: int | None = None,
) -> str:
    token = draw_token(prefix)
    expires_at = now + timedelta(minutes=minutes)
    session.add(
        SignIn(
            token_digest=token_digest(token),
            staff_id=staff_id,
            person_id=person_id,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return token


def _usable_codes(person_id: int, now: datetime) -> Select[MessageCode]:
    return select(MessageCode).where(
        MessageCode.person_id == person_id,
        MessageCode.used_at.is_(None),
        MessageCode.expires_at > now,
    )
