"""The desks of the staff: the clerk who receives, the officer who decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.casework.draft_queries import list_drafts
from kiosk.casework.handovers import list_handovers
from kiosk.casework.notice_words import TITLES
from kiosk.casework.notices import Kind
from kiosk.casework.queues import CaseLine, Sought, list_received
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.identity import commands
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading
from kiosk.web.access import (
    current_actor,
    current_token,
    find_current_actor,
    now,
    public,
    requires,
    stood_idle,
)
from kiosk.web.api.items import guide
from kiosk.web.finding import list_themes
from kiosk.web.pages import acts, cookies, correcting
from kiosk.web.pages.browsing import find_on_page
from kiosk.web.pages.case_view import due_of, view_case
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from kiosk.web.public import local_path
from kiosk.web.window import agents, callers, couriers, mirror, papers, visits
from kiosk.web.window.visits import DESK

bp = Blueprint("window", __name__, url_prefix="/window")
RECEIPT_TITLE = TITLES[Kind.RECEIPT]
EARLIER = 20
DESK_ROLES = (Role.CLERK, Role.OFFICER)


@bp.get("")
@public
def home() -> Response:
    """The sign-in, or the desk of whoever is signed in."""
    actor = find_current_actor()
    if stood_idle():
        return redirect(url_for("window.locked"), 303)
    if actor is None or actor.role is Role.CITIZEN:
        return make_response(render_template("window/sign_in.html", login="", refused=None))
    if actor.role is Role.CLERK:
        return make_response(_received_page(actor))
    return redirect(url_for("district.home"), 303)


@bp.post("/sign-in")
@public
def sign_in() -> Response:
    """Login and password."""
    login, minutes = (
        request.form.get("login", "").strip(),
        current_app.config["STAFF_SESSION_MINUTES"],
    )
    try:
        token, _ = commands.sign_in_staff(
            login,
            request.form.get("password", ""),
            request.form.get("code", "").strip(),
            now=now(),
            minutes=minutes,
            two_factors=current_app.config["STAFF_TWO_FACTORS"],
        )
    except REFUSALS as error:
        told = refused(error)
        page = render_template("window/sign_in.html", login=login, refused=told)
        return make_response(page, told.status)
    answer = redirect(_wanted_page() or url_for("window.home"), 303)
    cookies.keep_session(answer, token, now() + timedelta(minutes=minutes))
    return answer


@bp.get("/locked")
@public
def locked() -> str:
    """The desk stood idle: nothing of it is shown until the password is given again."""
    return render_template("window/locked.html", next=_wanted_page(), refused=None)


@bp.post("/locked")
@public
def unlock() -> Response:
    """Back at the desk."""
    token = current_token() or ""
    try:
        commands.reopen_session(token, request.form.get("password", ""), now=now())
    except REFUSALS as error:
        told = refused(error)
        page = render_template("window/locked.html", next=_wanted_page(), refused=told)
        return make_response(page, told.status)
    return redirect(_wanted_page() or url_for("window.home"), 303)


@bp.get("/items")
@requires(Role.CLERK)
def find_items() -> str:
    """Which item the person at the desk wants."""
    held = catalogue()
    found = find_on_page(held, request.args)
    return render_template("window/items.html", found=found, themes=list_themes(held))


@bp.get("/items/<int:seq>")
@requires(*DESK_ROLES)
def show_guide(seq: int) -> str:
    """The guide, as the applicant sees it."""
    return render_template("guide.html", desk=DESK, item=guide(catalogue(), seq))


@bp.get("/items/<int:seq>/apply")
@requires(Role.CLERK)
def apply(seq: int) -> str:
    """First the applicant's card, then the form."""
    return visits.show_card(seq)


@bp.post("/items/<int:seq>/apply")
@requires(Role.CLERK)
def take(seq: int) -> Response:
    """The card was read: a draft is kept from here on."""
    return visits.begin(seq)


@bp.get("/cases/<number>")
@requires(Role.CLERK)
def show_case(number: str) -> str:
    """A case with the acts that this desk may perform."""
    return _case_page(number, None, "")


@bp.get("/cases/<number>/receipt")
@requires(Role.CLERK)
def show_receipt(number: str) -> str:
    """The receipt to hand out: proof of receipt, not of acceptance."""
    case = view_case(number, current_actor())
    code = cookies.find_query_code(number)
    paper = next((p["paper"] for p in case["papers"] if p["paper"].title == RECEIPT_TITLE), None)
    return render_template("window/receipt.html", case=case, query_code=code, paper=paper)


@bp.get("/cases/<number>/supply")
@requires(Role.CLERK)
def show_wanted(number: str) -> str:
    """What the applicant still has to bring."""
    return correcting.show_wanted(DESK, number)


@bp.post("/cases/<number>/supply")
@requires(Role.CLERK)
def take_wanted(number: str) -> ResponseReturnValue:
    """Take in what was brought to the window."""
    return correcting.take_wanted(DESK, number)


@bp.post("/cases/<number>/<act>")
@requires(Role.CLERK)
def perform(number: str, act: str) -> Response:
    """One act on the case."""
    try:
        acts.perform(number, act, request.form, current_actor())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_case_page(number, told, act), told.status)
    return redirect(url_for("window.show_case", number=number, done=act), 303)


def _wanted_page() -> str:
    """Where the person was going, as long as it is a page of the desks."""
    wanted = local_path(request.values.get("next", "")) or ""
    return wanted if wanted.startswith(("/window", "/district")) else ""


def _received_page(actor: Actor) -> str:
    """Today's receipts page by page, some of those before, and what waits to be handed over."""
    today = office_date(now())
    after = request.args.get("after") or None
    with reading() as session:
        here = list_received(session, actor, Sought(received_from=today), after=after)
        before = Sought(received_to=today - timedelta(days=1))
        earlier = [] if after else list_received(session, actor, before, limit=EARLIER).cases
        waiting = list_handovers(session, actor, now())
        drafts = list_drafts(session, actor, now())
    return render_template(
        "window/received.html",
        desk=DESK,
        lines=_dated(here.cases),
        more=here.next,
        after=after,
        earlier=_dated(earlier),
        waiting=waiting,
        drafts=len(drafts),
    )


def _dated(lines: list[CaseLine]) -> list[tuple[CaseLine, Any]]:
    return [(line, due_of(line)) for line in lines]


def _case_page(number: str, told: Refused | None, tried: str) -> str:
    actor = current_actor()
    case = view_case(number, actor)
    return render_template(
        "case.html",
        desk=DESK,
        case=case,
        acts=acts.acts_for(case["state"], actor.role),
        done=acts.done_words(request.args.get("done", "")),
        refused=told,
        tried=tried,
        typed=request.form.get("words", ""),
    )


BLUEPRINTS = (bp, visits.bp, papers.bp, agents.bp, mirror.bp, couriers.bp, callers.bp)
