"""The screen turned to the citizen: only what was typed, no way to anywhere else, nothing once the visit is over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.casework import mirrors
from kiosk.casework.draft_submission import PAPERS
from kiosk.casework.mirrors import Reflection
from kiosk.catalogue import Catalogue, catalogue
from kiosk.errors import NotFound
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, current_token, now, public, requires
from kiosk.web.pages.questions import Shown, read_back
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

bp = Blueprint("window_mirror", __name__)
COOKIE, PATH = "kiosk_mirror", "/mirror"
UNMASKED = ("id_number", "phone")


@bp.post("/window/drafts/<number>/mirror")
@requires(Role.CLERK)
def turn(number: str) -> Response:
    """Show this visit on the second screen: the answer leads there, by an address that opens once."""
    address = mirrors.turn(number, current_token() or "", actor=current_actor(), now=now())
    return redirect(url_for("window_mirror.claim", address=address), 303)


@bp.get("/mirror/<address>")
@public
def claim(address: str) -> Response:
    """The second screen opens its address; from then on the address opens nothing."""
    screen = mirrors.claim(address, now=now())
    answer = redirect(url_for("window_mirror.show"), 303)
    secure = not current_app.config["DEMO"]
    answer.set_cookie(COOKIE, screen, httponly=True, samesite="Strict", secure=secure, path=PATH)
    return answer


@bp.get("/mirror")
@public
def show() -> str:
    """What the clerk typed, as it stands."""
    return _page(mirrors.reflect(_screen(), now=now()), None)


@bp.post("/mirror")
@public
def confirm() -> Response:
    """The citizen says that it is right."""
    version = request.form.get("version", "")
    try:
        mirrors.confirm(_screen(), int(version) if version.isdecimal() else 0, now=now())
    except NotFound:
        return redirect(url_for("window_mirror.show"), 303)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(mirrors.reflect(_screen(), now=now()), told), told.status)
    return redirect(url_for("window_mirror.show"), 303)


def _screen() -> str:
    return request.cookies.get(COOKIE, "")


def _page(seen: Reflection | None, told: Refused | None) -> str:
    if seen is None:
        return render_template("window/mirror_over.html")
    held, content = catalogue(), seen.draft.content or {}
    return render_template(
        "window/mirror.html",
        seen=seen,
        item=held.items[seen.draft.item_seq],
        answers=_in_full(held, seen.draft.item_seq, content),
        noted=content.get(PAPERS) or [],
        delivery=content.get("delivery"),
        refused=told,
    )


def _in_full(held: Catalogue, seq: int, content: dict[str, Any]) -> list[Shown]:
    """The answers without masks: who reads them here is who gave them, to find a wrong digit."""
    form, answers = held.forms[seq], content.get("form") or {}
    shown = {line.label: line.words for line in read_back(form, answers, held.world.districts)}
    for field in form.fields:
        if field.type in UNMASKED and answers.get(field.key):
            shown[field.label] = str(answers[field.key])
    return [Shown(label, words) for label, words in shown.items()]
