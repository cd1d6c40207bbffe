"""Registering an item that no list has, on a form; its first version goes the way of every version."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.catalog_desk import items as desk
from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.items import LISTS, WHOLE_NUMBERS, as_meant
from kiosk.web.district.typed import typed_day
from kiosk.web.pages.refusals import REFUSALS, Faults, Refused, refused
from services_catalog.contents import BLANK
from services_catalog.differences import FIELD_WORDS, value_words
from services_catalog.items import CHOICES, MODES

bp = Blueprint("district_registering", __name__, url_prefix="/district/items/new")
TEXTS = ("name", "result_document", "source")
KNOWN = ("department", "theme", "organ_kind_sc", "organ_kind_cq")
"""Fields whose values are those of the items there are."""

CHOSEN = (
    "item_type", "audience", "routing_fact", "decided_level_sc", "decided_level_cq", "clock_regime",
    "legal_unit", "result_form", "fee",
)  # fmt: skip
CHONGQING_LEVELS = {"county": "区县级", "province": "市级"}
ASKED = (*TEXTS, *KNOWN, *CHOSEN, *WHOLE_NUMBERS, *LISTS)


@bp.get("")
@requires(Role.EDITOR)
def write() -> str:
    """The form of a new item."""
    return _page(MultiDict({name: str(BLANK.get(name) or "") for name in CHOSEN}), None)


@bp.post("")
@requires(Role.EDITOR)
def register() -> Response:
    """Enter the item with its first draft; nothing that was typed is lost."""
    try:
        content = _content(request.form)
        first = typed_day("effective_from")
        made = desk.register_item(content, first, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(request.form, told), told.status)
    return redirect(url_for("district_items.show", seq=made.item_seq, done="draft"), 303)


def _content(given: MultiDict[str, str]) -> dict[str, Any]:
    """What the filled form says of the item. Raises InputInvalid for what is not offered there."""
    typed = {name: given.get(name, "").strip() for name in ASKED}
    options = _options()
    faults: Faults = {
        name: ["请选择"] for name, offered in options.items() if typed[name] not in dict(offered)
    }
    modes = [mode for mode in MODES if mode in given.getlist("modes")]
    if not modes:
        faults["modes"] = ["至少选择一种办理方式"]
    if not typed["name"]:
        faults["name"] = ["请填写"]
    if faults:
        raise InputInvalid(fields=faults)
    bureau = {"approval_bureau": given.get("approval_bureau") == "yes"}
    return {name: as_meant(name, text) for name, text in typed.items()} | {"modes": modes} | bureau


def _options() -> dict[str, list[tuple[str, str]]]:
    """What may be chosen: each value with its words."""
    items = catalogue().items.values()
    known = {name: sorted({getattr(item, name) for item in items}) for name in KNOWN}
    fixed = {name: list(CHOICES[name]) for name in CHOSEN}
    options = {
        name: [(value, value_words(value)) for value in values]
        for name, values in (known | fixed).items()
    }
    options["decided_level_cq"] = list(CHONGQING_LEVELS.items())
    return options


def _page(given: MultiDict[str, str], told: Refused | None) -> str:
    return render_template(
        "district/registering.html",
        given=given,
        refused=told,
        words=FIELD_WORDS,
        options=_options(),
        modes=MODES,
        lists=LISTS,
        numbers=WHOLE_NUMBERS,
        names=[*ASKED, "modes", "effective_from"],
    )
