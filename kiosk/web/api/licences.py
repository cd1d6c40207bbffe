"""Originals at a machine: what the person standing there may take, and printing it once."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from kiosk.casework.printing_results import print_copy
from kiosk.identity.actors import Role
from kiosk.identity.queries import get_person_digest
from kiosk.licences import lifecycle
from kiosk.licences.queries import list_copies_for
from kiosk.uow import reading
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("licences", __name__, url_prefix="/api/v1/licences", description="证照")


@blp.get("")
@requires(Role.CITIZEN)
@blp.response(200, schemas.CopyList)
@refusals(blp, 401, 403)
def list_copies() -> dict[str, Any]:
    """The originals the signed-in person may take."""
    with reading() as session:
        digest = get_person_digest(session, current_actor())
        return {"copies": list_copies_for(session, digest)}


@blp.post("/<identifier>/copies/<label>/print")
@requires(Role.CITIZEN)
@blp.response(201, schemas.PrintAnswer)
@refusals(blp, 401, 403, 404, 409)
def print_original(identifier: str, label: str) -> dict[str, str]:
    """Print one original at the machine the person stands at; a second original is refused."""
    return {"job": print_copy(identifier, label, actor=current_actor(), now=now())}


@blp.post("/<identifier>/loss")
@requires(Role.CITIZEN)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409)
def report_loss(identifier: str) -> None:
    """Report the paper lost (挂失): the licence is suspended until its authority replaces it."""
    lifecycle.report_loss(identifier, actor=current_actor(), now=now())
