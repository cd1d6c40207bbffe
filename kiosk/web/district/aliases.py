"""The words people use for an item: a district's editor proposes them, another accepts or rejects them."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalog_desk import aliases as desk
from kiosk.catalogue import catalogue
from kiosk.errors import NotFound
from kiosk.identity.actors import Role
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.aliases import ACCEPTED, PROPOSED, REJECTED, list_aliases
from services_catalog.errors import UnknownItem

bp = Blueprint("district_aliases", __name__, url_prefix="/district/items/<int:seq>/aliases")
STATUS_WORDS = {PROPOSED: "等待审核", ACCEPTED: "可以搜到", REJECTED: "未采用"}
SAID = {
    "propose": "已提出，请另一位事项管理员审核。",
    "accept": "已采用，现在就能搜到。",
    "reject": "已标明不采用。",
}


@bp.get("")
@requires(Role.EDITOR)
def show(seq: int) -> str:
    """The words of an item, in whatever state."""
    return _page(seq, None)


@bp.post("")
@requires(Role.EDITOR)
def propose(seq: int) -> Response:
    """Propose words."""
    try:
        desk.propose_alias(seq, request.form.get("words", ""), actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(seq, told), told.status)
    return redirect(url_for("district_aliases.show", seq=seq, done="propose"), 303)


@bp.post("/<int:number>/<act>")
@requires(Role.EDITOR)
def review(seq: int, number: int, act: str) -> Response:
    """Accept words that another proposed, or reject them, also later."""
    try:
        if act not in ("accept", "reject"):
            raise NotFound("没有这项操作")
        accept = act == "accept"
        desk.review_alias(seq, number, accept=accept, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(seq, told), told.status)
    return redirect(url_for("district_aliases.show", seq=seq, done=act), 303)


def _page(seq: int, told: Refused | None) -> str:
    item = catalogue().items.get(seq)
    if item is None:
        raise UnknownItem(seq)
    with reading() as session:
        held = list_aliases(session, seq)
    return render_template(
        "district/aliases.html",
        item=item,
        aliases=held,
        districts=catalogue().world.districts,
        status_words=STATUS_WORDS,
        own=current_actor().number,
        given=request.form,
        refused=told,
        done=SAID.get(request.args.get("done", "")),
    )
