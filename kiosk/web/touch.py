"""The machine's screen: big buttons, the card, the second proof, and paper that comes out once."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.casework import receipt_prints, unknown_paper
from kiosk.casework.printing_results import print_copy
from kiosk.catalogue import catalogue
from kiosk.demo import MACHINE
from kiosk.errors import NotFound
from kiosk.identity.actors import Role
from kiosk.identity.queries import get_person_digest
from kiosk.licences.queries import list_copies_for
from kiosk.machines import proofs, taking, visits
from kiosk.machines.prints import get_print
from kiosk.machines.queries import find_visit
from kiosk.machines.stand_in import take_screen
from kiosk.uow import reading
from kiosk.web import demo
from kiosk.web.access import current_actor, current_token, now, public, requires
from kiosk.web.finding import list_themes
from kiosk.web.pages import cookies, correcting, mine
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.browsing import find_on_page, guide_on_page
from kiosk.web.pages.draft_routes import add_draft_pages
from kiosk.web.pages.my_routes import add_rating_pages
from kiosk.web.pages.print_words import print_words
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from kiosk.web.pages.typing import candidates
from kiosk.web.pages.views import current_view
from kiosk.web.public import local_path, status_page

bp = Blueprint("touch", __name__, url_prefix="/touch")
DESK = Desk(layout="touch/base.html", name="touch", at_machine=True)
add_draft_pages(bp, DESK)
add_rating_pages(bp, DESK, "/cases")
NO_VISIT = "none"


@bp.context_processor
def machine_frame() -> dict[str, Any]:
    """The visit whose screen this is, and in the demo the people whose cards can be laid down."""
    people = demo.provider().list_people() if current_app.config["DEMO"] else []
    return {
        "visit": current_visit(),
        "people": people,
        "card_lies": _card_lies(),
        "view": current_view(),
    }


def current_visit() -> visits.VisitView | None:
    """The running session at this machine, or None."""
    token = current_token()
    if token is None or not token.startswith("m_"):
        return None
    with reading() as session:
        visit = find_visit(session, token, now())
        return None if visit is None else visits.view_visit(session, visit)


@bp.get("")
@public
def home() -> Response:
    """Three things to do; whoever left by taking the card away leaves no wish for the screen behind."""
    answer = make_response(render_template("touch/home.html", desk=DESK))
    if request.args.get("left"):
        cookies.forget_visit(answer)
    return answer


@bp.get("/state")
@public
def state() -> Response:
    """Whether the card lies there and its holder is proven; the page asks this while it waits."""
    visit = current_visit()
    return jsonify(state=NO_VISIT if visit is None else visit.state)


@bp.post("/view")
@public
def switch_view() -> Response:
    """Larger, in high contrast or in English; and back."""
    answer = redirect(_own_page(request.form.get("back", "")) or url_for("touch.home"), 303)
    cookies.switch_view(answer, request.form.get("mode", ""))
    return answer


@bp.post("/typing")
@public
def offer_words() -> Response:
    """Chinese for the pinyin typed so far; sent in the body, because it may spell a person's name."""
    found = candidates(catalogue(), request.form.get("typed", ""))
    return jsonify(candidates=[candidate._asdict() for candidate in found])


@bp.get("/items")
@public
def find_items() -> str:
    """Items by words or theme."""
    held = catalogue()
    found = find_on_page(held, request.args)
    return render_template("touch/items.html", desk=DESK, found=found, themes=list_themes(held))


@bp.get("/items/<int:seq>")
@public
def show_guide(seq: int) -> str:
    """What to bring, before anything else."""
    return render_template("guide.html", desk=DESK, item=guide_on_page(seq))


@bp.get("/card")
@public
def card() -> Response:
    """Wait for the card, then ask for the second proof; who is proven goes on."""
    return _card_page(None)


@bp.post("/card/code")
@public
def send_code() -> Response:
    """Send a message code to the phone on file."""
    try:
        proofs.send_code(current_token() or "", now=now())
    except REFUSALS as error:
        return _card_page(refused(error))
    return redirect(url_for("touch.card", next=_next(), by="code", sent="yes"), 303)


@bp.post("/card/proof")
@public
def prove() -> Response:
    """The PIN, the message code, or the face."""
    kind = request.form.get("kind", "")
    kind = kind if kind in ("code", "face") else "pin"
    try:
        proofs.prove_person(
            current_token() or "", kind, request.form.get("secret", "").strip(), now=now()
        )
    except REFUSALS as error:
        return _card_page(refused(error))
    return redirect(_next() or url_for("touch.home"), 303)


@bp.get("/licences")
@requires(Role.CITIZEN)
def licences() -> str:
    """The originals this person may take."""
    return _licences_page(None)


@bp.post("/licences")
@requires(Role.CITIZEN)
def print_licence() -> Response:
    """Print one original; a second one is refused."""
    identifier, label = request.form.get("identifier", ""), request.form.get("label", "")
    try:
        job = print_copy(identifier, label, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_licences_page(told), told.status)
    return redirect(url_for("touch.show_print", number=job), 303)


@bp.get("/prints/<number>")
@requires(Role.CITIZEN)
def show_print(number: str) -> str:
    """What the printer is doing, as the machine reports it."""
    with reading() as session:
        job = get_print(session, number, current_actor())
        told = unknown_paper.find_help(session, number, now())
    said = print_words(job)
    return render_template("touch/print.html", desk=DESK, job=job, said=said, told=told)


@bp.post("/prints/<number>/taken")
@requires(Role.CITIZEN)
def confirm_taken(number: str) -> Response:
    """The person has the paper in their hands."""
    taking.confirm_taken(number, actor=current_actor(), now=now())
    return redirect(url_for("touch.show_print", number=number), 303)


@bp.get("/cases")
@requires(Role.CITIZEN)
def cases() -> str:
    """What the person began and what they handed in."""
    return mine.show_mine(DESK)


@bp.get("/cases/<number>")
@requires(Role.CITIZEN)
def show_case(number: str) -> str:
    """One of the person's own cases."""
    return mine.show_case(DESK, number)


@bp.get("/cases/<number>/receipt")
@requires(Role.CITIZEN)
def show_receipt(number: str) -> str:
    """The receipt, with the query code and what the printer is doing with it."""
    return _receipt_page(number, None)


@bp.post("/cases/<number>/receipt")
@requires(Role.CITIZEN)
def print_receipt_again(number: str) -> Response:
    """Print the receipt once more."""
    try:
        job = receipt_prints.print_receipt(number, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_receipt_page(number, told), told.status)
    return redirect(url_for("touch.show_print", number=job), 303)


def _receipt_page(number: str, told: Refused | None) -> str:
    with reading() as session:
        job = receipt_prints.find_receipt_print(session, number, current_actor())
    said = print_words(job) if job else None
    return mine.show_receipt(DESK, number, job=job, said=said, refused=told)


@bp.get("/cases/<number>/supply")
@requires(Role.CITIZEN)
def show_wanted(number: str) -> str:
    """What is still to be corrected."""
    return correcting.show_wanted(DESK, number)


@bp.post("/cases/<number>/supply")
@requires(Role.CITIZEN)
def take_wanted(number: str) -> ResponseReturnValue:
    """Take in what was corrected."""
    return correcting.take_wanted(DESK, number)


@bp.get("/status")
@public
def ask_status() -> str:
    """Ask for the number and the query code of a receipt."""
    return render_template("status.html", desk=DESK, given={}, case=None, refused=None)


@bp.post("/status")
@public
def show_status() -> Response:
    """Where the case stands, without names."""
    return status_page(DESK)


@bp.post("/leave")
@public
def leave() -> Response:
    """Sign out at the machine and wipe the screen."""
    token = current_token()
    visit = current_visit()
    if token is not None and visit is not None and visit.state != "waiting":
        visits.leave(token, now=now())
    answer = redirect(url_for("touch.home", left="yes"), 303)
    if visit is None or visit.state != "waiting":
        cookies.forget_all(answer)
    return answer


@bp.post("/demo/screen")
@public
def take_demo_screen() -> Response:
    """In the demo, let this browser be the machine's screen."""
    _require_demo()
    try:
        token, expires_at = take_screen(MACHINE, now=now())
    except REFUSALS as error:
        page = render_template("touch/home.html", desk=DESK, refused=refused(error))
        return make_response(page, refused(error).status)
    answer = redirect(_next() or url_for("touch.home"), 303)
    cookies.keep_session(answer, token, expires_at)
    return answer


@bp.post("/demo/card")
@public
def lay_demo_card() -> Response:
    """In the demo, lay an invented person's card on the reader, or take it away."""
    _require_demo()
    person = request.form.get("person", "")
    if not person:
        demo.take_card_away()
        return redirect(url_for("touch.home", left="yes"), 303)
    demo.lay_card(person)
    return redirect(url_for("touch.card", next=_next()), 303)


def _card_page(told: Refused | None) -> Response:
    visit = current_visit()
    if visit is not None and visit.state == "proven" and _next():
        return redirect(_next(), 303)
    by = request.values.get("by") or request.form.get("kind") or "pin"
    page = render_template(
        "touch/card.html",
        desk=DESK,
        next=_next(),
        by=by,
        refused=told,
        sent=request.args.get("sent"),
    )
    return make_response(page, told.status if told else 200)


def _licences_page(told: Refused | None) -> str:
    with reading() as session:
        copies = list_copies_for(session, get_person_digest(session, current_actor()))
    return render_template("touch/licences.html", desk=DESK, copies=copies, refused=told)


def _next() -> str:
    """Where the person was going, as long as it is a page of the machine's screen."""
    return _own_page(request.values.get("next", ""))


def _own_page(address: str) -> str:
    wanted = local_path(address) or ""
    return wanted if wanted.startswith("/touch") else ""


def _card_lies() -> bool:
    return bool(current_app.config["DEMO"]) and demo.card_path().exists()


def _require_demo() -> None:
    if not current_app.config["DEMO"]:
        raise NotFound("没有这个地址")
