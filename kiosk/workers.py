"""The worker: takes wishes from the outbox, acts on them with no transaction open, settles them."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kiosk.audit import trail
from kiosk.casework import (
    commands,
    corrections,
    couriers,
    drafts,
    joint,
    printing_results,
    receipt_paper,
    receipt_prints,
    reminders,
    unknown_paper,
)
from kiosk.casework.guesses import forget_guesses
from kiosk.casework.joint_queries import FOLLOW
from kiosk.exchange import idempotency, outbox
from kiosk.fees import payments
from kiosk.figures.counting import count_recent
from kiosk.identity.commands import forget_sessions
from kiosk.identity.models import Person
from kiosk.licences import lifecycle, sealing
from kiosk.licences.void_copies import void_copy
from kiosk.machines.receivers import PASSED_ON, tell_receivers
from kiosk.machines.troubles import Limits
from kiosk.machines.upkeep import SPOILED
from kiosk.machines.watch import watch_fleet
from kiosk.notifications import messages
from kiosk.notifications.words import WORDS
from kiosk.quotas import bookings
from kiosk.uow import reading, unit_of_work
from kiosk.voices import rectification, threads

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.25
WATCH_SECONDS = 30.0
COUNT_SECONDS = 600.0
PURGE_SECONDS = 24 * 3600.0
Payload = dict[str, Any]
Answer = TypeVar("Answer")


def seal_paper(payload: Payload, now: datetime) -> None:
    """Seal one paper; a receipt then prints at the machine where its application was handed in."""
    sealing.seal_document(payload["number"], now=now)
    receipt_prints.print_at_once(payload["number"], now=now)


def send_message(payload: Payload, now: datetime) -> None:
    """Carry a message to a person's phone, through the transport of this installation."""
    with reading() as session:
        phone = session.scalar(select(Person.phone).where(Person.number == payload["person"]))
    if phone is not None:
        current_app.extensions["messages"].send(phone, payload["text"], now)


def note_printed(payload: Payload, now: datetime) -> None:
    """A machine finished a print: the copy counts as printed and the case as delivered."""
    printing_results.note_printed(payload["licence_identifier"], payload["copy_label"], now=now)


def void_spoiled(payload: Payload, now: datetime) -> None:
    """Two persons found an original spoiled: its copy is void, and another one is made."""
    void_copy(
        payload["licence_identifier"],
        payload["copy_label"],
        payload["job"],
        payload["reason"],
        now=now,
    )


def refund_payment(payload: Payload, now: datetime) -> None:
    """Ask the payment platform to give money back."""
    payments.refund_paid(payload["payment"], now=now)


def enter_receipt(payload: Payload, now: datetime) -> None:
    """Put the receipt of an application on paper."""
    receipt_paper.enter_receipt(payload["case"], payload["query_code"], now=now)


def send_notification(payload: Payload, now: datetime) -> None:
    """Carry a message about a case to whoever agreed to get it."""
    messages.send(payload["number"], now=now)


def note_event(payload: Payload, now: datetime) -> None:
    """An event of a case, told to nobody yet: partners and messages subscribe here."""


def follow_parts(payload: Payload, now: datetime) -> None:
    """Bring a joint case where its parts have led it."""
    joint.follow(payload["case"], now=now)


HANDLERS: dict[str, Callable[[Payload, datetime], None]] = {
    FOLLOW: follow_parts,
    "document.seal": seal_paper,
    receipt_paper.RECEIPT_TOPIC: enter_receipt,
    messages.SEND_TOPIC: send_notification,
    "payment.refund": refund_payment,
    "message.send": send_message,
    "print.completed": note_printed,
    SPOILED: void_spoiled,
    PASSED_ON: tell_receivers,
    **{topic: partial(messages.queue_case_message, topic) for topic in WORDS},
}


def drain() -> int:
    """Do everything that is due now; answers how many messages were handled."""
    handled = 0
    watch_limits()
    while batch := work_once():
        handled += batch
    return handled


def work_once() -> int:
    """One round: a batch of messages, then the audit chain. Answers how many messages it took."""
    now = current_app.extensions["clock"].now()
    with unit_of_work() as session:
        claims = outbox.claim(session, now)
    for taken in claims:
        _handle(taken)
    _chain_audit(now)
    return len(claims)


def watch_limits() -> None:
    """Let the law take its course where a limit has passed."""
    now = current_app.extensions["clock"].now()
    commands.deem_accepted_overdue(now=now)
    corrections.lapse_overdue(now=now)
    reminders.remind(now=now)
    bookings.give_back_expired(now=now)
    limits = Limits.of(current_app.config)
    watch_fleet(now=now, limits=limits, tell=unknown_paper.tell_person)
    threads.escalate_late_threads(now=now)
    rectification.escalate_late(now=now)
    lifecycle.take_effect(now=now)
    drafts.forget_expired(now=now)
    couriers.flag_overdue(now=now)
    couriers.flag_unsent(now=now)


def count_figures() -> None:
    """Count the newest months for the pictures of the managers."""
    count_recent(now=current_app.extensions["clock"].now())


def purge() -> None:
    """Drop what has served its time; the settings say after how many days."""
    now, config = current_app.extensions["clock"].now(), current_app.config
    with unit_of_work() as session:
        outbox.purge(session, now - timedelta(days=config["KEEP_DONE_DAYS"]))
        idempotency.forget_answers(session, now - timedelta(days=config["KEEP_ANSWERS_DAYS"]))
        forget_sessions(session, now - timedelta(days=config["KEEP_SESSIONS_DAYS"]))
        forget_guesses(session, now - timedelta(days=1))


def run_until_stopped() -> None:
    """Work until SIGTERM or SIGINT; the batch in hand is finished first."""
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    log.info("worker ready")
    watched, counted, purged = -WATCH_SECONDS, -COUNT_SECONDS, -PURGE_SECONDS
    while not stopping.is_set():
        if time.monotonic() - watched >= WATCH_SECONDS:
            watched = time.monotonic()
            _survive(watch_limits)
        if time.monotonic() - counted >= COUNT_SECONDS:
            counted = time.monotonic()
            _survive(count_figures)
        if time.monotonic() - purged >= PURGE_SECONDS:
            purged = time.monotonic()
            _survive(purge)
        if not _survive(work_once):
            stopping.wait(IDLE_SECONDS)


def _survive(step: Callable[[], Answer]) -> Answer | None:
    """One step of the loop; whatever goes wrong is logged, and the next round tries again."""
    try:
        return step()
    except Exception:  # The loop must outlive a database that is away for a minute.
        log.exception("a round of work failed")
        return None


def _handle(taken: outbox.Claim) -> None:
    now = current_app.extensions["clock"].now()
    handler = HANDLERS.get(taken.topic, note_event)
    try:
        handler(taken.payload, now)
    except Exception as error:
        log.exception("handling failed", extra={"topic": taken.topic})
        with unit_of_work() as session:
            outbox.fail(session, taken, type(error).__name__, now)
        return
    with unit_of_work() as session:
        outbox.settle(session, taken, now)


def _chain_audit(now: datetime) -> None:
    try:
        trail.seal_entries(now)
    except IntegrityError:
        log.info("another worker is chaining the audit trail")
