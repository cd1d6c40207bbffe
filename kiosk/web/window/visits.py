"""A visit at the window: the draft from the card to the receipt, saved as typed, step by step."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework import drafts
from kiosk.casework.draft_queries import list_drafts
from kiosk.casework.mirrors import is_confirmed
from kiosk.casework.precheck import precheck
from kiosk.casework.receiving import channel_mode, channel_of
from kiosk.catalogue import catalogue
from kiosk.identity.actors import Role
from kiosk.machines.queries import list_machines
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.drafts import hand_in
from kiosk.web.api.items import guide
from kiosk.web.pages import cookies
from kiosk.web.pages.applications import Desk, fresh_inputs, hidden_keys, read_applicant, ways_of
from kiosk.web.pages.questions import division_groups, questions_of, read_back
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from kiosk.web.pages.words import moment
from kiosk.web.window import contents
from kiosk.web.window.contents import Inputs
from kiosk.web.window.lying import Lying, lying
from kiosk.web.window.provinces import side_by_side

bp = Blueprint("window_visits", __name__, url_prefix="/window/drafts")
DESK = Desk(layout="window/base.html", name="window", for_others=True)
FORM, PAPERS = "form", "papers"
LONGEST_KEY = 64


def show_card(seq: int) -> str:
    """The first page of a visit: the applicant's card. Raises what the item refuses."""
    _require_open(seq)
    return _card_page(seq, MultiDict(), None)


def begin(seq: int) -> Response:
    """The card was read: keep a draft with what it tells, and go on with the form."""
    _require_open(seq)
    given: Inputs = MultiDict(request.form)
    form = catalogue().forms[seq]
    try:
        applicant = read_applicant(given)
        content = contents.with_form(form, fresh_inputs(form, applicant), {})
        opened = drafts.begin(seq, content, applicant=applicant, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_card_page(seq, given, told), told.status)
    return _opened(opened)


@bp.get("")
@requires(Role.CLERK)
def show_all() -> str:
    """What lies at this desk, and the way to resume what was begun elsewhere."""
    return _list_page(MultiDict(), None)


@bp.post("")
@requires(Role.CLERK)
def resume() -> Response:
    """Card and code open a draft that was begun elsewhere."""
    given: Inputs = MultiDict(request.form)
    try:
        applicant = read_applicant(given)
        code = given.get("code", "").strip()
        opened = drafts.resume(
            code, applicant=applicant, key=None, actor=current_actor(), now=now()
        )
    except REFUSALS as error:
        told = refused(error)
        return make_response(_list_page(given, told), told.status)
    return _opened(opened)


@bp.get("/<number>")
@requires(Role.CLERK)
def show_form(number: str) -> str:
    """The form as it was left; ``told`` in the address shows what it still lacks."""
    here = lying(number)
    faults = here.faults() if request.args.get("told") else {}
    told = Refused(200, "有内容需要改正，已逐项标出", faults=faults) if faults else None
    return _form_page(here, contents.inputs_of(here.form, here.draft.content), told)


@bp.post("/<number>")
@requires(Role.CLERK)
def take_form(number: str) -> Response:
    """Keep the form; faults are told, but keep nobody from going on with the papers."""
    here, given = lying(number), MultiDict(request.form)
    step = given.get("step", "")
    try:
        _keep(here, given, contents.with_form(here.form, given, here.draft.content))
    except REFUSALS as error:
        told = refused(error)
        return make_response(_form_page(here, given, told), told.status)
    if step == "save":
        return redirect(url_for("window_visits.show_all", kept="yes"), 303)
    faults = lying(number).faults()
    if faults and step != "anyway":
        return redirect(url_for("window_visits.show_form", number=number, told="yes"), 303)
    return redirect(url_for("window_papers.show", number=number), 303)


@bp.post("/<number>/saving")
@requires(Role.CLERK)
def save(number: str) -> Response:
    """Keep what was typed while it is being typed; the answer names the version that the next saving names."""
    here, given = lying(number), MultiDict(request.form)
    content = here.draft.content
    if given.get("page") == PAPERS:
        asked = precheck(number, actor=current_actor(), now=now()).materials
        content = contents.with_papers(asked, given, content)
    else:
        content = contents.with_form(here.form, given, content)
    try:
        version = _keep(here, given, content)
    except REFUSALS as error:
        told = refused(error)
        return make_response(jsonify(words=told.detail or told.title), told.status)
    return jsonify(version=version, words=f"已保存，{moment(now())}")


@bp.get("/<number>/check")
@requires(Role.CLERK)
def show_check(number: str) -> str:
    """What the deciding place will look at, before anything is received."""
    return _check_page(lying(number), None)


@bp.post("/<number>/check")
@requires(Role.CLERK)
def receive(number: str) -> Response:
    """Receive: the draft becomes a case, and the receipt shows its code once."""
    version, key = request.form.get("version", ""), request.form.get("key", "")[:LONGEST_KEY]
    try:
        receipt = hand_in(
            number,
            int(version) if version.isdecimal() else 0,
            key or None,
            insists=bool(request.form.get("insists")),
            actor=current_actor(),
        )
    except REFUSALS as error:
        told = refused(error)
        return make_response(_check_page(lying(number), told), told.status)
    answer = redirect(url_for("window.show_receipt", number=receipt.number), 303)
    cookies.keep_query_code(answer, receipt.number, receipt.query_code)
    return answer


@bp.post("/<number>/code")
@requires(Role.CLERK)
def renew_code(number: str) -> Response:
    """A new code to resume with elsewhere; the one before ends."""
    return _opened(drafts.renew_code(number, actor=current_actor(), now=now()))


@bp.post("/<number>/discarding")
@requires(Role.CLERK)
def discard(number: str) -> Response:
    """Wipe the draft and its files at once."""
    drafts.discard(number, actor=current_actor(), now=now())
    return redirect(url_for("window_visits.show_all", gone="yes"), 303)


def keep_papers(here: Lying, given: Inputs, content: dict[str, Any]) -> int:
    """Keep the list of papers; answers the new version. Raises StaleVersion."""
    return _keep(here, given, content)


def _keep(here: Lying, given: Inputs, content: dict[str, Any]) -> int:
    version, edition = given.get("version", ""), given.get("item_version", "")
    return drafts.save(
        here.number,
        content,
        version=int(version) if version.isdecimal() else 0,
        item_version=int(edition) if edition.isdecimal() else None,
        actor=current_actor(),
        now=now(),
    )


def _opened(opened: drafts.Opened) -> Response:
    answer = redirect(url_for("window_visits.show_form", number=opened.number), 303)
    cookies.keep_query_code(answer, opened.number, opened.code)
    return answer


def _require_open(seq: int) -> None:
    """Raises UnknownItem, ItemCancelled, ItemNotOffered."""
    held = catalogue()
    held.world.require_offered(seq)
    channel_mode(held.items[seq].modes, channel_of(current_actor()))


def _card_page(seq: int, given: Inputs, told: Refused | None) -> str:
    item = guide(catalogue(), seq)
    return render_template("window/card.html", desk=DESK, item=item, given=given, refused=told)


def _list_page(given: Inputs, told: Refused | None) -> str:
    with reading() as session:
        found = list_drafts(session, current_actor(), now())
    lines = [(draft, catalogue().items[draft.item_seq].name) for draft in found]
    return render_template("window/drafts.html", lines=lines, given=given, refused=told)


def _form_page(here: Lying, given: Inputs, told: Refused | None) -> str:
    held = catalogue()
    with reading() as session:
        machines = list_machines(session)
    hidden = hidden_keys(here.form)
    return render_template(
        "window/form.html",
        here=here,
        code=cookies.find_query_code(here.number),
        edition=held.items[here.item.seq].version,
        questions=questions_of(here.form, given, told.faults if told else {}, hidden),
        divisions=division_groups(held.world.districts),
        ways=ways_of(held, here.item.seq, DESK),
        machines=machines,
        given=given,
        refused=told,
    )


def _check_page(here: Lying, told: Refused | None) -> str:
    held = catalogue()
    found = precheck(here.number, actor=current_actor(), now=now())
    answers = here.draft.content.get("form") or {}
    with reading() as session:
        version = here.draft.version
        confirmed = is_confirmed(session, here.number, version, current_actor())
    return render_template(
        "window/check.html",
        confirmed=confirmed,
        here=here,
        found=found,
        lacking=[paper.lacking for paper in found.materials if paper.required and paper.lacking],
        sides=side_by_side(found.provinces),
        shown=read_back(here.form, answers, held.world.districts),
        key=secrets.token_hex(12),
        insists=bool(request.form.get("insists")),
        refused=told,
    )
