"""Enquiries and complaints: opened by a citizen, answered by the place they belong to, escalated when they are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.acts import require_text
from kiosk.casework.queries import get_case
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import Forbidden, NotFound
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.identity.tokens import draw_number
from kiosk.uow import reading, unit_of_work
from kiosk.voices.errors import VoiceStepRefused
from kiosk.voices.models import VoiceMessage, VoiceThread
from kiosk.voices.places import HANDLING, Place, belongs_to, due_after, place_of, require_other_hand
from services_catalog.routing import RoutingFacts, route

MOST = 100


class ThreadKind(StrEnum):
    """咨询 or 投诉."""

    ENQUIRY = "enquiry"
    COMPLAINT = "complaint"


class ThreadState(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


LIMITS = {ThreadKind.ENQUIRY: "ENQUIRY_DAYS", ThreadKind.COMPLAINT: "COMPLAINT_DAYS"}


@dataclass(frozen=True)
class Opening:
    """What a citizen asks or complains about: a case and which service in it, or an item at a district."""

    kind: ThreadKind
    subject: str
    text: str
    case_number: str | None = None
    occasion: str = HANDLING
    item_seq: int | None = None
    district_code: str | None = None


def open_thread(opening: Opening, *, actor: Actor, now: datetime) -> VoiceThread:
    """Bring a question or complaint to the place that must answer. Raises NotFound, UnknownItem, NoRoute."""
    require_text("subject", opening.subject)
    require_text("text", opening.text)
    with unit_of_work() as session:
        place, item_seq = _addressed(session, opening, actor)
        due = due_after(now, current_app.config[LIMITS[opening.kind]], place.area)
        thread = VoiceThread(
            number=draw_number("V"),
            kind=opening.kind,
            case_number=opening.case_number,
            item_seq=item_seq,
            authority_code=place.authority_code,
            division_code=place.division_code,
            place_name=place.name,
            area=place.area,
            about_staff=place.staff if opening.kind is ThreadKind.COMPLAINT else None,
            person_id=actor.person_id,
            subject=opening.subject,
            state=ThreadState.OPEN,
            opened_at=now,
            due_on=due.on,
            order_on=due.earliest,
        )
        session.add(thread)
        session.flush()  # The message names the thread by id.
        _say(session, thread, opening.text, actor, now)
        _note(session, thread, "opened", actor, now)
        return thread


def reply(number: str, text: str, *, actor: Actor, now: datetime) -> None:
    """The place answers, or the citizen goes on asking. Raises NotFound, OwnMatter, VoiceStepRefused."""
    require_text("text", text)
    with unit_of_work() as session:
        thread = get_thread(session, number, actor)
        if thread.state == ThreadState.CLOSED:
            raise VoiceStepRefused("这件咨询投诉已经结束，请另提一件")
        if actor.role is Role.CITIZEN:
            _ask_again(thread, now)
        else:
            require_other_hand(
                thread.authority_code, thread.division_code, thread.about_staff, actor
            )
            thread.state, thread.answered_at = ThreadState.ANSWERED, now
        _say(session, thread, text, actor, now)
        _note(session, thread, "replied", actor, now)


def close_thread(number: str, *, actor: Actor, now: datetime) -> None:
    """The citizen ends the thread. Raises NotFound, VoiceStepRefused."""
    with unit_of_work() as session:
        thread = get_thread(session, number, actor)
        if actor.role is not Role.CITIZEN:
            raise Forbidden("只有提出人可以结束")
        if thread.state == ThreadState.CLOSED:
            raise VoiceStepRefused("这件咨询投诉已经结束")
        thread.state = ThreadState.CLOSED
        _note(session, thread, "closed", actor, now)


def get_thread(session: Session, number: str, actor: Actor) -> VoiceThread:
    """The thread, for who opened it and who works at its place; for anybody else there is none. Raises NotFound."""
    thread = session.scalar(select(VoiceThread).where(VoiceThread.number == number))
    if thread is None or not _concerns(thread, actor):
        raise NotFound("没有这件咨询或投诉")
    return thread


def list_threads(actor: Actor) -> list[VoiceThread]:
    """A citizen's own threads, newest first; those of a place by the date their answer is due."""
    if actor.role is Role.CITIZEN:
        chosen = select(VoiceThread).where(VoiceThread.person_id == actor.person_id)
        chosen = chosen.order_by(VoiceThread.id.desc())
    else:
        officer = actor.role is Role.OFFICER
        place = VoiceThread.authority_code if officer else VoiceThread.division_code
        code = actor.authority_code if officer else actor.division_code
        chosen = select(VoiceThread).where(place == code, VoiceThread.state == ThreadState.OPEN)
        chosen = chosen.order_by(VoiceThread.order_on, VoiceThread.id)
    with reading() as session:
        return list(session.scalars(chosen.limit(MOST)))


def list_messages(session: Session, thread: VoiceThread) -> list[VoiceMessage]:
    """The messages of a thread, oldest first."""
    said = select(VoiceMessage).where(VoiceMessage.thread_id == thread.id)
    return list(session.scalars(said.order_by(VoiceMessage.id)))


def escalate_late_threads(*, now: datetime) -> int:
    """Mark once what was not answered in time and tell of it; how many. Safe to run twice."""
    late = (
        update(VoiceThread)
        .where(
            VoiceThread.state == ThreadState.OPEN,
            VoiceThread.escalated_at.is_(None),
            VoiceThread.due_on < office_date(now),
        )
        .values(escalated_at=now, version=VoiceThread.version + 1)
        .returning(VoiceThread.number)
    )
    with unit_of_work() as session:
        numbers = session.scalars(late.execution_options(synchronize_session=False)).all()
        for number in numbers:
            trail.record(session, SYSTEM, "thread-escalated", f"thread:{number}", now)
            outbox.enqueue(session, "thread.escalated", {"thread": number}, now)
        return len(numbers)


def _ask_again(thread: VoiceThread, now: datetime) -> None:
    """An answered thread that is asked again gets a new term for its answer."""
    if thread.state == ThreadState.ANSWERED:
        due = due_after(now, current_app.config[LIMITS[ThreadKind(thread.kind)]], thread.area)
        thread.due_on, thread.order_on, thread.escalated_at = due.on, due.earliest, None
    thread.state = ThreadState.OPEN


def _addressed(session: Session, opening: Opening, actor: Actor) -> tuple[Place, int]:
    """The place that must answer, and the item it is about."""
    if opening.case_number is not None:
        case = get_case(session, opening.case_number)
        if case.applicant_id != actor.person_id:
            raise NotFound("没有这个办件")
        return place_of(case, opening.occasion), case.item_seq
    held, seq = catalogue(), opening.item_seq or 0
    held.world.require_offered(seq)
    decided = route(held.items[seq], RoutingFacts(district_code=opening.district_code), held.world)
    return Place(decided.authority_name, decided.district_code, decided.authority_code), seq


def _concerns(thread: VoiceThread, actor: Actor) -> bool:
    if actor.role is Role.CITIZEN:
        return thread.person_id == actor.person_id
    return belongs_to(thread.authority_code, thread.division_code, actor)


def _say(session: Session, thread: VoiceThread, text: str, actor: Actor, now: datetime) -> None:
    by_place = actor.role is not Role.CITIZEN
    session.add(
        VoiceMessage(
            thread_id=thread.id, from_place=by_place, author=actor.number, text=text, at=now
        )
    )


def _note(session: Session, thread: VoiceThread, what: str, actor: Actor, now: datetime) -> None:
    facts: dict[str, Any] = {"kind": thread.kind}
    trail.record(session, actor, f"thread-{what}", f"thread:{thread.number}", now, **facts)
    outbox.enqueue(session, f"thread.{what}", {"thread": thread.number}, now)
