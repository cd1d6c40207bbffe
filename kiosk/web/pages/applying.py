"""Applying on a page, alike at home, at a machine and at a window: fill in, look it over, hand in, receipt."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework.clocks import acceptance_limit
from kiosk.casework.receipt import Submission
from kiosk.casework.receiving import channel_mode, channel_of, receive, route_for
from kiosk.catalogue import Catalogue, catalogue
from kiosk.identity.actors import Actor
from kiosk.identity.queries import get_identity
from kiosk.machines.queries import list_machines
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.api.items import guide
from kiosk.web.pages import cookies
from kiosk.web.pages.applications import (
    Desk,
    fresh_inputs,
    hidden_keys,
    read_applicant,
    read_submission,
    ways_of,
)
from kiosk.web.pages.questions import division_groups, input_name, questions_of, read_back
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from services_catalog.errors import NoRoute

Inputs = MultiDict[str, str]
REGISTRAR_FAULTS = ("unknown-registrar", "registrar-of-other-kind")


def show_application(desk: Desk, seq: int) -> str:
    """The empty form, or at a window first the applicant's card. Raises what the item refuses."""
    actor, held = current_actor(), catalogue()
    _require_open(held, seq, actor)
    if desk.for_others:
        return _card_page(desk, held, seq, fresh_inputs(held.forms[seq], None), None)
    with reading() as session:
        identity = get_identity(session, actor)
    return _form_page(desk, held, seq, fresh_inputs(held.forms[seq], identity), None)


def take_application(desk: Desk, seq: int) -> Response:
    """What the page sent: the applicant's card, the filled-in form, or the word that all is right."""
    actor, held = current_actor(), catalogue()
    _require_open(held, seq, actor)
    given: Inputs = MultiDict(request.form)
    step = STEPS.get(given.get("step", ""), _look_over)
    try:
        return make_response(step(desk, held, seq, given, actor))
    except REFUSALS as error:
        return _again(desk, held, seq, given, _beside_inputs(held, seq, error))


def _read_card(desk: Desk, held: Catalogue, seq: int, given: Inputs, actor: Actor) -> str:
    """The applicant's card was entered: open the form with what it tells."""
    identity = read_applicant(given)
    inputs = fresh_inputs(held.forms[seq], identity)
    inputs.update({name: value for name, value in given.items() if name.startswith("applicant.")})
    return _form_page(desk, held, seq, inputs, None)


def _go_back(desk: Desk, held: Catalogue, seq: int, given: Inputs, actor: Actor) -> str:
    return _form_page(desk, held, seq, given, None)


def _look_over(desk: Desk, held: Catalogue, seq: int, given: Inputs, actor: Actor) -> str:
    """Everything read back, with the authority that decides and the dates, before it is handed in.

    The key on this page makes a second click on its button answer with the first receipt.
    """
    submission = read_submission(held, seq, given, desk, actor)
    decided, _ = route_for(held, submission, actor)
    return render_template(
        "confirm.html",
        desk=desk,
        item=guide(held, seq),
        route=decided,
        submission=submission,
        shown=read_back(held.forms[seq], submission.form, held.world.districts),
        due_on=acceptance_limit(now(), decided.district_code).on,
        machine=_machine_place(submission),
        carried=[pair for pair in given.items(multi=True) if pair[0] not in ("step", "key")],
        key=secrets.token_hex(12),
    )


def _hand_in(desk: Desk, held: Catalogue, seq: int, given: Inputs, actor: Actor) -> Response:
    submission = read_submission(held, seq, given, desk, actor)
    receipt = receive(submission, actor=actor, now=now())
    answer = redirect(url_for(f"{desk.name}.show_receipt", number=receipt.number), 303)
    cookies.keep_query_code(answer, receipt.number, receipt.query_code)
    return answer


STEPS: dict[str, Callable[[Desk, Catalogue, int, Inputs, Actor], Any]] = {
    "card": _read_card,
    "edit": _go_back,
    "check": _look_over,
    "confirm": _hand_in,
}


def _require_open(held: Catalogue, seq: int, actor: Actor) -> None:
    """Raises UnknownItem, ItemCancelled, ItemNotOffered."""
    held.world.require_offered(seq)
    channel_mode(held.items[seq].modes, channel_of(actor))


def _beside_inputs(held: Catalogue, seq: int, error: Exception) -> Refused:
    """The refusal, with its words beside the input that can mend it."""
    told = refused(error)
    if not isinstance(error, NoRoute):
        return told
    fields = held.forms[seq].fields
    asked = [field.key for field in fields if field.routing]
    if error.why in REGISTRAR_FAULTS:
        asked = [field.key for field in fields if field.key == "registrar_name"]
    return Refused(
        told.status, told.title, told.detail, {input_name(k): [str(error)] for k in asked}
    )


def _again(desk: Desk, held: Catalogue, seq: int, given: Inputs, told: Refused) -> Response:
    page = _card_page if given.get("step") == "card" else _form_page
    return make_response(page(desk, held, seq, given, told), told.status)


def _card_page(desk: Desk, held: Catalogue, seq: int, given: Inputs, told: Refused | None) -> str:
    return render_template(
        "window/card.html", desk=desk, item=guide(held, seq), given=given, refused=told
    )


def _form_page(desk: Desk, held: Catalogue, seq: int, given: Inputs, told: Refused | None) -> str:
    form = held.forms[seq]
    with reading() as session:
        machines = list_machines(session)
    return render_template(
        "apply.html",
        desk=desk,
        item=guide(held, seq),
        form=form,
        questions=questions_of(form, given, told.faults if told else {}, hidden_keys(form)),
        divisions=division_groups(held.world.districts),
        ways=ways_of(held, seq, desk),
        machines=machines,
        given=given,
        refused=told,
    )


def _machine_place(submission: Submission) -> str:
    number = submission.delivery_details.get("machine")
    with reading() as session:
        places = {machine.number: machine.place for machine in list_machines(session)}
    return places.get(number, "") if number else ""
