"""The pages anyone may open, and what a signed-in citizen does at home: find, apply, follow, verify."""

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
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kiosk.casework.guesses import counted_guess
from kiosk.casework.queries import get_case_by_code
from kiosk.casework.states import State
from kiosk.casework.views import case_masked
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity import commands
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web import checking
from kiosk.web.access import current_actor, current_token, find_current_actor, now, public, requires
from kiosk.web.finding import list_themes
from kiosk.web.pages import acts, cookies, correcting, mine
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.browsing import find_on_page, guide_on_page
from kiosk.web.pages.case_view import due_of, holder_words, progress, tone
from kiosk.web.pages.draft_routes import add_draft_pages
from kiosk.web.pages.my_routes import add_my_pages
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from kiosk.web.pages.words import add_words

bp = Blueprint("public", __name__)
add_words(bp)
DESK = Desk(layout="base.html", name="public")
add_draft_pages(bp, DESK, "/my")
add_my_pages(bp, DESK, "/my")
OFTEN = ("开分公司", "社保转移", "公积金贷款", "身份证丢了", "异地就医")
LONGEST_CODE_TEXT = 1000
LONGEST_ASKED = 120


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """What the frame of every page asks; who is signed in is looked up only where it is shown."""
    return {
        "demo": current_app.config["DEMO"],
        "signed_in": find_current_actor,
        "today": office_date(now()),
        "Role": Role,
        "tone": tone,
    }


@bp.get("/")
@public
def home() -> str:
    """Search, themes, and where else to go."""
    return render_template("home.html", themes=list_themes(catalogue()), often=OFTEN)


@bp.post("/view")
@public
def switch_view() -> Response:
    """In English; and back."""
    answer = redirect(local_path(request.form.get("back", "")) or url_for("public.home"), 303)
    cookies.switch_view(answer, request.form.get("mode", ""))
    return answer


@bp.get("/items")
@public
def find_items() -> str:
    """Items by words, audience or theme."""
    held = catalogue()
    found = find_on_page(held, request.args)
    return render_template("items.html", desk=DESK, found=found, themes=list_themes(held))


@bp.get("/items/<int:seq>")
@public
def show_guide(seq: int) -> str:
    """What to bring, how long it takes, what comes out."""
    return render_template("guide.html", desk=DESK, item=guide_on_page(seq))


@bp.get("/sign-in")
@public
def sign_in() -> str:
    """The stand-in of the identity platform, in the demo only."""
    return _sign_in_page(None)


@bp.post("/sign-in")
@public
def take_sign_in() -> Response:
    """Back from the identity platform: exchange the ticket and go where the person wanted to go."""
    if not current_app.config["DEMO"]:
        raise NotFound("请从省级政务服务平台登录")
    provider = current_app.extensions["identity_provider"]
    try:
        identity = provider.exchange(provider.issue_ticket(request.form.get("person", "")))
    except REFUSALS as error:
        return make_response(_sign_in_page(refused(error)), refused(error).status)
    minutes = current_app.config["SESSION_MINUTES"]
    token, _ = commands.sign_in_citizen(identity, now=now(), minutes=minutes)
    answer = redirect(local_path(request.form.get("next", "")) or url_for("public.my"), 303)
    cookies.keep_session(answer, token, now() + timedelta(minutes=minutes))
    return answer


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session, whoever's it is."""
    token = current_token()
    if token is not None:
        commands.sign_out(token, now=now())
    answer = redirect(url_for("public.home"), 303)
    cookies.forget_all(answer)
    return answer


@bp.get("/my")
@requires(Role.CITIZEN)
def my() -> str:
    """What the person began and what they handed in."""
    return mine.show_mine(DESK)


@bp.get("/my/<number>")
@requires(Role.CITIZEN)
def show_case(number: str) -> str:
    """One of the person's own cases."""
    return mine.show_case(DESK, number)


@bp.get("/my/<number>/receipt")
@requires(Role.CITIZEN)
def show_receipt(number: str) -> str:
    """The receipt, with the query code while this browser still holds it."""
    return mine.show_receipt(DESK, number)


@bp.post("/my/<number>/withdraw")
@requires(Role.CITIZEN)
def withdraw(number: str) -> Response:
    """Take the application back."""
    try:
        acts.perform(number, "withdraw", request.form, current_actor())
    except REFUSALS as error:
        told = refused(error)
        return make_response(mine.show_case(DESK, number, told), told.status)
    return redirect(url_for("public.show_case", number=number, done="withdraw"), 303)


@bp.get("/my/<number>/supply")
@requires(Role.CITIZEN)
def show_wanted(number: str) -> str:
    """What is still to be corrected."""
    return correcting.show_wanted(DESK, number)


@bp.post("/my/<number>/supply")
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


@bp.get("/verify")
@public
def ask_verify() -> str:
    """Ask for a PDF or the text of a 核验码."""
    return _verify_page({}, None, None)


@bp.post("/verify")
@public
def verify() -> Response:
    """Genuine? Still valid?"""
    given = {name: request.form.get(name, "").strip() for name in ("text", "identifier", "holder")}
    try:
        verdict = _judge(request.files.get("paper"), given)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_verify_page(given, None, told), told.status)
    return make_response(_verify_page(given, verdict, None))


def status_page(desk: Desk) -> Response:
    """The answer to number and query code, at home or at a machine."""
    given = {name: request.form.get(name, "").strip() for name in ("number", "query_code")}
    told, case = None, None
    try:
        case = _masked(given["number"], given["query_code"])
    except REFUSALS as error:
        told = refused(error)
    page = render_template("status.html", desk=desk, given=given, case=case, refused=told)
    return make_response(page, told.status if told else 200)


def local_path(wanted: str) -> str | None:
    """The address if it is a path of our own, else None: a sign-in must not lead anywhere else."""
    safe = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if safe and wanted.isprintable() else None


def _masked(number: str, query_code: str) -> dict[str, Any]:
    empty = {"number": number, "query_code": query_code}
    if faults := {name: ["请填写"] for name, value in empty.items() if not value}:
        raise InputInvalid(fields=faults)
    with counted_guess(number, now=now()), reading() as session:
        case = get_case_by_code(session, number, query_code)
        shown = case_masked(session, case, now()) | {"delivery": case.delivery}
        shown["statutory_due_on"] = case.statutory_due_on
    stages = progress(State(shown["state"]))
    return shown | {"progress": stages, "holder": holder_words(shown), "due": due_of(shown)}


def _verify_page(
    given: dict[str, str], verdict: dict[str, Any] | None, told: Refused | None
) -> str:
    return render_template("verify.html", given=given, verdict=verdict, refused=told)


def _judge(paper: FileStorage | None, given: dict[str, str]) -> dict[str, Any]:
    """The verdict on the file, else the code, else the identifier. Raises InputInvalid and as the checks do."""
    data = paper.read() if paper is not None and paper.filename else b""
    text = given["text"]
    if len(text) > LONGEST_CODE_TEXT:
        raise InputInvalid(fields={"text": ["这段文字太长，不是核验码的内容"]})
    if data:
        return checking.check_file(data)
    if text:
        return checking.check_code(text)
    return checking.check_identifier(*_asked_by_hand(given))


def _asked_by_hand(given: dict[str, str]) -> tuple[str, str]:
    """Identifier and holder as typed. Raises InputInvalid."""
    asked = {"identifier": given["identifier"], "holder": given["holder"]}
    if not any(asked.values()):
        raise InputInvalid(fields={"paper": ["请选择 PDF 文件，或填写下面的一种内容"]})
    faults = {name: ["请填写"] for name, value in asked.items() if not value}
    faults |= {name: ["内容太长"] for name, value in asked.items() if len(value) > LONGEST_ASKED}
    if faults:
        raise InputInvalid(fields=faults)
    return asked["identifier"], asked["holder"]


def _sign_in_page(told: Refused | None) -> str:
    provider = current_app.extensions["identity_provider"]
    people = provider.list_people() if current_app.config["DEMO"] else []
    wanted = local_path(request.values.get("next", "")) or ""
    return render_template("sign_in.html", people=people, next=wanted, refused=told)
