"""An agent at the window: acts for a person or an organisation under a written authority that is on record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.casework import agents, drafts
from kiosk.clock import office_date
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Role
from kiosk.identity.authorisations import APPLY, require_grant
from kiosk.identity.queries import document_digest
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.authorisations import CREDIT_CODE, GrantSchema, grant_in
from kiosk.web.errors import flatten
from kiosk.web.pages.refusals import REFUSALS, Refused, refused
from kiosk.web.window.lying import Lying, lying

bp = Blueprint("window_agents", __name__, url_prefix="/window/drafts/<number>/agent")
Inputs = MultiDict[str, str]
PRINCIPAL = ("name", "document_type", "document_number")


@bp.get("")
@requires(Role.CLERK)
def show(number: str) -> str:
    """Whom the person at the desk acts for, and by which paper."""
    return _page(lying(number), MultiDict(), None)


@bp.post("")
@requires(Role.CLERK)
def take(number: str) -> Response:
    """Put the authority into the draft: one on record, or the paper that lies here, recorded now."""
    here, given = lying(number), MultiDict(request.form)
    try:
        principal = {name: given.get(f"principal.{name}", "").strip() for name in PRINCIPAL}
        authorisation = given.get("authorisation", "").strip()
        if authorisation:
            _require_grant(here, authorisation)
        else:
            authorisation = _record(here, principal, given)
        _keep(here, authorisation, principal)
    except REFUSALS as error:
        told = refused(error)
        return make_response(_page(here, given, told), told.status)
    return redirect(url_for("window_visits.show_form", number=number), 303)


@bp.post("/leaving")
@requires(Role.CLERK)
def leave(number: str) -> Response:
    """The person applies for themselves after all; the record of the authority stays."""
    here = lying(number)
    _keep(here, None, {})
    return redirect(url_for("window_visits.show_form", number=number), 303)


def _require_grant(here: Lying, authorisation: str) -> None:
    holder = document_digest(here.owner.document_type, here.owner.document_number)
    with reading() as session:
        require_grant(
            session, authorisation, holder, scope=APPLY, item_seq=here.item.seq, now=now()
        )


def _record(here: Lying, principal: dict[str, str], given: Inputs) -> str:
    """Record the paper by the schema of the API; its number. Raises InputInvalid."""
    owner = here.owner
    body: dict[str, Any] = {
        "principal": principal,
        "agent": {
            "name": owner.name,
            "document_type": owner.document_type,
            "document_number": owner.document_number,
        },
        "scope": APPLY,
        "capacity": given.get("capacity", ""),
        "valid_to": given.get("valid_to", ""),
        "item": here.item.seq if given.get("only") else None,
    }
    faults = flatten(GrantSchema().validate(body))
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    grant = grant_in(GrantSchema().load(body))
    return agents.authorise(grant, actor=current_actor(), now=now()).number


def _keep(here: Lying, authorisation: str | None, principal: dict[str, str]) -> None:
    """An organisation is known by the form; a person who applies is named beside the authority."""
    is_person = principal.get("document_number") and principal["document_type"] != CREDIT_CODE
    content = here.draft.content | {
        "authorisation": authorisation,
        "principal": principal if authorisation and is_person else None,
    }
    drafts.save(
        here.number,
        content,
        version=here.draft.version,
        item_version=None,
        actor=current_actor(),
        now=now(),
    )


def _page(here: Lying, given: Inputs, told: Refused | None) -> str:
    return render_template(
        "window/agent.html",
        here=here,
        given=given,
        capacities=agents.CAPACITIES,
        today=office_date(now()),
        refused=told,
    )
