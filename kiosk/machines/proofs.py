"""The second proof: PIN, message code or, where it is on, the face; counted and locked, so that found cards fail."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.identity.commands import draw_message_code, pin_fits, use_message_code
from kiosk.identity.errors import AccountLocked, ProofRefused, TooManyCodes
from kiosk.identity.models import Person
from kiosk.machines.errors import NoCardYet
from kiosk.machines.models import MachineSession
from kiosk.machines.queries import find_session_actor, find_visit, lock_visit, machine_actor
from kiosk.machines.visits import WRONG_PROOFS, end_visit, offers_face
from kiosk.uow import reading, unit_of_work

LOCK = timedelta(minutes=15)
MOST_CODES = 3


def send_code(token: str, *, now: datetime) -> None:
    """Send a message code to the phone on file of the person whose card was read.

    Raises MachineSessionOver, NoCardYet, AccountLocked, TooManyCodes, ProofRefused without a phone.
    """
    with unit_of_work() as session:
        visit = lock_visit(session, token, now)
        person = _person(session, visit)
        _require_unlocked(session, person, now)
        if visit.codes_sent >= MOST_CODES:
            raise TooManyCodes(f"本次最多发送 {MOST_CODES} 次验证码，请用密码或到窗口办理")
        visit.codes_sent += 1
        code = draw_message_code(session, person, now)
        text = f"【川渝通办】您正在{visit.machine.place}办理业务，验证码 {code}，5 分钟内有效，请勿告诉他人。"
        outbox.enqueue(session, "message.send", {"person": person.number, "text": text}, now)


def prove_person(token: str, kind: str, secret: str, *, now: datetime) -> Actor:
    """Check the second proof: the PIN (``pin``), the message code (``code``), or the ``face`` before the camera.

    Raises ProofRefused, also for a face where that is not offered; the fifth wrong one ends the session, and five
    within a quarter of an hour lock the person at every machine (AccountLocked). Raises MachineSessionOver, NoCardYet.
    """
    seen = kind == "face" and _sees_holder(token, now)
    with unit_of_work() as session:
        visit = lock_visit(session, token, now)
        person = _person(session, visit)
        _require_unlocked(session, person, now)
        if kind == "code":
            right = use_message_code(session, person.id, secret, now=now)
        else:
            right = seen if kind == "face" else pin_fits(person, secret)
        if right:
            visit.proven_at = visit.proven_at or now
        else:
            _count_wrong_proof(session, visit, now)
        left = WRONG_PROOFS - visit.wrong_proofs
        session.flush()  # The actor is read back as the page's next request will read it.
        actor = find_session_actor(session, token, now)
        if right and actor is not None:
            trail.record(session, actor, "person-proven", f"session:{visit.number}", now, by=kind)
    if not right or actor is None:
        words = f"验证未通过，还可再试 {left} 次" if left else "验证多次未通过，本次会话已结束"
        raise ProofRefused(words)
    return actor


def _sees_holder(token: str, now: datetime) -> bool:
    """Whether the camera sees the holder of the card; it is asked while no transaction is open."""
    with reading() as session:
        visit = find_visit(session, token, now)
        if visit is None or visit.person_id is None:
            return False
        person = session.get_one(Person, visit.person_id)
        machine = visit.machine.number
    if not offers_face(person):
        raise ProofRefused("这里不能刷脸，请用密码或短信验证码")
    known: bool = current_app.extensions["faces"].is_holder(machine, person.document_digest)
    return known


def _person(session: Session, visit: MachineSession) -> Person:
    """The person whose card lies there, locked: tries at several machines are counted one after the other.

    Raises NoCardYet.
    """
    if visit.person_id is None:
        raise NoCardYet("请先把身份证放在读卡区")
    return session.get_one(Person, visit.person_id, with_for_update=True)


def _count_wrong_proof(session: Session, visit: MachineSession, now: datetime) -> None:
    visit.wrong_proofs, visit.last_wrong_at = visit.wrong_proofs + 1, now
    trail.record(
        session,
        machine_actor(visit.machine),
        "proof-refused",
        f"session:{visit.number}",
        now,
        wrong=visit.wrong_proofs,
    )
    if visit.wrong_proofs >= WRONG_PROOFS:
        end_visit(session, visit, "wrong-proofs", now)


def _require_unlocked(session: Session, person: Person, now: datetime) -> None:
    """Raises AccountLocked after five wrong proofs for this person at any machines within the lock time."""
    wrong = session.scalar(
        select(func.sum(MachineSession.wrong_proofs)).where(
            MachineSession.person_id == person.id, MachineSession.last_wrong_at > now - LOCK
        )
    )
    if (wrong or 0) >= WRONG_PROOFS:
        raise AccountLocked("验证多次输错，请 15 分钟后再试或到窗口办理")
