"""From an event to a message on a phone: queue in a transaction, send with none open, settle in another."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.models import Case, CaseEvent
from kiosk.casework.receipt import Mode
from kiosk.errors import NotFound
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor
from kiosk.identity.tokens import draw_number
from kiosk.notifications.errors import NotGivenUp
from kiosk.notifications.models import Contact, Notification
from kiosk.notifications.words import TAIL, words_of
from kiosk.uow import reading, unit_of_work

SEND_TOPIC = "notification.send"
MOST = 200


class Channel(StrEnum):
    """How a message travels; each has its transport."""

    SMS = "sms"
    APP = "app"


class Sent(StrEnum):
    """What became of a message."""

    QUEUED = "queued"
    SENT = "sent"
    DROPPED = "dropped"
    GIVEN_UP = "given-up"


def queue_case_message(topic: str, payload: dict[str, Any], now: datetime) -> None:
    """Queue the message of an event on each channel the applicant agreed to; the same event twice queues once."""
    try:
        with unit_of_work() as session:
            case = session.scalar(select(Case).where(Case.number == payload["case"]))
            if case is not None:
                _queue(session, case, topic, payload, now)
    except (
        IntegrityError
    ):  # Another worker handled the same event and was faster; its message stands.
        return


def send(number: str, *, now: datetime) -> None:
    """Carry one queued message; a failure is noted with it and raised again, so that the outbox tries later."""
    with reading() as session:
        row = _get(session, number)
        contact = _find_contact(session, row.person_id, row.channel)
    if row.state != Sent.QUEUED:
        return
    if contact is None:
        _settle(number, Sent.DROPPED, None, now)
        return
    try:
        transport = current_app.extensions["notifiers"][row.channel]
        transport.send(contact.address, words_of(row.topic, row.case_number), now)
    except Exception as error:
        _note_failure(number, type(error).__name__, now)
        raise
    _settle(number, Sent.SENT, None, now)


def send_again(number: str, *, actor: Actor, now: datetime) -> None:
    """Try a message again that was given up, once the cause is gone. Raises NotFound, NotGivenUp."""
    with unit_of_work() as session:
        row = _get(session, number)
        if row.state != Sent.GIVEN_UP:
            raise NotGivenUp("这条通知没有停在发送失败")
        row.state, row.attempts, row.settled_at = Sent.QUEUED, 0, None
        outbox.enqueue(session, SEND_TOPIC, {"number": number}, now)
        trail.record(session, actor, "notification-repeated", f"notification:{number}", now)


def list_given_up() -> list[dict[str, Any]]:
    """Messages that used up their attempts, oldest first, without anything personal."""
    given_up = select(Notification).where(Notification.state == Sent.GIVEN_UP)
    with reading() as session:
        return [
            {
                "number": row.number,
                "case": f"*{row.case_number[-TAIL:]}",
                "topic": row.topic,
                "channel": row.channel,
                "attempts": row.attempts,
                "last_error": row.last_error,
                "created_at": row.created_at,
            }
            for row in session.scalars(given_up.order_by(Notification.id).limit(MOST))
        ]


def _queue(
    session: Session, case: Case, topic: str, payload: dict[str, Any], now: datetime
) -> None:
    if case.mode == Mode.JOINT_PART and topic == "case.withdraw":
        return  # The applicant took nothing back, or took the whole back and was told so.
    occasion = _occasion(session, case, topic, payload)
    wanted = select(Contact).where(Contact.person_id == case.applicant_id)
    for contact in session.scalars(wanted):
        number = draw_number("N")
        session.add(
            Notification(
                number=number,
                person_id=case.applicant_id,
                case_number=case.number,
                topic=topic,
                occasion=occasion,
                channel=contact.channel,
                state=Sent.QUEUED,
                created_at=now,
            )
        )
        outbox.enqueue(session, SEND_TOPIC, {"number": number}, now)


def _occasion(session: Session, case: Case, topic: str, payload: dict[str, Any]) -> str:
    """What tells one event from the next of its kind: the payment it is about, or the position of its step."""
    if "payment" in payload:
        return f"{topic}:{payload['payment']}"
    last = select(func.max(CaseEvent.position)).where(
        CaseEvent.case_id == case.id, CaseEvent.action == topic.partition(".")[2]
    )
    return f"{topic}:{session.scalar(last) or 0}"


def _note_failure(number: str, error: str, now: datetime) -> None:
    with unit_of_work() as session:
        row = _get(session, number)
        row.attempts, row.last_error = row.attempts + 1, error
        if row.attempts >= outbox.MOST_ATTEMPTS:
            row.state, row.settled_at = Sent.GIVEN_UP, now


def _settle(number: str, state: Sent, error: str | None, now: datetime) -> None:
    with unit_of_work() as session:
        row = _get(session, number)
        row.state, row.last_error, row.settled_at = state, error, now


def _get(session: Session, number: str) -> Notification:
    row = session.scalar(select(Notification).where(Notification.number == number))
    if row is None:
        raise NotFound("没有这条通知")
    return row


def _find_contact(session: Session, person_id: int, channel: str) -> Contact | None:
    return session.scalar(
        select(Contact).where(Contact.person_id == person_id, Contact.channel == channel)
    )
