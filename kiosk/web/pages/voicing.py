"""What a person has to say: a rating of five levels, a question, a complaint."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.casework.views import get_visible_case
from kiosk.errors import InputInvalid, NotFound
from kiosk.uow import reading
from kiosk.voices import ratings, threads
from kiosk.voices.options import offered
from kiosk.voices.places import HANDLING, OCCASIONS, RECEIVING
from kiosk.voices.ratings import Given
from kiosk.voices.threads import Opening, ThreadKind, ThreadState
from kiosk.web.access import current_actor, now
from kiosk.web.api.voices import OpeningSchema, RatingSchema
from kiosk.web.errors import flatten
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.refusals import REFUSALS, Faults, Refused, refused
from services_catalog.codes.ratings import EVALUATOR_LEVELS

OCCASION_WORDS = {RECEIVING: "收件", HANDLING: "办理"}
KIND_WORDS = {ThreadKind.ENQUIRY: "咨询", ThreadKind.COMPLAINT: "投诉"}
STATE_WORDS = {
    ThreadState.OPEN: "等待答复",
    ThreadState.ANSWERED: "已答复",
    ThreadState.CLOSED: "已结束",
}
LONGEST_ANSWER = 2000


def open_occasions(number: str) -> list[dict[str, Any]]:
    """The services of one's case that can be rated now and were not."""
    found = ratings.list_occasions(number, current_actor())
    return [line | {"words": OCCASION_WORDS[line["occasion"]]} for line in found if line["open"]]


def show_rating(desk: Desk, number: str, occasion: str) -> str:
    """First the level, none being preset; then what it was about."""
    return _rating_page(desk, number, occasion, None)


def take_rating(desk: Desk, number: str, occasion: str) -> ResponseReturnValue:
    """One rating of one service."""
    level = _level(request.form.get("level", ""))
    chosen = [int(code) for code in request.form.getlist("options") if code.isdecimal()]
    text = request.form.get("text", "").strip()
    body = {"occasion": occasion, "level": level, "code_set": "evaluator"}
    try:
        _require_shape(flatten(RatingSchema().validate(body | {"options": chosen, "text": text})))
        given = Given(occasion, level or 0, tuple(chosen), text)
        ratings.rate(number, given, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return _rating_page(desk, number, occasion, told), told.status
    return redirect(url_for(f"{desk.name}.show_case", number=number, done="rate"), 303)


def show_threads(desk: Desk) -> str:
    """One's own questions and complaints, newest first."""
    mine = threads.list_threads(current_actor())
    return render_template(
        "my/threads.html", desk=desk, threads=mine, kinds=KIND_WORDS, states=STATE_WORDS
    )


def show_asking(desk: Desk, number: str) -> str:
    """Ask or complain about one's case."""
    return _asking_page(desk, number, {}, None)


def take_asking(desk: Desk, number: str) -> ResponseReturnValue:
    """Bring it to the place that must answer."""
    given = request.form
    names = ("kind", "subject", "text", "occasion")
    body = {name: given[name].strip() for name in names if given.get(name)} | {"case": number}
    try:
        faults = flatten(OpeningSchema().validate(body))
        if given.get("kind") not in list(ThreadKind):
            faults["kind"] = ["请选择咨询还是投诉"]
        faults |= {name: ["请填写"] for name in ("subject", "text") if name not in body}
        _require_shape(faults)
        loaded = OpeningSchema().load(body)
        opening = Opening(
            loaded["kind"], loaded["subject"], loaded["text"], number, loaded["occasion"]
        )
        thread = threads.open_thread(opening, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return _asking_page(desk, number, given, told), told.status
    return redirect(url_for(f"{desk.name}.show_thread", number=thread.number), 303)


def show_thread(desk: Desk, number: str) -> str:
    """What was asked and answered, and until when an answer is due."""
    return _thread_page(desk, number, None)


def take_reply(desk: Desk, number: str) -> ResponseReturnValue:
    """Go on asking."""
    text = request.form.get("text", "").strip()
    try:
        if not 0 < len(text) <= LONGEST_ANSWER:
            raise InputInvalid(fields={"text": [f"请填写内容，不超过 {LONGEST_ANSWER} 字"]})
        threads.reply(number, text, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return _thread_page(desk, number, told), told.status
    return redirect(url_for(f"{desk.name}.show_thread", number=number), 303)


def close_thread(desk: Desk, number: str) -> Response:
    """The answer is enough."""
    threads.close_thread(number, actor=current_actor(), now=now())
    return redirect(url_for(f"{desk.name}.show_thread", number=number), 303)


def _rating_page(desk: Desk, number: str, occasion: str, told: Refused | None) -> str:
    if occasion not in OCCASIONS:
        raise NotFound("没有这项服务")
    found = ratings.list_occasions(number, current_actor())
    level = _level(request.values.get("level", ""))
    return render_template(
        "my/rating.html",
        desk=desk,
        number=number,
        line=next(line for line in found if line["occasion"] == occasion),
        words=OCCASION_WORDS[occasion],
        levels=EVALUATOR_LEVELS,
        level=level,
        options=offered(level) if level else [],
        given=request.form,
        refused=told,
    )


def _asking_page(desk: Desk, number: str, given: Any, told: Refused | None) -> str:
    with reading() as session:
        case = get_visible_case(session, number, current_actor())
        places = {HANDLING: case.deciding_name, RECEIVING: case.receiving_place}
    return render_template(
        "my/asking.html",
        desk=desk,
        number=number,
        kinds=KIND_WORDS,
        places=places,
        given=given,
        refused=told,
    )


def _thread_page(desk: Desk, number: str, told: Refused | None) -> str:
    with reading() as session:
        thread = threads.get_thread(session, number, current_actor())
        said = threads.list_messages(session, thread)
    return render_template(
        "my/thread.html",
        desk=desk,
        thread=thread,
        said=said,
        kind=KIND_WORDS[ThreadKind(thread.kind)],
        state=STATE_WORDS[ThreadState(thread.state)],
        over=thread.state == ThreadState.CLOSED,
        given=request.form,
        refused=told,
    )


def _level(text: str) -> int | None:
    return int(text) if text in {str(level) for level in EVALUATOR_LEVELS} else None


def _require_shape(messages: Faults) -> None:
    """Raises InputInvalid with the faults of the inputs."""
    if messages:
        raise InputInvalid("有内容需要改正", fields=messages)
