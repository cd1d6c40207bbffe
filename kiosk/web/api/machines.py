"""What machines say (signed requests), and what the page on a machine's screen asks."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, redirect, request, send_file, url_for
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kiosk.casework.paper_release import require_release
from kiosk.errors import NotSignedIn
from kiosk.identity.actors import Role
from kiosk.machines import commands, heartbeat, key_rotation, paper, proofs, visits
from kiosk.machines.errors import MachineSessionOver
from kiosk.machines.queries import find_visit
from kiosk.uow import reading
from kiosk.web.access import COOKIE, current_token, now, public
from kiosk.web.api.blueprints import refusals
from kiosk.web.api.schemas import Strict, text
from kiosk.web.api.wire_schemas import schema_of
from printing import wire

blp = Blueprint("machines", __name__, url_prefix="/api/v1/machine", description="自助终端")
View = Callable[..., Any]
HEADER_WORDS = {
    "X-Machine": "终端编号",
    "X-Time": "带时区的 ISO 8601 时间，偏差不得超过 5 分钟",
    "X-Nonce": "一次性随机串",
    "X-Signature": "Ed25519 签名（base64），签名内容见 printing/wire.py canonical",
}


class TicketSchema(Strict):
    """The one-time ticket out of the address that the agent opened."""

    ticket = text(80, example="t_…")


class TokenSchema(Schema):
    """The session token for the page."""

    token = fields.String()
    expires_at = fields.AwareDateTime()


class ProofSchema(Strict):
    """A second proof; a face needs no secret."""

    kind = fields.String(required=True, validate=validate.OneOf(["pin", "code", "face"]))
    secret = fields.String(
        load_default="", validate=validate.Length(max=32), metadata={"example": "246810"}
    )

    @validates_schema
    def require_secret(self, given: dict[str, str], **_: object) -> None:
        """A slip of the finger is no wrong try."""
        if given.get("kind") != "face" and not given.get("secret"):
            raise ValidationError("请输入密码或验证码", "secret")


class VisitSchema(Schema):
    """The session as its page shows it."""

    number = fields.String()
    machine = fields.String()
    place = fields.String()
    state = fields.String(metadata={"enum": ["waiting", "card", "proven"]})
    name = fields.String(allow_none=True)
    phone_on_file = fields.Boolean()
    face_offered = fields.Boolean()
    proofs_left = fields.Integer()
    expires_at = fields.AwareDateTime()
    next_poll_s = fields.Integer()


class AttemptQuery(Strict):
    """The attempt that holds the job."""

    attempt = fields.Integer(required=True, validate=validate.Range(min=1))


def _header(name: str) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": True,
        "schema": {"type": "string"},
        "description": HEADER_WORDS[name],
    }


def by_machine(view: View) -> View:
    """Only a machine's signed request; the command it asks for checks the signature in its own transaction.

    Raises NotSignedIn for a request without a signature, SignatureMissing for a malformed one.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if "X-Signature" not in request.headers:
            raise NotSignedIn("请求缺少终端签名")
        query = request.query_string.decode("ascii", "replace")
        target = f"{request.path}?{query}" if query else request.path
        g.call = wire.SignedCall.from_http(
            request.method, target, dict(request.headers), request.get_data()
        )
        return view(*args, **kwargs)

    guarded.access_rule = (Role.MACHINE,)  # type: ignore[attr-defined]
    return blp.doc(parameters=[_header(name) for name in wire.HEADERS])(guarded)


def by_visitor(view: View) -> View:
    """Only the page of a session that runs at a machine, whether or not its person is proven yet.

    Raises NotSignedIn without a token, MachineSessionOver for one that opens no session any more.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with reading() as session:
            if find_visit(session, _token(), now()) is None:
                raise MachineSessionOver("本次会话已结束，请重新刷卡")
        return view(*args, **kwargs)

    guarded.access_rule = (Role.CITIZEN,)  # type: ignore[attr-defined]
    return blp.doc(security=[{"session": []}])(guarded)


def call() -> wire.SignedCall:
    """The signed request in hand."""
    signed: wire.SignedCall = g.call
    return signed


@blp.post("/enrolment")
@by_machine
@blp.arguments(schema_of(wire.Enrolment))
@blp.response(200, schema_of(wire.Enrolled))
@refusals(blp, 401, 403, 422)
def enrol(body: wire.Enrolment) -> wire.Enrolled:
    """Bring the machine's public key with a one-time code; signed by that key."""
    return commands.enrol(call(), body, now=now())


@blp.post("/key")
@by_machine
@blp.arguments(schema_of(wire.KeyRotation))
@blp.response(200, schema_of(wire.KeyRotated))
@refusals(blp, 401, 403, 409, 422)
def rotate_key(body: wire.KeyRotation) -> wire.KeyRotated:
    """Put a new key in place of the one that signs this request."""
    return key_rotation.rotate_key(call(), body, now=now())


@blp.post("/poll")
@by_machine
@blp.arguments(schema_of(wire.Heartbeat)())
@blp.response(200, schema_of(wire.PollAnswer))
@refusals(blp, 401, 403, 422)
def poll(body: wire.Heartbeat) -> wire.PollAnswer:
    """A sign of life; the answer says what waits and when to ask again."""
    return heartbeat.poll(call(), body, now=now())


@blp.post("/sessions")
@by_machine
@blp.response(201, schema_of(wire.SessionOpened))
@refusals(blp, 401, 403)
def open_session() -> wire.SessionOpened:
    """A fresh session for the screen, with a one-time address for the browser; the one before ends."""
    return visits.open_visit(call(), now=now(), address=_entry_address)


@blp.post("/sessions/<number>/card")
@by_machine
@blp.arguments(schema_of(wire.CardRead))
@blp.response(200, schema_of(wire.SessionAnswer))
@refusals(blp, 401, 403, 409, 422)
def read_card(body: wire.CardRead, number: str) -> wire.SessionAnswer:
    """A card lies on the reader."""
    return visits.record_card_read(call(), number, body, now=now())


@blp.post("/sessions/<number>/card-removal")
@by_machine
@blp.arguments(schema_of(wire.CardRemoved))
@blp.response(200, schema_of(wire.SessionAnswer))
@refusals(blp, 401, 403, 409, 422)
def remove_card(body: wire.CardRemoved, number: str) -> wire.SessionAnswer:
    """The card has left the reader; the session ends."""
    return visits.record_card_removed(call(), number, body, now=now())


@blp.post("/jobs/fetch")
@by_machine
@blp.response(200, schema_of(wire.JobOffer))
@blp.alt_response(204, description="没有等待的任务")
@refusals(blp, 401, 403)
def fetch_job() -> Any:
    """Lease the next print job."""
    offer = paper.fetch_job(call(), now=now())
    return Response(status=204) if offer is None else offer


@blp.post("/jobs/<number>/acknowledgement")
@by_machine
@blp.arguments(schema_of(wire.Acknowledgement))
@blp.response(200, schema_of(wire.JobAnswer))
@refusals(blp, 401, 403, 404, 409, 422)
def acknowledge_job(body: wire.Acknowledgement, number: str) -> wire.JobAnswer:
    """Take the job of this attempt."""
    return paper.acknowledge_job(call(), number, body, now=now())


@blp.get("/jobs/<number>/document")
@by_machine
@blp.arguments(AttemptQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@refusals(blp, 401, 403, 404, 409, 422)
def fetch_document(query: dict[str, int], number: str) -> Response:
    """The file to print; ``Range`` resumes a download that broke off."""
    digest = paper.get_document_digest(call(), number, query["attempt"], now=now())
    data = current_app.extensions["files"].get(digest)
    answer = send_file(io.BytesIO(data), mimetype="application/pdf", etag=digest, conditional=True)
    answer.cache_control.no_store = True
    return answer


@blp.post("/jobs/<number>/feeding")
@by_machine
@blp.arguments(schema_of(wire.FeedRequest))
@blp.response(200, schema_of(wire.FeedAnswer))
@refusals(blp, 401, 403, 404, 409, 422)
def ask_to_feed(body: wire.FeedRequest, number: str) -> wire.FeedAnswer:
    """Leave to move paper, given only while the holder stands there; without it no paper moves."""
    return paper.permit_feeding(call(), number, body, now=now(), check=require_release)


@blp.post("/jobs/<number>/status")
@by_machine
@blp.arguments(schema_of(wire.StatusUpdate))
@blp.response(200, schema_of(wire.JobAnswer))
@refusals(blp, 401, 403, 404, 409, 422)
def report_job(body: wire.StatusUpdate, number: str) -> wire.JobAnswer:
    """What became of the paper."""
    return paper.report_job(call(), number, body, now=now())


@blp.get("/entry/<ticket>")
@public
@blp.response(302)
@refusals(blp, 401)
def enter(ticket: str) -> Any:
    """The address the agent opens in the machine's browser: works once, leaves the session cookie."""
    token, expires_at = visits.redeem_ticket(ticket, now=now())
    answer = make_response(redirect(url_for("touch.home")))
    answer.set_cookie(
        COOKIE,
        token,
        expires=expires_at,
        httponly=True,
        samesite="Strict",
        secure=not current_app.config["DEMO"],
    )
    answer.cache_control.no_store = True
    return answer


@blp.post("/entry")
@public
@blp.arguments(TicketSchema)
@blp.response(201, TokenSchema)
@refusals(blp, 401, 422)
def redeem(body: dict[str, str]) -> dict[str, Any]:
    """The same for programs: the ticket for a bearer token, once."""
    token, expires_at = visits.redeem_ticket(body["ticket"], now=now())
    return {"token": token, "expires_at": expires_at}


@blp.get("/session")
@by_visitor
@blp.response(200, VisitSchema)
@refusals(blp, 401)
def show_session() -> visits.VisitView:
    """Whether a card was read and its person proven; ask again after ``next_poll_s``."""
    return _view()


@blp.post("/session/code")
@by_visitor
@blp.response(204)
@refusals(blp, 401, 409, 422)
def send_code() -> None:
    """Send a message code to the phone on file."""
    proofs.send_code(_token(), now=now())


@blp.post("/session/proof")
@by_visitor
@blp.arguments(ProofSchema)
@blp.response(200, VisitSchema)
@refusals(blp, 401, 409, 422)
def prove(body: dict[str, str]) -> visits.VisitView:
    """The second proof beside the card: PIN, message code, or the face where that is on."""
    proofs.prove_person(_token(), body["kind"], body["secret"], now=now())
    return _view()


@blp.delete("/session")
@by_visitor
@blp.response(204)
@refusals(blp, 401)
def leave() -> None:
    """Sign out at the machine."""
    visits.leave(_token(), now=now())


def _token() -> str:
    token = current_token()
    if token is None:
        raise NotSignedIn("请先刷身份证")
    return token


def _view() -> visits.VisitView:
    with reading() as session:
        visit = find_visit(session, _token(), now())
        if visit is None:
            raise MachineSessionOver("本次会话已结束，请重新刷卡")
        return visits.view_visit(session, visit)


def _entry_address(ticket: str) -> str:
    base = current_app.config["PUBLIC_URL"] or request.host_url
    return base.rstrip("/") + url_for("machines.enter", ticket=ticket)
