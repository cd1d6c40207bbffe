"""What the editor's own authority makes of an item (实施清单): its terms, their versions, suspension and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.catalog_desk import offerings as desk
from kiosk.catalog_desk.offerings import Closure
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.errors import Forbidden, InputInvalid, NotFound
from kiosk.identity.actors import Role
from kiosk.identity.queries import staff_names
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.district.typed import typed_day, typed_words
from kiosk.web.pages.refusals import REFUSALS, Faults, Refused, refused
from services_catalog.errors import UnknownItem
from services_catalog.items import PublishedItem
from services_catalog.limits import CALENDAR_DAYS
from services_catalog.offerings import (
    OfferingTerms,
    Window,
    list_offerings,
    offering_in_force,
    terms_from,
)

bp = Blueprint("district_offerings", __name__, url_prefix="/district/items/<int:seq>/offering")
UNIT_WORDS = {"working_day": "工作日", "calendar_day": "自然日"}
PARTS = ("address", "hours", "phone")
BAR = "｜"
LONGEST = {"fee": 200, "alternative": 500, "justification": 500, "reason": 500}
MOST_LINES, LONGEST_LINE = 40, 200
SAID = {
    "terms": "已保存，从生效日期起按新的内容办理；已经收件的办件不受影响。",
    "suspension": "已写明暂停办理。",
    "end": "已写明不再办理。",
}
Act = Callable[[int, str], None]


@bp.get("")
@requires(Role.EDITOR)
def show(seq: int) -> str:
    """The terms in force, the form to change them, and every version."""
    return _page(seq, None, "")


@bp.post("/<act>")
@requires(Role.EDITOR)
def perform(seq: int, act: str) -> Response:
    """Change the terms, suspend or end the offering."""
    try:
        if act not in ACTS:
            raise NotFound("没有这项操作")
        ACTS[act](seq, _own())
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(seq, told, act), told.status)
    return redirect(url_for("district_offerings.show", seq=seq, done=act), 303)


def _change(seq: int, own: str) -> None:
    first = typed_day("effective_from")
    with reading() as session:
        held = offering_in_force(session, seq, own, first).terms
    terms = _terms(held, _item(seq), request.form)
    desk.change_offering(seq, own, terms, first, actor=current_actor(), now=now())


def _suspend(seq: int, own: str) -> None:
    last = typed_day("last") if request.form.get("last", "").strip() else None
    closure = Closure(
        typed_day("first"), last, typed_words("reason", "请写明原因", LONGEST["reason"])
    )
    desk.suspend_offering(seq, own, closure, actor=current_actor(), now=now())


def _end(seq: int, own: str) -> None:
    closure = Closure(
        typed_day("first"), None, typed_words("reason", "请写明原因", LONGEST["reason"])
    )
    desk.end_offering(seq, own, closure, actor=current_actor(), now=now())


ACTS: dict[str, Act] = {"terms": _change, "suspension": _suspend, "end": _end}


def _terms(held: OfferingTerms, item: PublishedItem, given: MultiDict[str, str]) -> OfferingTerms:
    """What the filled form makes of the terms; what the form does not show stays. Raises InputInvalid."""
    days, unit = given.get("promised_days", "").strip(), given.get("promised_unit", "")
    modes = tuple(mode for mode in item.modes if mode in given.getlist("modes"))
    texts = {name: given.get(name, "").strip() for name in ("fee", "alternative", "justification")}
    materials = _lines(given.get("local_materials", ""))
    checks = {
        "promised_days": (
            not days or (days.isdecimal() and len(days) < 5),
            "请填写整数天数，或者留空",
        ),
        "promised_unit": (unit in CALENDAR_DAYS, "请选择工作日或自然日"),
        "modes": (bool(modes), "至少接受一种办理方式"),
        "local_materials": (
            _short(materials),
            f"最多 {MOST_LINES} 行，每行不超过 {LONGEST_LINE} 字",
        ),
    } | {
        name: (len(text) <= LONGEST[name], f"不超过 {LONGEST[name]} 字")
        for name, text in texts.items()
    }
    faults: Faults = {name: [words] for name, (fine, words) in checks.items() if not fine}
    if faults:
        raise InputInvalid(fields=faults)
    return replace(
        held,
        windows=_windows(given.get("windows", "")),
        promised_days=int(days) if days else None,
        promised_unit=unit,
        local_materials=materials,
        modes=() if modes == tuple(item.modes) else modes,
        second_signature=given.get("second_signature") == "yes",
        fee=texts["fee"],
        alternative=texts["alternative"],
        justification=texts["justification"],
    )


def _windows(typed: str) -> tuple[Window, ...]:
    """One window a line: address, hours and phone between bars. Raises InputInvalid."""
    lines = _lines(typed)
    parts = [[part.strip() for part in line.replace("|", BAR).split(BAR)] for line in lines]
    if not _short(lines) or any(len(part) > len(PARTS) or not part[0] for part in parts):
        words = f"每行一个窗口：地址{BAR}时间{BAR}电话，每行不超过 {LONGEST_LINE} 字"
        raise InputInvalid(fields={"windows": [words]})
    return tuple(Window(*part) for part in parts)


def _lines(typed: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


def _short(lines: tuple[str, ...]) -> bool:
    return len(lines) <= MOST_LINES and all(len(line) <= LONGEST_LINE for line in lines)


def _own() -> str:
    """The authority of the editor. Raises Forbidden."""
    own = current_actor().authority_code
    if own is None:
        raise Forbidden("您不属于任何实施机关")
    return own


def _item(seq: int) -> PublishedItem:
    """The item in force today. Raises UnknownItem."""
    if seq not in catalogue().items:
        raise UnknownItem(seq)
    item: PublishedItem = catalogue().items[seq]
    return item


def _typed(terms: OfferingTerms, item: PublishedItem) -> MultiDict[str, str]:
    """The terms as they stand in the form."""
    windows = [BAR.join((w.address, w.hours, w.phone)).rstrip(BAR) for w in terms.windows]
    return MultiDict(
        {
            "windows": "\n".join(windows),
            "promised_days": "" if terms.promised_days is None else str(terms.promised_days),
            "promised_unit": terms.promised_unit,
            "local_materials": "\n".join(terms.local_materials),
            "modes": list(terms.modes or item.modes),
            "fee": terms.fee,
            "alternative": terms.alternative,
            "justification": terms.justification,
            "second_signature": "yes" if terms.second_signature else "",
        }
    )


def _page(seq: int, told: Refused | None, act: str) -> str:
    item, own, today = _item(seq), _own(), office_date(now())
    with reading() as session:
        held = offering_in_force(session, seq, own, today)
        rows = list_offerings(session, seq, own)
        names = staff_names(session, (row.author for row in rows))
    return render_template(
        "district/offering.html",
        item=item,
        held=held,
        organ=catalogue().world.by_code[own].name,
        versions=[(row, terms_from(row.terms)) for row in reversed(rows)],
        names=names,
        units=UNIT_WORDS,
        given=request.form if act == "terms" else _typed(held.terms, item),
        typed=request.form,
        refused=told,
        act=act,
        done=SAID.get(request.args.get("done", "")),
        today=today,
    )
