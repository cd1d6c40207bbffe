"""A person's own matters: what they began, what they handed in, and one case with all that belongs to it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from kiosk.casework.queues import list_of_applicant
from kiosk.fees.payments import STATE_WORDS
from kiosk.uow import reading
from kiosk.web.access import current_actor
from kiosk.web.pages import acts, cookies
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.case_view import due_of, view_case
from kiosk.web.pages.drafting import open_drafts
from kiosk.web.pages.paying import payments_of
from kiosk.web.pages.refusals import Refused
from kiosk.web.pages.voicing import open_occasions
from services_catalog.codes.ratings import EVALUATOR_LEVELS

PAYMENT_WORDS = {state.value: words for state, words in STATE_WORDS.items()}
SAID = {"discard": "草稿和里面的文件已经删除。"}


def show_mine(desk: Desk) -> str:
    """Open drafts, then cases."""
    actor = current_actor()
    with reading() as session:
        cases = list_of_applicant(session, actor.person_id or 0).cases
    return render_template(
        "my.html",
        desk=desk,
        cases=[(line, due_of(line)) for line in cases],
        drafts=open_drafts(actor),
        done=SAID.get(request.args.get("done", ""), ""),
    )


def show_case(desk: Desk, number: str, told: Refused | None = None) -> str:
    """One of the person's own cases, with what can be done about it here."""
    actor = current_actor()
    case = view_case(number, actor)
    at_home = not desk.at_machine
    return render_template(
        "case.html",
        desk=desk,
        case=case,
        acts=acts.acts_for(case["state"], actor.role) if at_home else [],
        done=acts.done_words(request.args.get("done", "")),
        payments=payments_of(number) if at_home else [],
        payment_states=PAYMENT_WORDS,
        occasions=open_occasions(number),
        refused=told,
        tried="",
        typed="",
    )


def show_receipt(desk: Desk, number: str, **printing: Any) -> str:
    """The receipt, with the query code while this browser still holds it; the service may be rated.

    At a machine ``printing`` tells what the printer does with it: the job, its words, or the refusal of another one.
    """
    return render_template(
        "receipt.html",
        desk=desk,
        case=view_case(number, current_actor()),
        query_code=cookies.find_query_code(number),
        occasions=open_occasions(number),
        levels=EVALUATOR_LEVELS,
        **printing,
    )
