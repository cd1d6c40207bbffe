"""The papers of a visit: what was brought on paper, files and scans, and what the platform holds already."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework import reuse
from kiosk.casework.materials import (
    ORIGIN_WORDS,
    Origin,
    Source,
    add_material,
    remove_material,
)
from kiosk.casework.precheck import precheck
from kiosk.casework.requirements import FORM_WORDS, Requirement
from kiosk.casework.reusable import Reusable, list_reusable
from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from kiosk.web.window import contents
from kiosk.web.window.contents import Inputs
from kiosk.web.window.lying import Lying, lying
from kiosk.web.window.visits import keep_papers

bp = Blueprint("window_papers", __name__, url_prefix="/window/drafts/<number>/papers")
LONGEST_PURPOSE = 40
USUAL_DAYS = 30


@bp.get("")
@requires(Role.CLERK)
def show(number: str) -> str:
    """Every paper the deciding place asks for, and what of it is there."""
    here = lying(number)
    asked = _asked(number)
    return _page(here, asked, contents.paper_inputs(asked, here.draft.content), None)


@bp.post("")
@requires(Role.CLERK)
def take(number: str) -> Response:
    """Keep the ticks, then do what the button says: add a file, take one out, go on or back."""
    here, asked, given = lying(number), _asked(number), MultiDict(request.form)
    try:
        if faults := contents.paper_faults(asked, given):
            raise InputInvalid("有内容需要改正", fields=faults)
        keep_papers(here, given, contents.with_papers(asked, given, here.draft.content))
        _act(number, given)
    except REFUSALS as error:
        told = refused(error)
        fresh = lying(number)
        if told.status != 409:
            given["version"] = str(fresh.draft.version)
        return make_response(_page(fresh, asked, given, told), told.status)
    return redirect(_onwards(number, given.get("step", "")), 303)


@bp.get("/reuse")
@requires(Role.CLERK)
def show_reuse(number: str) -> str:
    """What the platform holds of this person, with the form of their consent."""
    return _reuse_page(lying(number), MultiDict(), None)


@bp.post("/reuse")
@requires(Role.CLERK)
def take_reuse(number: str) -> Response:
    """Take a licence as an annotated copy, or a file of an earlier case, with the person's consent."""
    here, given = lying(number), MultiDict(request.form)
    try:
        _reuse(number, given)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_reuse_page(here, given, told), told.status)
    return redirect(url_for("window_papers.show", number=number, added="reuse"), 303)


def _act(number: str, given: Inputs) -> None:
    if unwanted := given.get("remove"):
        remove_material(number, unwanted, actor=current_actor(), now=now())
    elif given.get("step") == "file":
        _add_file(number, given)


def _add_file(number: str, given: Inputs) -> None:
    file, name = request.files.get("file"), given.get("file.name", "")
    data = file.read() if file is not None and file.filename else b""
    faults = {} if data else {"file": ["请选择要上传的文件，或把材料放到扫描仪上扫描"]}
    if not name:
        faults["file.name"] = ["请选择是哪一份材料"]
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    origin = Origin.SCAN if given.get("file.origin") == Origin.SCAN else Origin.UPLOAD
    add_material(number, name, data, Source(origin), actor=current_actor(), now=now())


def _reuse(number: str, given: Inputs) -> None:
    kind, _, what = given.get("source", "").partition(":")
    purpose, name = given.get("purpose", "").strip(), given.get("name", "")
    faults = {}
    if kind not in ("licence", "case") or not what:
        faults["source"] = ["请选择要引用的证照或材料"]
    if not name:
        faults["name"] = ["请选择作为哪一份材料"]
    if not 0 < len(purpose) <= LONGEST_PURPOSE:
        faults["purpose"] = [f"请填写用途，不超过 {LONGEST_PURPOSE} 字"]
    until = _day(given.get("until", ""))
    if until is None:
        faults["until"] = ["请填写有效期的最后一天"]
    if faults or until is None:
        raise InputInvalid("有内容需要改正", fields=faults)
    consent = reuse.Consent(bool(given.get("consents")), purpose, until)
    actor = current_actor()
    if kind == "licence":
        reuse.reuse_licence(number, name, what, consent, actor=actor, now=now())
        return
    case, _, file = what.partition("/")
    reuse.reuse_material(number, name, (case, file), consent, actor=actor, now=now())


def _onwards(number: str, step: str) -> str:
    if step == "back":
        return url_for("window_visits.show_form", number=number)
    if step == "check":
        return url_for("window_visits.show_check", number=number)
    if step == "reuse":
        return url_for("window_papers.show_reuse", number=number)
    return url_for("window_papers.show", number=number)


def _asked(number: str) -> list[Requirement]:
    return precheck(number, actor=current_actor(), now=now()).materials


def _page(here: Lying, asked: list[Requirement], given: Inputs, told: Refused | None) -> str:
    names = {paper.name for paper in asked}
    return render_template(
        "window/papers.html",
        here=here,
        asked=asked,
        others=[file for file in here.draft.uploads if file.name not in names],
        given=given,
        form_words=FORM_WORDS,
        origin_words=ORIGIN_WORDS,
        refused=told,
    )


def _reuse_page(here: Lying, given: Inputs, told: Refused | None) -> str:
    today = office_date(now())
    last = today + timedelta(days=current_app.config["REUSE_MOST_DAYS"])
    usual = min(today + timedelta(days=USUAL_DAYS), last)
    found: Reusable = list_reusable(here.number, actor=current_actor(), now=now())
    return render_template(
        "window/reuse.html",
        here=here,
        asked=_asked(here.number),
        found=found,
        until=usual,
        last=last,
        purpose=f"申请{here.item.name}"[:LONGEST_PURPOSE],
        given=given,
        refused=told,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
