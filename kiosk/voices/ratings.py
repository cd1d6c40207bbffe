"""Rating a service (好差评): voluntary, once per occasion, anonymous outward; a bad one opens a rectification.

GB/T 39734-2020 (一次一评, 一事一评); levels in the evaluator's code, 5 is best.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.audit import trail
from kiosk.casework.models import Case
from kiosk.casework.queries import get_case
from kiosk.casework.receipt import Channel
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.errors import Forbidden, NotFound
from kiosk.exchange import outbox
from kiosk.identity.actors import Actor, Role
from kiosk.identity.tokens import draw_number
from kiosk.uow import reading, unit_of_work
from kiosk.voices.errors import ModerationDone, NotRatableYet, PrivateDataInText, RatedAlready
from kiosk.voices.models import Rating, Rectification
from kiosk.voices.options import WORDS, require_fit
from kiosk.voices.places import HANDLING, RECEIVING, due_after, place_of
from kiosk.voices.privacy_check import holds_private_data
from services_catalog.codes.ratings import (
    EVALUATOR_LEVELS,
    gbt39046_from_evaluator,
    is_negative_rating,
)

ANSWERED = frozenset(
    {State.GRANTED, State.REFUSED, State.DELIVERED, State.CLOSED, State.NOT_ACCEPTED}
)
PUBLIC = 100


@dataclass(frozen=True)
class Given:
    """A rating as given; ``level`` is the evaluator's code, ``options`` fit it, ``text`` may be empty."""

    occasion: str
    level: int
    options: tuple[int, ...] = ()
    text: str = ""


def rate(case_number: str, given: Given, *, actor: Actor, now: datetime) -> str:
    """Rate one service of one's own case, once; answers the rating's number.

    Raises NotFound, NotRatableYet, OptionUnfit, RatedAlready, also of two at the same moment.
    """
    negative = is_negative_rating(given.level)
    require_fit(given.level, given.options)
    try:
        with unit_of_work() as session:
            case = _require_ratable(session, case_number, given.occasion, actor)
            rating = _enter(session, case, given, actor, now)
            if negative:
                _open_rectification(session, rating, place_of(case, given.occasion).area, now)
            return rating.number
    except IntegrityError as error:
        raise RatedAlready("这次服务您已经评价过了") from error


def list_occasions(case_number: str, actor: Actor) -> list[dict[str, Any]]:
    """The services of one's own case: by whom, whether they can be rated now and whether they were."""
    with reading() as session:
        case = _own_case(session, case_number, actor)
        rated = set(
            session.scalars(select(Rating.occasion).where(Rating.case_number == case_number))
        )
        return [
            {
                "occasion": occasion,
                "place": place_of(case, occasion).name,
                "open": occasion not in rated and _is_given(case, occasion),
                "rated": occasion in rated,
            }
            for occasion in (RECEIVING, HANDLING)
        ]


def publish_text(number: str, text: str, *, actor: Actor, now: datetime) -> None:
    """Let a text out, as the moderator leaves it. Raises NotFound, ModerationDone, PrivateDataInText."""
    if holds_private_data(text):
        raise PrivateDataInText("文字里还有证件号码、电话、账号或邮箱，请先隐去")
    _moderate(number, "published", text, actor, now)


def withhold_text(number: str, *, actor: Actor, now: datetime) -> None:
    """Keep a text back; the level still counts. Raises NotFound, ModerationDone."""
    _moderate(number, "withheld", None, actor, now)


def list_texts_to_moderate() -> list[Rating]:
    """Texts nobody has looked at, oldest first."""
    waiting = select(Rating).where(Rating.text_state == "pending").order_by(Rating.id)
    with reading() as session:
        return list(session.scalars(waiting.limit(PUBLIC)))


def published_ratings(authority_code: str) -> list[dict[str, Any]]:
    """The ratings of an authority as anybody may see them: no person, no case, the day only, moderated words."""
    shown = select(Rating).where(Rating.authority_code == authority_code, ~Rating.excluded)
    with reading() as session:
        return [
            as_public(row)
            for row in session.scalars(shown.order_by(Rating.id.desc()).limit(PUBLIC))
        ]


def count_levels(authority_code: str) -> dict[int, int]:
    """How often each level was given to an authority, without ratings that turned out to be mistaken."""
    levels = select(Rating.level).where(Rating.authority_code == authority_code, ~Rating.excluded)
    with reading() as session:
        counted = Counter(session.scalars(levels))
    return {level: counted[level] for level in EVALUATOR_LEVELS}


def as_public(row: Rating) -> dict[str, Any]:
    """A rating without anything that leads to the rater."""
    return {
        "place": row.place_name,
        "item_seq": row.item_seq,
        "occasion": row.occasion,
        "rated_on": office_date(row.rated_at),
        "level": row.level,
        "level_gbt39046": gbt39046_from_evaluator(row.level),
        "level_words": EVALUATOR_LEVELS[row.level],
        "options": [WORDS[code] for code in row.options],
        "text": row.published_text,
    }


def _enter(session: Session, case: Case, given: Given, actor: Actor, now: datetime) -> Rating:
    place = place_of(case, given.occasion)
    rating = Rating(
        number=draw_number("R"),
        case_number=case.number,
        occasion=given.occasion,
        item_seq=case.item_seq,
        authority_code=place.authority_code,
        division_code=place.division_code,
        place_name=place.name,
        rated_staff=place.staff,
        person_id=actor.person_id,
        channel=Channel.MACHINE if actor.machine_number else Channel.ONLINE,
        level=given.level,
        options=sorted(set(given.options)),
        text=given.text.strip() or None,
        text_state="pending" if given.text.strip() else "none",
        rated_at=now,
    )
    session.add(rating)
    session.flush()  # The rectification names the rating by id.
    trail.record(session, actor, "service-rated", f"rating:{rating.number}", now, level=given.level)
    outbox.enqueue(session, "rating.given", {"rating": rating.number}, now)
    return rating


def _open_rectification(session: Session, rating: Rating, area: str, now: datetime) -> None:
    """A bad rating is taken up at once (国办发〔2019〕51号); the terms are local and therefore settings."""
    config = current_app.config
    session.add(
        Rectification(
            number=draw_number("Z"),
            rating_id=rating.id,
            state="open",
            opened_at=now,
            accept_due_on=due_after(now, config["RECTIFY_ACCEPT_DAYS"], area).on,
            answer_due_on=due_after(now, config["RECTIFY_ANSWER_DAYS"], area).on,
            complex_due_on=due_after(now, config["RECTIFY_COMPLEX_DAYS"], area).on,
        )
    )
    outbox.enqueue(session, "rectification.opened", {"rating": rating.number}, now)


def _moderate(number: str, state: str, text: str | None, actor: Actor, now: datetime) -> None:
    with unit_of_work() as session:
        rating = session.scalar(select(Rating).where(Rating.number == number).with_for_update())
        if rating is None:
            raise NotFound("没有这条评价")
        if rating.text_state != "pending":
            raise ModerationDone("这条评价的文字已经处理过，或者没有文字")
        rating.text_state, rating.published_text = state, text
        trail.record(session, actor, f"rating-text-{state}", f"rating:{number}", now)


def _require_ratable(session: Session, number: str, occasion: str, actor: Actor) -> Case:
    case = _own_case(session, number, actor)
    if not _is_given(case, occasion):
        raise NotRatableYet("这项服务还没有完成，完成后再评价")
    return case


def _own_case(session: Session, number: str, actor: Actor) -> Case:
    if actor.role is not Role.CITIZEN:
        raise Forbidden("评价由申请人本人作出，工作人员不能代为评价")
    case = get_case(session, number)
    if case.applicant_id != actor.person_id:
        raise NotFound("没有这个办件")
    return case


def _is_given(case: Case, occasion: str) -> bool:
    """Receiving is over with the receipt; handling once the authority has answered."""
    return occasion == RECEIVING or State(case.state) in ANSWERED
