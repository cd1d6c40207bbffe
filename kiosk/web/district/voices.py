"""Enquiries, complaints and bad ratings that this place must answer, the earliest due first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading
from kiosk.voices import rectification, threads
from kiosk.voices.rectification import STEPS, VERDICT_WORDS, Stage, Verdict
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_voices", __name__, url_prefix="/district/voices")
PLACES = (Role.OFFICER, Role.CLERK)
LONGEST = 2000
SAID = {
    "answer": "已答复，提出人会收到通知。",
    "accept": "已受理，由您办理。",
    "contact": "已记录回访。",
    "reply": "已答复处理结果。",
}


@bp.get("")
@requires(*PLACES)
def show() -> str:
    """What waits for an answer of this place."""
    actor = current_actor()
    return render_template(
        "district/voices.html",
        threads=threads.list_threads(actor),
        matters=rectification.list_for(actor),
        items={seq: item.name for seq, item in catalogue().items.items()},
    )


@bp.get("/threads/<number>")
@requires(*PLACES)
def show_thread(number: str) -> str:
    """One enquiry or complaint with all that was said."""
    return _thread_page(number, None)


@bp.post("/threads/<number>")
@requires(*PLACES)
def answer(number: str) -> Response:
    """Answer it, as somebody whom it is not about."""
    try:
        threads.reply(number, _text("text"), actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_thread_page(number, told), told.status)
    return redirect(url_for("district_voices.show_thread", number=number, done="answer"), 303)


@bp.get("/matters/<number>")
@requires(*PLACES)
def show_matter(number: str) -> str:
    """What a bad rating asks to be mended, for a handler who is not the rated person."""
    return _matter_page(number, None)


@bp.post("/matters/<number>/<step>")
@requires(*PLACES)
def handle(number: str, step: str) -> Response:
    """Take the matter up, call back, say what was done."""
    try:
        if step not in HANDLED:
            raise NotFound("没有这项操作")
        HANDLED[step](number, current_actor(), now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_matter_page(number, told), told.status)
    return redirect(url_for("district_voices.show_matter", number=number, done=step), 303)


def _accept(number: str, actor: Actor, at: datetime) -> None:
    rectification.accept(number, actor=actor, now=at)


def _contact(number: str, actor: Actor, at: datetime) -> None:
    rectification.contact(number, actor=actor, now=at)


def _reply(number: str, actor: Actor, at: datetime) -> None:
    given = request.form.get("verdict", "")
    if given not in list(Verdict):
        raise InputInvalid(fields={"verdict": ["请选择核实的情况"]})
    rectification.reply(number, Verdict(given), _text("measures"), actor=actor, now=at)


HANDLED: dict[str, Callable[[str, Actor, datetime], None]] = {
    "accept": _accept,
    "contact": _contact,
    "reply": _reply,
}


def _text(name: str) -> str:
    """What was written. Raises InputInvalid."""
    words = request.form.get(name, "").strip()
    if not 0 < len(words) <= LONGEST:
        raise InputInvalid(fields={name: [f"请填写，不超过 {LONGEST} 字"]})
    return words


def _thread_page(number: str, told: Refused | None) -> str:
    with reading() as session:
        thread = threads.get_thread(session, number, current_actor())
        said = threads.list_messages(session, thread)
    return render_template(
        "district/thread.html",
        thread=thread,
        said=said,
        item=catalogue().items[thread.item_seq].name,
        refused=told,
        typed=request.form.get("text", ""),
        done=SAID.get(request.args.get("done", "")),
    )


def _matter_page(number: str, told: Refused | None) -> str:
    matter = rectification.show(number, current_actor())
    stage = Stage(matter["state"])
    return render_template(
        "district/matter.html",
        matter=matter,
        item=catalogue().items[matter["item_seq"]].name,
        steps=[step for step in HANDLED if stage in STEPS[step]],
        verdicts=VERDICT_WORDS,
        refused=told,
        given=request.form,
        done=SAID.get(request.args.get("done", "")),
    )
