"""Half-finished applications: begun, saved as typed, resumed elsewhere with card and code, handed in."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from kiosk.casework import drafts
from kiosk.casework.draft_queries import list_drafts
from kiosk.casework.draft_submission import read_draft
from kiosk.casework.receipt import Receipt, draft_request
from kiosk.casework.receiving import find_receipt, receive
from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid
from kiosk.identity.actors import Actor, Role
from kiosk.identity.provider import Identity
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import draft_schemas as shapes
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.cases import submission_of
from kiosk.web.api.receipt_schemas import ReceiptSchema
from kiosk.web.errors import flatten

blp = Blueprint("drafts", __name__, url_prefix="/api/v1/drafts", description="草稿：随存随续")
DESKS = (Role.CITIZEN, Role.CLERK)


@blp.post("")
@requires(*DESKS)
@blp.arguments(shapes.DraftBeginning)
@blp.response(201, shapes.DraftOpened)
@refusals(blp, 401, 403, 404, 409, 422)
def begin(body: dict[str, Any]) -> drafts.Opened:
    """Begin an application; the code opens it at another machine or window, together with the card."""
    return drafts.begin(
        body["item"],
        body["content"],
        applicant=_card(body),
        actor=current_actor(),
        now=now(),
    )


@blp.get("")
@requires(*DESKS)
@blp.response(200, shapes.DraftList)
@refusals(blp, 401, 403)
def list_open() -> dict[str, Any]:
    """A citizen's own drafts, or those at this clerk's desk."""
    with reading() as session:
        found = list_drafts(session, current_actor(), now())
    return {"drafts": [_named(vars(draft)) for draft in found]}


@blp.get("/<number>")
@requires(*DESKS)
@blp.response(200, shapes.OpenDraftSchema)
@refusals(blp, 401, 403, 404)
def show(number: str) -> dict[str, Any]:
    """A draft with its files, and what changed for the applicant since it was begun."""
    return _named(vars(drafts.view_draft(number, actor=current_actor(), now=now())))


@blp.put("/<number>")
@requires(*DESKS)
@blp.arguments(shapes.DraftSaving)
@blp.response(200, shapes.DraftSaved)
@refusals(blp, 401, 403, 404, 409, 413, 422)
def save(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Keep what was typed since; faults in it are told when it is handed in."""
    version = drafts.save(
        number,
        body["content"],
        version=body["version"],
        item_version=body["item_version"],
        actor=current_actor(),
        now=now(),
    )
    return {"version": version}


@blp.delete("/<number>")
@requires(*DESKS)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def discard(number: str) -> None:
    """Wipe a draft and its files."""
    drafts.discard(number, actor=current_actor(), now=now())


@blp.post("/resumption")
@requires(*DESKS)
@blp.arguments(shapes.DraftResumption)
@blp.arguments(schemas.KeyHeader, location="headers")
@blp.response(200, shapes.DraftOpened)
@refusals(blp, 401, 403, 422, 429)
def resume(body: dict[str, Any], headers: dict[str, Any]) -> drafts.Opened:
    """Open a draft here by card and code; the code is used up and the answer holds the next one."""
    actor = current_actor()
    key = _own_key(actor.number, headers["idempotency_key"])
    return drafts.resume(body["code"], applicant=_card(body), key=key, actor=actor, now=now())


@blp.post("/<number>/code")
@requires(*DESKS)
@blp.response(200, shapes.DraftOpened)
@refusals(blp, 401, 403, 404, 409)
def renew_code(number: str) -> drafts.Opened:
    """A new code for a draft that is open here; the one before ends."""
    return drafts.renew_code(number, actor=current_actor(), now=now())


@blp.post("/<number>/submission")
@requires(*DESKS)
@blp.arguments(shapes.DraftHandingIn)
@blp.arguments(schemas.KeyHeader, location="headers")
@blp.response(201, ReceiptSchema)
@refusals(blp, 401, 403, 404, 409, 422)
def submit(body: dict[str, Any], headers: dict[str, Any], number: str) -> Receipt:
    """Hand the draft in: every fault is told at once, else the receipt is answered and the draft is a case."""
    key = headers["idempotency_key"]
    return hand_in(number, body["version"], key, insists=body["insists"], actor=current_actor())


def hand_in(number: str, version: int, key: str | None, *, insists: bool, actor: Actor) -> Receipt:
    """Make a case of the draft as it was read in that version; under the same ``key`` the first receipt again.

    Raises what reading a draft and receiving an application may raise.
    """
    answered = find_receipt(_own_key(actor.number, key), draft_request(number))
    if answered is not None:
        return answered
    draft = read_draft(number, version=version, insists=insists, actor=actor, now=now())
    submission = draft.complete(submission_of(_loaded(draft.body), key, actor))
    return receive(submission, actor=actor, now=now())


def _loaded(body: dict[str, Any]) -> dict[str, Any]:
    """The body as an application's schema loads it. Raises InputInvalid with every fault."""
    faults = flatten(schemas.SubmissionSchema().validate(body))
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    loaded: dict[str, Any] = schemas.SubmissionSchema().load(body)
    return loaded


def _named(draft: dict[str, Any]) -> dict[str, Any]:
    return draft | {"item_name": catalogue().items[draft["item_seq"]].name}


def _card(body: dict[str, Any]) -> Identity | None:
    """The card at a window. A signed-in citizen is their own applicant, whatever the body says."""
    given = body["applicant"] if current_actor().role is Role.CLERK else None
    return None if given is None else Identity(**given)


def _own_key(actor_number: str, key: str | None) -> str | None:
    return f"{actor_number}:{key}" if key else None
