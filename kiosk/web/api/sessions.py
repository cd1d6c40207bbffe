"""Signing in and out: staff with a password, citizens through the identity platform."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from kiosk.identity import commands
from kiosk.identity.actors import Actor, Role
from kiosk.machines import visits
from kiosk.web.access import current_actor, current_token, now, public, requires
from kiosk.web.api import schemas
from kiosk.web.api.blueprints import refusals

blp = Blueprint("sessions", __name__, url_prefix="/api/v1/sessions", description="登录与退出")


@blp.post("/staff")
@public
@blp.arguments(schemas.StaffSignIn)
@blp.response(201, schemas.SignedIn)
@refusals(blp, 401, 403, 422)
def sign_in_staff(body: dict[str, Any]) -> dict[str, Any]:
    """Sign a member of staff in."""
    minutes = current_app.config["STAFF_SESSION_MINUTES"]
    token, actor = commands.sign_in_staff(
        body["login"],
        body["password"],
        body["code"],
        now=now(),
        minutes=minutes,
        two_factors=current_app.config["STAFF_TWO_FACTORS"],
    )
    return {"token": token, "role": actor.role, "name": actor.name, "place": actor.place}


@blp.post("/online")
@public
@blp.arguments(schemas.OnlineSignIn)
@blp.response(201, schemas.SignedIn)
@refusals(blp, 401, 422)
def sign_in_online(body: dict[str, Any]) -> dict[str, Any]:
    """Sign a citizen in with the ticket they bring back from the identity platform."""
    identity = current_app.extensions["identity_provider"].exchange(body["ticket"])
    minutes = current_app.config["SESSION_MINUTES"]
    token, actor = commands.sign_in_citizen(identity, now=now(), minutes=minutes)
    return {"token": token, "role": actor.role, "name": actor.name, "place": None}


@blp.get("/current")
@requires(*Role)
@blp.response(200, schemas.ActorAnswer)
@refusals(blp, 401)
def show_current() -> Actor:
    """Who this session belongs to."""
    return current_actor()


@blp.delete("/current")
@requires(*Role)
@blp.response(204)
@refusals(blp, 401)
def sign_out() -> None:
    """End this session."""
    token = current_token()
    if token is not None:
        commands.sign_out(token, now=now())
        visits.leave(token, now=now())
