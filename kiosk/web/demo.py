"""Stand-ins of the demo: the identity platform's sign-in and the card that lies on the reader.

Registered outside production only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from kiosk.errors import NotFound
from kiosk.identity.provider import CITIZEN_CARD, SimulatedProvider
from kiosk.web.access import public
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("demo", __name__, url_prefix="/api/v1/demo", description="演示环境的替身")
CARD_FILE = "card.json"


class PersonSchema(schemas.Strict):
    """The key of an invented person."""

    person = schemas.text(32, example="li")


class DemoTicket(Schema):
    """What the person brings back from the identity platform."""

    ticket = fields.String()


@blp.post("/tickets")
@public
@blp.arguments(PersonSchema)
@blp.response(201, DemoTicket)
@refusals(blp, 401, 422)
def issue_ticket(body: dict[str, Any]) -> dict[str, str]:
    """Sign an invented person in at the stand-in of the identity platform."""
    return {"ticket": provider().issue_ticket(body["person"])}


@blp.put("/card")
@public
@blp.arguments(PersonSchema)
@blp.response(204)
@refusals(blp, 404, 422)
def insert_card(body: dict[str, Any]) -> None:
    """Lay the card of an invented person on the demo machine's reader."""
    lay_card(body["person"])


@blp.delete("/card")
@public
@blp.response(204)
def remove_card() -> None:
    """Take the card off the reader."""
    take_card_away()


def lay_card(person: str) -> None:
    """Put the card of the invented person where the reader looks. Raises NotFound."""
    card = next((entry for entry in provider().list_people() if entry["key"] == person), None)
    if card is None:
        raise NotFound("演示环境没有这个人")
    reader = card_path()
    reader.parent.mkdir(parents=True, exist_ok=True)
    draft = reader.with_suffix(".draft")
    draft.write_text(
        json.dumps(
            {
                "document_type": CITIZEN_CARD,
                "name": card["name"],
                "document_number": card["document_number"],
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    draft.rename(reader)


def take_card_away() -> None:
    """Leave the reader empty."""
    card_path().unlink(missing_ok=True)


def card_path() -> Path:
    """Where the demo machine's simulated reader looks for a card."""
    return Path(current_app.config["INSTANCE"]) / "machine" / "reader" / CARD_FILE


def provider() -> SimulatedProvider:
    """The stand-in of the identity platform."""
    stand_in: SimulatedProvider = current_app.extensions["identity_provider"]
    return stand_in
