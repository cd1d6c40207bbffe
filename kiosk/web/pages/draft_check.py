"""The last pages of an application: how the result comes, everything read back, and handing it in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.casework.clocks import acceptance_clock
from kiosk.casework.drafts import DraftView
from kiosk.casework.precheck import Precheck, precheck
from kiosk.casework.receipt import Delivery
from kiosk.casework.receiving import route_form
from kiosk.casework.requirements import lacking
from kiosk.catalogue import catalogue
from kiosk.identity.queries import get_identity
from kiosk.machines.queries import list_machines
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.api.drafts import hand_in
from kiosk.web.api.schemas import PostalSchema
from kiosk.web.errors import flatten
from kiosk.web.pages import cookies
from kiosk.web.pages.applications import (
    DELIVERY_ADDRESS,
    GET_METHOD,
    GET_METHODS,
    LONGEST_KEY,
    POSTAL,
    Desk,
    hidden_keys,
    ways_of,
)
from kiosk.web.pages.drafting import (
    KEEP,
    LATER,
    Content,
    Step,
    form_and_groups,
    frame,
    keep,
    steps_of,
    view,
)
from kiosk.web.pages.groups import place_of
from kiosk.web.pages.questions import input_name, read_back
from kiosk.web.pages.refusals import REFUSALS, Faults, Refused, refused

DELIVERY = ("delivery", "postal", "pickup_machine")


@dataclass(frozen=True)
class Open:
    """A page on which something is still to be done before the application is complete."""

    step: Step
    words: list[str]


def show_delivery(desk: Desk, number: str) -> str:
    """How the result is to come."""
    draft = view(number)
    return _delivery_page(desk, draft, _given(draft.content), None)


def take_delivery(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the choice; go on once it is complete."""
    draft, given = view(number), request.form
    chosen = _chosen(given)
    keep(number, lambda content: _with_delivery(draft.item_seq, content, chosen))
    if given.get("step") == KEEP:
        return jsonify(kept=True)
    if given.get("step") == LATER:
        return redirect(url_for(f"{desk.name}.draft_saved", number=number), 303)
    if faults := _delivery_faults(desk, draft.item_seq, chosen):
        told = Refused(422, "有内容需要改正，已逐项标出", faults=faults)
        return _delivery_page(desk, draft, given, told), told.status
    return redirect(url_for(f"{desk.name}.draft_check", number=number), 303)


def show_check(desk: Desk, number: str) -> str:
    """Who decides and why, until when, what was typed, and what is missing."""
    return _check_page(desk, number, None)


def take_check(desk: Desk, number: str) -> ResponseReturnValue:
    """Hand it in: the receipt, or what is in its way."""
    shown, key = request.form.get("version", ""), request.form.get("key", "")[:LONGEST_KEY]
    version = int(shown) if shown.isdecimal() and len(shown) < 9 else 0
    insists = bool(request.form.get("insists"))
    actor = current_actor()
    try:
        receipt = hand_in(number, version, key or None, insists=insists, actor=actor)
    except REFUSALS as error:
        told = refused(error)
        return _check_page(desk, number, told), told.status
    answer = redirect(url_for(f"{desk.name}.show_receipt", number=receipt.number), 303)
    cookies.keep_query_code(answer, receipt.number, receipt.query_code)
    return answer


def _delivery_page(desk: Desk, draft: DraftView, given: Any, told: Refused | None) -> str:
    held = catalogue()
    with reading() as session:
        machines = list_machines(session)
    return render_template(
        "draft/delivery.html",
        **frame(desk, draft, _last(draft) - 1),
        ways=ways_of(held, draft.item_seq, desk),
        machines=machines,
        given=given,
        refused=told,
    )


def _check_page(desk: Desk, number: str, told: Refused | None) -> str:
    draft, actor, held = view(number), current_actor(), catalogue()
    found = precheck(number, actor=actor, now=now())
    content = draft.content
    form, answers = held.forms[draft.item_seq], content.get("form") or {}
    route = None
    if found.problem is None:
        route, _ = route_form(held, draft.item_seq, answers, content.get("registrar"), actor)
    return render_template(
        "draft/check.html",
        **frame(desk, draft, _last(draft)),
        route=route,
        problem=found.problem,
        clock=acceptance_clock(now(), route.district_code) if route else None,
        shown=read_back(form, answers, held.world.districts),
        machine=_machine_place(content),
        open_points=_open_points(desk, draft, found),
        missing=lacking(found.materials),
        key=secrets.token_hex(12),
        refused=told,
    )


def _open_points(desk: Desk, draft: DraftView, found: Precheck) -> list[Open]:
    """What keeps the application from being handed in, page by page; missing papers do not."""
    form, groups = form_and_groups(draft.item_seq)
    told: dict[int, list[str]] = {}
    for field in form.fields:
        place, words = place_of(groups, field.key), found.form.get(input_name(field.key), [])
        if found.problem and field.routing and not words:
            words = [found.problem]
        if place is not None:
            told.setdefault(place, []).extend(words)
    faults = _delivery_faults(desk, draft.item_seq, draft.content)
    told[len(groups) + 2] = [words for fault in faults.values() for words in fault]
    steps = steps_of(desk, draft)
    return [Open(steps[place - 1], words) for place, words in sorted(told.items()) if words]


def _chosen(given: Any) -> Content:
    """The delivery as a draft keeps it: an address only where something is posted."""
    way = given.get("delivery", "")
    if way == Delivery.POST:
        postal = {name: given.get(f"postal.{name}", "").strip() for name in POSTAL}
        return {"delivery": way, "postal": postal}
    if way == Delivery.MACHINE:
        return {"delivery": way, "pickup_machine": given.get("pickup_machine") or None}
    return {"delivery": way} if way in list(Delivery) else {}


def _with_delivery(seq: int, content: Content, chosen: Content) -> Content:
    """The content with this delivery, which answers the form's own questions about it too."""
    hidden = hidden_keys(catalogue().forms[seq])
    answers = {k: v for k, v in (content.get("form") or {}).items() if k not in hidden}
    way = chosen.get("delivery")
    if GET_METHOD in hidden and way:
        answers[GET_METHOD] = GET_METHODS[Delivery(way)]
    if DELIVERY_ADDRESS in hidden and way == Delivery.POST:
        answers[DELIVERY_ADDRESS] = chosen["postal"]["address"]
    others = {name: value for name, value in content.items() if name not in DELIVERY}
    return others | {"form": answers} | chosen


def _delivery_faults(desk: Desk, seq: int, chosen: Content) -> Faults:
    way = chosen.get("delivery")
    if way not in ways_of(catalogue(), seq, desk):
        return {"delivery": ["请选择结果怎样送到您手里"]}
    if way == Delivery.MACHINE and not chosen.get("pickup_machine"):
        return {"pickup_machine": ["请选择在哪台自助机打印"]}
    if way == Delivery.POST:
        return flatten(PostalSchema().validate(chosen.get("postal") or {}), "postal")
    return {}


def _given(content: Content) -> dict[str, str]:
    """The kept delivery as the inputs of its page; at first what is known of the person."""
    with reading() as session:
        identity = get_identity(session, current_actor())
    postal = content.get("postal") or {"recipient": identity.name, "phone": identity.phone or ""}
    inputs = {f"postal.{name}": str(value) for name, value in postal.items()}
    for name in ("delivery", "pickup_machine"):
        inputs[name] = content.get(name) or ""
    return inputs


def _machine_place(content: Content) -> str:
    if content.get("delivery") != Delivery.MACHINE:
        return ""
    with reading() as session:
        places = {machine.number: machine.place for machine in list_machines(session)}
    return places.get(content.get("pickup_machine") or "", "")


def _last(draft: DraftView) -> int:
    return len(form_and_groups(draft.item_seq)[1]) + 3
