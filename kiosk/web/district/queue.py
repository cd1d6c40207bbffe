"""The officer's queue: what is due next, whose it is, what waits for a second signature, what is late; the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.casework import batch, clocks, holding
from kiosk.casework.explained_dates import Clock
from kiosk.casework.queues import (
    DECIDED,
    TO_DECIDE,
    CaseLine,
    Page,
    QueueView,
    Whose,
    list_queue,
    search_cases,
)
from kiosk.casework.states import STATE_WORDS, State
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.actors import Actor, Role
from kiosk.identity.queries import staff_names
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import desk_schemas
from kiosk.web.errors import flatten
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("district_queue", __name__, url_prefix="/district")
SIZES = (25, 100, batch.MOST)


@dataclass(frozen=True)
class Tab:
    """A part of the queue with its name, and what is said when there is nothing in it."""

    words: str
    view: QueueView
    empty: str


TABS = {
    "todo": Tab("待办理", QueueView(states=TO_DECIDE), "没有待办理的办件。"),
    "mine": Tab("我领取的", QueueView(Whose.MINE, states=TO_DECIDE), "您没有领取办件，可以到“无人领取”里领取。"),
    "free": Tab("无人领取", QueueView(Whose.FREE, states=TO_DECIDE), "没有等待领取的办件。"),
    "sign": Tab("待复核签署", QueueView(Whose.UNSIGNED), "没有等待复核签署的办件。"),
    "late": Tab("已超期", QueueView(Whose.LATE), "没有超期的办件。"),
    "correction": Tab("待补正", QueueView(state=State.CORRECTION_REQUESTED), "没有等待申请人补正的办件。"),
    "decided": Tab("待送达、待办结", QueueView(states=DECIDED), "没有等待送达或办结的办件。"),
}  # fmt: skip
DONE = {"take": "已领取，由您办理。", "give-back": "已退回待办，其他审批人员可以领取。"}


@dataclass(frozen=True)
class Row:
    """A case in the queue: the limit that counts now, in whose hands it is, and what may be done from here."""

    case: CaseLine
    clock: Clock | None
    holder: str
    mine: bool
    free: bool
    tickable: bool


@bp.get("/queue")
@requires(Role.OFFICER)
def show() -> str:
    """One part of the queue, the earliest due first."""
    return queue_page(None)


@bp.post("/queue/<number>/<act>")
@requires(Role.OFFICER)
def hold(number: str, act: str) -> Response:
    """Take a case out of the queue, or give it back."""
    try:
        if act not in HOLDS:
            raise NotFound("没有这项操作")
        given = request.form.get("version", "")
        version = int(given) if given.isdecimal() and len(given) < 10 else None
        HOLDS[act](number, actor=current_actor(), now=now(), version=version)
    except REFUSALS as error:
        told = refused(error)
        return make_response(queue_page(told), told.status)
    return redirect(url_for("district_queue.show", tab=_tab(), done=act), 303)


HOLDS = {"take": holding.take, "give-back": holding.give_back}


@bp.get("/search")
@requires(Role.OFFICER)
def ask() -> str:
    """What cases can be looked for by."""
    return _search_page({}, None, None)


@bp.post("/search")
@requires(Role.OFFICER)
def search() -> Response:
    """Cases that fit; a document number never stands in an address, so the answer has none of its own."""
    given = {name: text.strip() for name, text in request.form.items() if text.strip()}
    try:
        body = _sought(given)
        with reading() as session:
            found = search_cases(
                session, current_actor(), desk_schemas.sought_in(body), after=body["after"]
            )
            rows = _rows(session, found, current_actor())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_search_page(given, None, told), told.status)
    return make_response(_search_page(given, (rows, found.next), None))


def _tab() -> str:
    chosen = request.values.get("tab", "")
    return chosen if chosen in TABS else "todo"


def _size() -> int:
    given = request.args.get("show", "")
    return int(given) if given in map(str, SIZES) else SIZES[0]


def queue_page(told: Refused | None) -> str:
    """The queue as the address asks for it, with a refusal if one was just told."""
    tab, size, actor = _tab(), _size(), current_actor()
    view = TABS[tab].view
    with reading() as session:
        page = list_queue(
            session,
            actor,
            QueueView(view.whose, view.state, view.states, office_date(now())),
            after=request.args.get("after") or None,
            limit=size,
        )
        rows = _rows(session, page, actor)
    return render_template(
        "district/queue.html",
        rows=rows,
        tab=tab,
        tabs=TABS,
        next=page.next,
        after=request.args.get("after", ""),
        size=size,
        sizes=SIZES,
        all_ticked=request.args.get("ticked") == "all",
        refused=told,
        done=DONE.get(request.args.get("done", "")),
    )


def _search_page(
    given: dict[str, str], found: tuple[list[Row], str | None] | None, told: Refused | None
) -> str:
    return render_template(
        "district/search.html", given=given, found=found, refused=told, states=STATE_WORDS
    )


def _sought(given: dict[str, str]) -> dict[str, Any]:
    """What the page asks, as the search over HTTP asks it. Raises InputInvalid."""
    try:
        body: dict[str, Any] = desk_schemas.SearchSchema().load(given)
    except ValidationError as error:
        # The library's own words are English.
        raise InputInvalid(
            fields={name: ["填写有误，请核对"] for name in flatten(error.messages)}
        ) from None
    return body


def _rows(session: Session, page: Page, actor: Actor) -> list[Row]:
    explained = clocks.clocks_of_each(session, [line.number for line in page.cases], now())
    names = staff_names(session, (line.held_by for line in page.cases))
    return [_row(line, explained.get(line.number, []), names, actor) for line in page.cases]


def _row(line: CaseLine, clocks_: list[Clock], names: dict[str, str], actor: Actor) -> Row:
    mine, free = line.held_by == actor.number, line.held_by is None
    holder = (
        "我" if mine else "无人领取" if free else names.get(line.held_by or "", "本机关审批人员")
    )
    under_review = line.state == State.UNDER_REVIEW
    return Row(line, clocks_[0] if clocks_ else None, holder, mine, free, under_review and mine)
