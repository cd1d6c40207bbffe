"""One person's visit at a machine: the one-time address, the card, the second proof, the end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.identity.commands import meet_person
from kiosk.identity.models import Person
from kiosk.identity.provider import Identity
from kiosk.identity.queries import document_digest
from kiosk.identity.tokens import draw_number, draw_token, token_digest
from kiosk.machines.admission import admit
from kiosk.machines.card_kinds import identity_of
from kiosk.machines.errors import (
    CardExpired,
    CardNotBound,
    MachineSessionOver,
    TicketInvalid,
)
from kiosk.machines.models import CardReading, Machine, MachineSession
from kiosk.machines.queries import is_running, list_readings, lock_visit, machine_actor
from kiosk.uow import unit_of_work
from printing import jobs
from printing.job_models import PrintJob
from printing.job_states import OPEN, Event, JobTransitionRefused, PaperMayHaveMoved
from printing.jobs import Change
from printing.wire import CardRead, CardRemoved, SessionAnswer, SessionOpened, SignedCall

WAITING_LIFE = timedelta(hours=12)
PAGE_LIFE = timedelta(minutes=15)
STALE_BEFORE = timedelta(minutes=2)
VISIT_LIFE = timedelta(minutes=30)
WRONG_PROOFS = 5
PRINT_GRACE = timedelta(minutes=5)
POLL_S = 1


@dataclass(frozen=True)
class VisitView:
    """What the page at the machine may show: ``state`` is waiting, card or proven; the name only once proven."""

    number: str
    machine: str
    place: str
    state: str
    name: str | None
    phone_on_file: bool
    face_offered: bool
    proofs_left: int
    expires_at: datetime
    next_poll_s: int


def open_visit(call: SignedCall, *, now: datetime, address: Callable[[str], str]) -> SessionOpened:
    """A fresh session for the machine's screen; the one before ends. ``address`` makes a URL of the one-time ticket.

    Raises as ``admit``.
    """
    with unit_of_work() as session:
        machine = admit(session, call, now)
        earlier = find_open_visit(session, machine, now)
        if earlier is not None:
            end_visit(session, earlier, "replaced", now)
            session.flush()  # Frees the machine's one place before the next session takes it.
        ticket = draw_token("t")
        visit = MachineSession(
            number=draw_number("MS"),
            machine_id=machine.id,
            open_for=machine.id,
            ticket_digest=token_digest(ticket),
            nonce=secrets.token_urlsafe(24),
            opened_at=now,
            expires_at=now + WAITING_LIFE,
        )
        session.add(visit)
        return SessionOpened(visit.number, address(ticket), visit.nonce, visit.expires_at, POLL_S)


def redeem_ticket(ticket: str, *, now: datetime) -> tuple[str, datetime]:
    """The page's session token and its end, in exchange for the ticket, once. Raises TicketInvalid."""
    with unit_of_work() as session:
        visit = session.scalar(
            select(MachineSession)
            .where(MachineSession.ticket_digest == token_digest(ticket))
            .with_for_update(of=MachineSession)
        )
        if visit is None or visit.token_digest is not None or not is_running(visit, now):
            raise TicketInvalid("该地址已使用过或已失效，请重新刷卡")
        token = draw_token("m")
        visit.token_digest = token_digest(token)
        if visit.person_id is None:
            visit.expires_at = now + PAGE_LIFE
        return token, visit.expires_at


def record_card_read(
    call: SignedCall, number: str, card: CardRead, *, now: datetime
) -> SessionAnswer:
    """Bind the session to the person whose card lies on the reader; the same card again changes nothing.

    Another card ends the session, and so does an expired one. Raises as ``admit``, and CardNotBound, CardExpired,
    CardUnreadable, MachineSessionOver.
    """
    identity = identity_of(card, now)
    with unit_of_work() as session:
        machine = admit(session, call, now)
        visit = _bound_visit(session, machine, number, card.nonce, now)
        digest = document_digest(identity.document_type, identity.document_number)
        refusal = _card_refusal(session, visit, card, digest, now)
        if refusal is None and visit.person_id is None:
            _let_in(session, visit, card, identity, digest, now)
    if refusal is not None:
        raise refusal
    return SessionAnswer(number, True, POLL_S)


def record_card_removed(
    call: SignedCall, number: str, removed: CardRemoved, *, now: datetime
) -> SessionAnswer:
    """The card left the reader: the session ends and with it what was not printed yet. Repeating it is no fault."""
    with unit_of_work() as session:
        machine = admit(session, call, now)
        visit = _find_visit(session, machine, number)
        if visit is None or visit.nonce != removed.nonce:
            raise CardNotBound("读卡消息与本次会话不符")
        for reading in list_readings(session, visit):
            reading.removed_at = reading.removed_at or removed.removed_at
        end_visit(session, visit, "card-removed", now)
    return SessionAnswer(number, False, POLL_S)


def view_visit(session: Session, visit: MachineSession) -> VisitView:
    """The session as its page shows it."""
    person = session.get(Person, visit.person_id) if visit.person_id is not None else None
    proven = visit.proven_at is not None
    return VisitView(
        number=visit.number,
        machine=visit.machine.number,
        place=visit.machine.place,
        state="proven" if proven else "waiting" if person is None else "card",
        name=person.name if person is not None and proven else None,
        phone_on_file=person is not None and person.phone is not None,
        face_offered=person is not None and offers_face(person),
        proofs_left=WRONG_PROOFS - visit.wrong_proofs,
        expires_at=visit.expires_at,
        next_poll_s=POLL_S,
    )


def offers_face(person: Person) -> bool:
    """Whether the face may stand in for PIN or code: switched on, and not the person's only way."""
    other_way = person.pin_digest is not None or person.phone is not None
    return current_app.extensions["faces"] is not None and other_way


def leave(token: str, *, now: datetime) -> None:
    """The person signs out at the page; a token that opens nothing is no fault."""
    with unit_of_work() as session:
        try:
            visit = lock_visit(session, token, now)
        except MachineSessionOver:
            return
        end_visit(session, visit, "signed-out", now)


def find_open_visit(session: Session, machine: Machine, now: datetime) -> MachineSession | None:
    """The session that holds this machine's one place, ended on the spot if it is too old; or None."""
    found = session.scalar(
        select(MachineSession)
        .where(MachineSession.open_for == machine.id)
        .with_for_update(of=MachineSession)
    )
    if found is not None and found.expires_at <= now:
        end_visit(session, found, "expired", now)
        session.flush()  # Frees the machine's one place for the next session.
        return None
    return found


def renew_stale(session: Session, visit: MachineSession, now: datetime) -> bool:
    """End a session that nobody has used and that runs out soon, so that the machine opens the next one in time."""
    stale = visit.person_id is None and visit.expires_at <= now + STALE_BEFORE
    if stale:
        end_visit(session, visit, "stale", now)
    return stale


def keep_for_print(visit: MachineSession, now: datetime) -> None:
    """A session never runs out while a print is open."""
    visit.expires_at = max(visit.expires_at, now + PRINT_GRACE)


def end_visit(session: Session, visit: MachineSession, reason: str, now: datetime) -> None:
    """End the session and take back its jobs whose paper has not moved; ending twice is no fault."""
    if visit.ended_at is not None:
        return
    visit.ended_at, visit.end_reason, visit.open_for = now, reason, None
    trail.record(
        session,
        machine_actor(visit.machine),
        "machine-session-ended",
        f"session:{visit.number}",
        now,
        reason=reason,
    )
    mine = select(PrintJob.number).where(
        PrintJob.session_number == visit.number, PrintJob.state.in_(OPEN)
    )
    for number in session.scalars(mine).all():
        _cancel_if_no_paper_moved(session, number, visit.number, now)


def _cancel_if_no_paper_moved(
    session: Session, number: str, visit_number: str, now: datetime
) -> None:
    change = Change(
        number, Event.CANCEL, f"end-{visit_number}", "system", reason="办理人已离开，未出纸"
    )
    try:
        jobs.apply(session, change, now)
    except (PaperMayHaveMoved, JobTransitionRefused):
        return  # Paper is on its way: the machine reports what becomes of it.


def _find_visit(session: Session, machine: Machine, number: str) -> MachineSession | None:
    return session.scalar(
        select(MachineSession)
        .where(MachineSession.number == number, MachineSession.machine_id == machine.id)
        .with_for_update(of=MachineSession)
    )


def _bound_visit(
    session: Session, machine: Machine, number: str, nonce: str, now: datetime
) -> MachineSession:
    visit = _find_visit(session, machine, number)
    if visit is None or visit.nonce != nonce:
        raise CardNotBound("读卡消息与本次会话不符")
    if visit.ended_at is not None or visit.expires_at <= now:
        raise MachineSessionOver("本次会话已结束，请重新刷卡")
    return visit


def _card_refusal(
    session: Session, visit: MachineSession, card: CardRead, digest: str, now: datetime
) -> CardExpired | MachineSessionOver | None:
    """Why this card may not go on, having ended the session for it; None if it may."""
    if card.expires_on is not None and card.expires_on < office_date(now):
        end_visit(session, visit, "card-expired", now)
        return CardExpired("证件已过有效期，请到公安机关换领后再办理")
    known = {reading.document_digest for reading in list_readings(session, visit)}
    if known and digest not in known:
        end_visit(session, visit, "other-card", now)
        return MachineSessionOver("检测到另一张卡，上一位的会话已结束")
    return None


def _let_in(
    session: Session,
    visit: MachineSession,
    card: CardRead,
    identity: Identity,
    digest: str,
    now: datetime,
) -> None:
    visit.person_id = meet_person(session, identity, now).id
    visit.expires_at = now + VISIT_LIFE
    session.add(
        CardReading(
            session_id=visit.id,
            reader=card.reader[:64],
            document_type=card.document_type,
            document_digest=digest,
            read_at=card.read_at,
            received_at=now,
        )
    )
    trail.record(
        session,
        machine_actor(visit.machine),
        "card-read",
        f"session:{visit.number}",
        now,
        reader=card.reader[:64],
        document_type=card.document_type,
    )
