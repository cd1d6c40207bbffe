"""Putting right what a bad rating complains of: steps in order, dates from settings, late ones escalated by a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.acts import require_text
from kiosk.clock import office_date
from kiosk.errors import NotFound
from kiosk.exchange import outbox
from kiosk.identity.actors import SYSTEM, Actor, Role
from kiosk.identity.models import Person
from kiosk.uow import reading, unit_of_work
from kiosk.voices.errors import VoiceStepRefused
from kiosk.voices.models import Rating, Rectification
from kiosk.voices.options import WORDS
from kiosk.voices.places import require_other_hand
from services_catalog.codes import mask_phone
from services_catalog.codes.ratings import EVALUATOR_LEVELS, gbt39046_from_evaluator

BATCH = 200


class Verdict(StrEnum):
    """What the call back and the check found."""

    FIXED = "fixed"
    COMPLEX = "complex"
    NO_BASIS = "no-basis"
    MISJUDGED = "misjudged"


VERDICT_WORDS = {
    Verdict.FIXED: "情况属实，已经整改",
    Verdict.COMPLEX: "情况复杂，限期整改",
    Verdict.NO_BASIS: "诉求没有法定依据，已作说明",
    Verdict.MISJUDGED: "经核实属误评或者恶意评价，不计入",
}


class Stage(StrEnum):
    """Where a rectification stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    COMPLEX = "complex"
    REPLIED = "replied"
    CLOSED = "closed"


#: The states from which each step may be taken.
STEPS: dict[str, frozenset[Stage]] = {
    "accept": frozenset({Stage.OPEN}),
    "contact": frozenset({Stage.ACCEPTED}),
    "reply": frozenset({Stage.CONTACTED, Stage.COMPLEX}),
    "revisit": frozenset({Stage.REPLIED}),
}


def accept(number: str, *, actor: Actor, now: datetime) -> None:
    """A named person takes the matter up. Raises NotFound, OwnMatter, VoiceStepRefused."""
    with _step(number, "accept", actor, now) as (_, row, _rating):
        row.state, row.accepted_at, row.handler = Stage.ACCEPTED, now, actor.number


def contact(number: str, *, actor: Actor, now: datetime) -> None:
    """The rater was called back. Raises NotFound, OwnMatter, VoiceStepRefused."""
    with _step(number, "contact", actor, now) as (_, row, _rating):
        row.state, row.contacted_at = Stage.CONTACTED, now


def reply(number: str, verdict: Verdict, measures: str, *, actor: Actor, now: datetime) -> None:
    """Say what was found and done; a complex matter says its plan first and what was done later.

    Raises NotFound, OwnMatter, VoiceStepRefused, also for a second complex verdict.
    """
    require_text("measures", measures)
    with _step(number, "reply", actor, now) as (_, row, rating):
        if verdict is Verdict.COMPLEX and row.state == Stage.COMPLEX:
            raise VoiceStepRefused("已经按复杂情况延长过一次，请在限期内答复整改结果")
        row.state = Stage.COMPLEX if verdict is Verdict.COMPLEX else Stage.REPLIED
        row.verdict, row.measures = verdict, measures
        if verdict is not Verdict.COMPLEX:
            row.replied_at = now
            rating.excluded = verdict is Verdict.MISJUDGED


def revisit(number: str, level: int, *, actor: Actor, now: datetime) -> None:
    """The rater says how it is now (evaluator's level); the first rating stays. Raises NotFound, VoiceStepRefused."""
    if level not in EVALUATOR_LEVELS:
        gbt39046_from_evaluator(level)
    with unit_of_work() as session:
        row, rating = _get(session, number)
        if actor.role is not Role.CITIZEN or actor.person_id != rating.person_id:
            raise NotFound("没有这一件")
        require_step(Stage(row.state), "revisit")
        row.state, row.satisfied_after, row.closed_at = Stage.CLOSED, level, now
        _note(session, row, "revisited", actor, now)


def list_for(actor: Actor) -> list[dict[str, Any]]:
    """Open rectifications of the actor's place that are not about the actor, the earliest first; a rater's own."""
    chosen = select(Rectification, Rating).join(Rating, Rating.id == Rectification.rating_id)
    if actor.role is Role.CITIZEN:
        chosen = chosen.where(Rating.person_id == actor.person_id)
    else:
        officer = actor.role is Role.OFFICER
        place: ColumnElement[bool] = (
            Rating.authority_code == actor.authority_code
            if officer
            else Rating.division_code == actor.division_code
        )
        others = Rating.rated_staff.is_(None) | (Rating.rated_staff != actor.number)
        chosen = chosen.where(place, others, Rectification.state != Stage.CLOSED)
    with reading() as session:
        rows = session.execute(chosen.order_by(Rectification.id).limit(BATCH)).all()
        return [_shown(row, rating) for row, rating in rows]


def show(number: str, actor: Actor) -> dict[str, Any]:
    """One rectification with the words of the rater and how to call back, for a handler who is not the rated person.

    Raises NotFound, OwnMatter.
    """
    with reading() as session:
        row, rating = _get(session, number)
        _require_handler(rating, actor)
        phone = session.get_one(Person, rating.person_id).phone
        return _shown(row, rating) | {
            "text": rating.text,
            "case_number": rating.case_number,
            "phone": mask_phone(phone) if phone else None,
            "measures": row.measures,
        }


def escalate_late(*, now: datetime) -> int:
    """Mark every stage that passed its date, once each, and tell of it; how many. Safe to run twice."""
    today, told = office_date(now), 0
    with unit_of_work() as session:
        open_rows = select(Rectification).where(
            Rectification.state.in_((Stage.OPEN, Stage.ACCEPTED, Stage.CONTACTED, Stage.COMPLEX))
        )
        for row in session.scalars(open_rows.order_by(Rectification.id)):
            stage, due = late_stage(row)
            if due is None or today <= due or row.escalated_stage == stage:
                continue
            row.escalated_stage, row.escalated_at = stage, now
            _note(session, row, "escalated", SYSTEM, now)
            told += 1
    return told


def late_stage(row: Rectification) -> tuple[str, date | None]:
    """The stage a rectification is in, and until when it must have left it."""
    if row.state == Stage.OPEN:
        return "accept", row.accept_due_on
    if row.state == Stage.COMPLEX:
        return "complex", row.complex_due_on
    return "answer", row.answer_due_on


@contextmanager
def _step(
    number: str, step: str, actor: Actor, now: datetime
) -> Iterator[tuple[Session, Rectification, Rating]]:
    with unit_of_work() as session:
        row, rating = _get(session, number)
        _require_handler(rating, actor)
        require_step(Stage(row.state), step)
        yield session, row, rating
        _note(session, row, step, actor, now)


def _get(session: Session, number: str) -> tuple[Rectification, Rating]:
    found = session.execute(
        select(Rectification, Rating)
        .join(Rating, Rating.id == Rectification.rating_id)
        .where(Rectification.number == number)
    ).first()
    if found is None:
        raise NotFound("没有这一件")
    return found[0], found[1]


def _require_handler(rating: Rating, actor: Actor) -> None:
    require_other_hand(rating.authority_code, rating.division_code, rating.rated_staff, actor)


def require_step(stage: Stage, step: str) -> None:
    """Let pass a step that may be taken now. Raises VoiceStepRefused."""
    if stage not in STEPS[step]:
        raise VoiceStepRefused("这件整改目前不能进行这一步")


def _note(session: Session, row: Rectification, what: str, actor: Actor, now: datetime) -> None:
    subject = f"rectification:{row.number}"
    trail.record(session, actor, f"rectification-{what}", subject, now, stage=row.state)
    outbox.enqueue(session, f"rectification.{what}", {"rectification": row.number}, now)


def _shown(row: Rectification, rating: Rating) -> dict[str, Any]:
    verdict = row.verdict and VERDICT_WORDS[Verdict(row.verdict)]
    return {
        "number": row.number,
        "state": row.state,
        "place": rating.place_name,
        "item_seq": rating.item_seq,
        "level": rating.level,
        "level_words": EVALUATOR_LEVELS[rating.level],
        "reasons": [WORDS[code] for code in rating.options],
        "opened_at": row.opened_at,
        "accept_due_on": row.accept_due_on,
        "answer_due_on": row.answer_due_on,
        "complex_due_on": row.complex_due_on,
        "verdict": row.verdict,
        "verdict_words": verdict,
        "replied_at": row.replied_at,
        "satisfied_after": row.satisfied_after,
        "escalated_stage": row.escalated_stage,
    }
