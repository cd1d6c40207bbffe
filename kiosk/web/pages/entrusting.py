"""Giving somebody authority to act, taking it back, and where one wants to get messages."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.casework import agents
from kiosk.clock import office_date
from kiosk.errors import InputInvalid, NotFound
from kiosk.identity.authorisations import SCOPES, Grant, Party
from kiosk.identity.models import Authorisation
from kiosk.identity.provider import CITIZEN_CARD
from kiosk.identity.queries import get_identity, get_person_digest
from kiosk.notifications import contacts
from kiosk.notifications.messages import Channel
from kiosk.uow import reading
from kiosk.web.access import current_actor, now
from kiosk.web.api.authorisations import CREDIT_CODE, GrantSchema
from kiosk.web.errors import flatten
from kiosk.web.pages.applications import Desk
from kiosk.web.pages.refusals import REFUSALS, Refused, refused

CHANNEL_WORDS = {Channel.SMS: "短信", Channel.APP: "手机应用"}
SAID = {
    "given": "授权已登记，从今天起有效。",
    "withdrawn": "授权已收回，立即失效。",
    "agreed": "已登记，有进展会通知您。",
    "declined": "已取消，不再给您发消息。",
}
REPRESENTED = "company"


def show_authorities(desk: Desk) -> str:
    """What one gave and holds, and a form to give another."""
    return _authorities_page(desk, {}, None)


def take_authority(desk: Desk) -> ResponseReturnValue:
    """Record an authority that one gives."""
    given = request.form
    try:
        agents.authorise(_grant(given), actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return _authorities_page(desk, given, told), told.status
    return redirect(url_for(f"{desk.name}.show_authorities", done="given"), 303)


def withdraw_authority(desk: Desk, number: str) -> Response:
    """End an authority at once."""
    agents.revoke(number, actor=current_actor(), now=now())
    return redirect(url_for(f"{desk.name}.show_authorities", done="withdrawn"), 303)


def show_messages(desk: Desk) -> str:
    """Where messages go; nowhere until one asks for them."""
    return _messages_page(desk, None)


def agree_to_messages(desk: Desk, channel: str) -> ResponseReturnValue:
    """Ask for messages on a channel."""
    address = request.form.get("address", "").strip()
    try:
        contacts.agree(_channel(channel), address, actor=current_actor(), now=now())
    except REFUSALS as error:
        told = refused(error)
        return _messages_page(desk, told), told.status
    return redirect(url_for(f"{desk.name}.show_messages", done="agreed"), 303)


def decline_messages(desk: Desk, channel: str) -> Response:
    """No more messages on that channel."""
    contacts.decline(_channel(channel), actor=current_actor(), now=now())
    return redirect(url_for(f"{desk.name}.show_messages", done="declined"), 303)


def _authorities_page(desk: Desk, given: Any, told: Refused | None) -> str:
    actor = current_actor()
    with reading() as session:
        own = get_person_digest(session, actor)
    today = office_date(now())
    return render_template(
        "my/authorities.html",
        desk=desk,
        lines=[(line, _stand(line, today)) for line in agents.list_authorisations(actor)],
        own=own,
        scopes=SCOPES,
        capacities=agents.REPRESENTING,
        given=given,
        done=SAID.get(request.args.get("done", ""), ""),
        refused=told,
    )


def _messages_page(desk: Desk, told: Refused | None) -> str:
    with reading() as session:
        identity = get_identity(session, current_actor())
    return render_template(
        "my/messages.html",
        desk=desk,
        contacts=contacts.list_contacts(current_actor()),
        channels=CHANNEL_WORDS,
        given=request.form if told else {"address": identity.phone or ""},
        done=SAID.get(request.args.get("done", ""), ""),
        refused=told,
    )


def _grant(given: Any) -> Grant:
    """The authority as the page says it. Raises InputInvalid."""
    with reading() as session:
        identity = get_identity(session, current_actor())
    principal = {
        "name": identity.name,
        "document_type": identity.document_type,
        "document_number": identity.document_number,
    }
    capacity = agents.SELF
    if given.get("for") == REPRESENTED:
        principal = _party(given, "principal", CREDIT_CODE)
        capacity = given.get("capacity", "")
    body = {
        "principal": principal,
        "agent": _party(given, "agent", CITIZEN_CARD),
        "scope": given.get("scope", ""),
        "capacity": capacity,
        "valid_to": given.get("valid_to", ""),
    }
    faults = flatten(GrantSchema().validate(body)) | _not_chosen(given)
    if faults:
        raise InputInvalid("有内容需要改正", fields=faults)
    loaded = GrantSchema().load(body)
    return Grant(
        principal=Party(**loaded["principal"]),
        agent=Party(**loaded["agent"]),
        scope=loaded["scope"],
        valid_from=office_date(now()),
        valid_to=loaded["valid_to"],
        capacity=loaded["capacity"],
    )


def _not_chosen(given: Any) -> dict[str, list[str]]:
    """What was left open where the page offers a choice."""
    faults = {}
    if given.get("for") not in ("self", REPRESENTED):
        faults["for"] = ["请选择替谁授权"]
    if given.get("for") == REPRESENTED and given.get("capacity") not in agents.REPRESENTING:
        faults["capacity"] = ["请选择您是这个单位的什么人"]
    if given.get("scope") not in SCOPES:
        faults["scope"] = ["请选择让他做什么"]
    try:
        date.fromisoformat(given.get("valid_to", ""))
    except ValueError:
        faults["valid_to"] = ["请选择最后一天"]
    return faults


def _party(given: Any, name: str, document_type: str) -> dict[str, str]:
    return {
        "name": given.get(f"{name}.name", "").strip(),
        "document_type": document_type,
        "document_number": given.get(f"{name}.document_number", "").strip().upper(),
    }


def _stand(line: Authorisation, today: date) -> str:
    """How an authority stands today, in a word."""
    if line.revoked_at is not None:
        return "已收回"
    if today > line.valid_to:
        return "已到期"
    return "还没有生效" if today < line.valid_from else "有效"


def _channel(name: str) -> Channel:
    if name not in list(Channel):
        raise NotFound("没有这种通知方式")
    return Channel(name)
