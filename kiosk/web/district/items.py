"""Items and their versions at the editor's desk: draft, difference, review by another person, publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalog_desk import items as desk
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor, Role
from kiosk.identity.queries import staff_names
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district import province_fields
from kiosk.web.district.typed import day_of
from kiosk.web.pages.browsing import find_on_page
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog import aliases, versions
from services_catalog.differences import FIELD_WORDS, Change, difference, value_words
from services_catalog.divergences import (
    COMPARED,
    PROVINCES,
    Divergence,
    list_divergences,
    report_divergences,
)
from services_catalog.items import CHOICES
from services_catalog.models import DRAFT, FINAL, IN_REVIEW, PUBLISHED, ItemVersion

bp = Blueprint("district_items", __name__, url_prefix="/district/items")
WHOLE_NUMBERS = ("promised_days", "legal_days")
LISTS = ("materials", "conditions", "aliases")
TEXTS = ("name", "result_document", "note")
WAITING_SHOWN = 50
UNIT = "legal_unit"
EDITED = (*TEXTS, *WHOLE_NUMBERS, UNIT, *LISTS)


@dataclass(frozen=True)
class Line:
    """A version as the list shows it: what it changed, and who answers for it."""

    number: int
    status: str
    status_words: str
    effective_from: date
    effective_to: date | None
    author: str
    reviewer: str | None
    changes: list[Change]
    content: dict[str, Any]
    unexplained: list[Divergence]


@bp.get("")
@requires(Role.EDITOR)
def find() -> str:
    """Look for an item to keep; whatever waits for a reviewer stands on the first page."""
    found = find_on_page(catalogue(), request.args)
    versions_waiting, aliases_waiting = [], []
    if not found.words:
        with reading() as session:
            versions_waiting = versions.list_in_review(session, WAITING_SHOWN)
            aliases_waiting = aliases.list_aliases(session, status=aliases.PROPOSED)[:WAITING_SHOWN]
    return render_template(
        "district/items.html",
        found=found,
        versions=versions_waiting,
        aliases=aliases_waiting,
        items=catalogue().items,
        shown=WAITING_SHOWN,
        own=current_actor().number,
    )


@bp.get("/divergences")
@requires(Role.EDITOR)
def divergences() -> str:
    """Where the two provinces ask or promise different things, and why."""
    with reading() as session:
        found = list(report_divergences(session, office_date(now())))
    return render_template("district/divergences.html", found=found)


@bp.get("/<int:seq>")
@requires(Role.EDITOR)
def show(seq: int) -> str:
    """Every version of an item, newest first, with its differences and what can be done with it."""
    return _item_page(seq, None)


@bp.get("/<int:seq>/draft")
@requires(Role.EDITOR)
def write(seq: int) -> str:
    """The next version as a form, filled with what is published now."""
    return _draft_page(seq, _as_given(_newest(seq).content), None)


@bp.post("/<int:seq>/draft")
@requires(Role.EDITOR)
def draft(seq: int) -> Response:
    """Keep what was changed as a draft; everything else goes on as it was."""
    given = _given()
    try:
        changes = _changes(_newest(seq).content, given)
        first = day_of("effective_from", given["effective_from"])
        made = desk.draft_version(seq, changes, first, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_draft_page(seq, given, told), told.status)
    return redirect(url_for("district_items.show", seq=seq, done="draft", at=made.version), 303)


@bp.get("/<int:seq>/versions/<int:number>/draft")
@requires(Role.EDITOR)
def write_further(seq: int, number: int) -> str:
    """A draft as a form, filled with what it says."""
    held = _version(seq, number)
    first = {"effective_from": held.effective_from.isoformat()}
    return _draft_page(seq, _as_given(held.content) | first, None)


@bp.post("/<int:seq>/versions/<int:number>/draft")
@requires(Role.EDITOR)
def redraft(seq: int, number: int) -> Response:
    """Keep what was changed of a draft, for example of one that was given back."""
    given = _given()
    try:
        changes = _changes(_version(seq, number).content, given)
        first = day_of("effective_from", given["effective_from"])
        desk.rewrite_version(seq, number, changes, first, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_draft_page(seq, given, told), told.status)
    return redirect(url_for("district_items.show", seq=seq, done="draft", at=number), 303)


@bp.post("/<int:seq>/versions/<int:number>/<act>")
@requires(Role.EDITOR)
def perform(seq: int, number: int, act: str) -> Response:
    """Hand in, give back, publish or retire a version."""
    try:
        if act not in ACTS:
            raise InputInvalid("没有这一步")
        ACTS[act](seq, number, request.form, current_actor())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_item_page(seq, told), told.status)
    return redirect(url_for("district_items.show", seq=seq, done=act, at=number), 303)


def _submit(seq: int, number: int, given: Mapping[str, str], actor: Actor) -> None:
    desk.submit_version(seq, number, actor=actor, now=now())


def _give_back(seq: int, number: int, given: Mapping[str, str], actor: Actor) -> None:
    desk.return_version(seq, number, _words(given), actor=actor, now=now())


def _publish(seq: int, number: int, given: Mapping[str, str], actor: Actor) -> None:
    desk.publish_version(seq, number, actor=actor, now=now())


def _retire(seq: int, number: int, given: Mapping[str, str], actor: Actor) -> None:
    last = day_of("last_day", given.get("last_day", ""))
    desk.retire_version(seq, number, last, _words(given), actor=actor, now=now())


ACTS: dict[str, Callable[[int, int, Mapping[str, str], Actor], None]] = {
    "submission": _submit,
    "return": _give_back,
    "publication": _publish,
    "retirement": _retire,
}
DONE = {
    "draft": "草稿已保存，还没有对外生效。",
    "submission": "已提交审核，请另一位事项管理员审核发布。",
    "return": "已退回起草人。",
    "publication": "已发布，从生效之日起按新版本收件。",
    "retirement": "已停用。",
}


def _item_page(seq: int, told: Refused | None) -> str:
    lines = _lines(seq)
    with reading() as session:
        names = staff_names(
            session, (who for line in lines for who in (line.author, line.reviewer))
        )
    return render_template(
        "district/item.html",
        seq=seq,
        lines=lines,
        names=names,
        refused=told,
        done=DONE.get(request.args.get("done", "")),
        can={DRAFT: "submission", IN_REVIEW: "publication", PUBLISHED: "retirement"},
    )


def _lines(seq: int) -> list[Line]:
    today = office_date(now())
    with reading() as session:
        held = versions.list_versions(session, seq)
        return [
            _line(version, versions.find_version_before(session, version), today)
            for version in reversed(held)
        ]


def _line(version: ItemVersion, before: ItemVersion | None, today: date) -> Line:
    standing = versions.standing(version, today)
    return Line(
        version.version,
        standing,
        versions.STATUS_WORDS[standing],
        version.effective_from,
        version.effective_to,
        version.author,
        version.reviewer,
        difference(before.content, version.content) if before else [],
        version.content,
        [entry for entry in list_divergences(version.content) if not entry.justification],
    )


def _newest(seq: int) -> ItemVersion:
    """The newest published version, from which the next one is written. Raises UnknownVersion."""
    with reading() as session:
        published = [v for v in versions.list_versions(session, seq) if v.status in FINAL]
        return versions.get_version(session, seq, published[-1].version if published else 1)


def _version(seq: int, number: int) -> ItemVersion:
    """The item's version of that number. Raises UnknownVersion."""
    with reading() as session:
        return versions.get_version(session, seq, number)


def _given() -> dict[str, str]:
    names = (*EDITED, *province_fields.INPUTS, "effective_from")
    return {name: request.form.get(name, "") for name in names}


def _as_given(content: Mapping[str, Any]) -> dict[str, str]:
    """A content as it stands in the form."""
    shared = {name: _as_typed(content.get(name)) for name in EDITED}
    return shared | province_fields.as_typed(content)


def _draft_page(seq: int, given: Mapping[str, str], told: Refused | None) -> str:
    name = _newest(seq).content["name"]
    return render_template(
        "district/draft.html",
        seq=seq,
        name=name,
        given=given,
        refused=told,
        words=FIELD_WORDS,
        texts=TEXTS,
        numbers=WHOLE_NUMBERS,
        lists=LISTS,
        units=[(unit, value_words(unit)) for unit in CHOICES[UNIT]],
        compared=COMPARED,
        provinces=PROVINCES,
        own=any(given.get(place) for place in province_fields.INPUTS),
        names=[*EDITED, *province_fields.INPUTS, "effective_from"],
    )


def _changes(before: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The fields that were typed otherwise than they stood. Raises InputInvalid."""
    changes: dict[str, Any] = {}
    for name in EDITED:
        if given[name].strip() != _as_typed(before.get(name)).strip():
            changes[name] = as_meant(name, given[name].strip())
    return changes | province_fields.changes_of(before, given)


def _as_typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def as_meant(name: str, typed: str) -> Any:
    """The value of a field as it was typed. Raises InputInvalid."""
    if name in LISTS:
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if name not in WHOLE_NUMBERS:
        return typed
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 5:
        raise InputInvalid(fields={name: ["请填写整数天数，没有期限就留空"]})
    return int(typed)


def _words(given: Mapping[str, str]) -> str:
    words = given.get("words", "").strip()
    if not words:
        raise InputInvalid(fields={"words": ["请写明理由"]})
    return words[:500]
