"""Messages about one's cases: agreed to and declined by the citizen, watched by the operator."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from kiosk.errors import NotFound
from kiosk.identity.actors import Role
from kiosk.notifications import contacts, messages
from kiosk.notifications.messages import Channel
from kiosk.web.access import current_actor, now, requires
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text

blp = Blueprint("notifications", __name__, url_prefix="/api/v1", description="消息通知")


class ContactAddress(Strict):
    """A mobile number, or the account name in the app."""

    address = text(64, example="13800000001")


class ContactLine(Schema):
    """One contact, masked."""

    channel = fields.String()
    address = fields.String()
    agreed_at = fields.AwareDateTime()


class ContactList(Schema):
    """Where one gets messages; empty until one asks for them."""

    contacts = fields.List(fields.Nested(ContactLine))


class FailedNotification(Schema):
    """A message that was given up, without anything personal."""

    number = fields.String()
    case = fields.String(metadata={"example": "*014X"})
    topic = fields.String()
    channel = fields.String()
    attempts = fields.Integer()
    last_error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()


class FailedNotifications(Schema):
    """Messages that used up their attempts."""

    notifications = fields.List(fields.Nested(FailedNotification))


@blp.get("/contacts")
@requires(Role.CITIZEN)
@blp.response(200, ContactList)
@refusals(blp, 401, 403)
def show_contacts() -> dict[str, Any]:
    """Where one agreed to get messages."""
    return {"contacts": contacts.list_contacts(current_actor())}


@blp.put("/contacts/<channel>")
@requires(Role.CITIZEN)
@blp.arguments(ContactAddress)
@blp.response(204)
@refusals(blp, 401, 403, 404, 409, 422)
def agree(body: dict[str, Any], channel: str) -> None:
    """Agree to messages by ``sms`` or ``app``."""
    contacts.agree(_channel(channel), body["address"], actor=current_actor(), now=now())


@blp.delete("/contacts/<channel>")
@requires(Role.CITIZEN)
@blp.response(204)
@refusals(blp, 401, 403, 404)
def decline(channel: str) -> None:
    """No more messages on that channel."""
    contacts.decline(_channel(channel), actor=current_actor(), now=now())


@blp.get("/notifications/given-up")
@requires(Role.OPERATOR)
@blp.response(200, FailedNotifications)
@refusals(blp, 401, 403)
def show_given_up() -> dict[str, Any]:
    """Messages that could not be carried."""
    return {"notifications": messages.list_given_up()}


@blp.post("/notifications/<number>/repetition")
@requires(Role.OPERATOR)
@blp.response(202)
@refusals(blp, 401, 403, 404, 409)
def send_again(number: str) -> None:
    """Try a message again, once the cause is gone."""
    messages.send_again(number, actor=current_actor(), now=now())


def _channel(name: str) -> Channel:
    if name not in list(Channel):
        raise NotFound("没有这种通知方式")
    return Channel(name)
