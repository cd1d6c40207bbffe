"""Who may call what. Every endpoint carries exactly one access rule; a test looks for it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request

from kiosk.errors import Forbidden, NotSignedIn
from kiosk.identity.actors import Actor, Role
from kiosk.identity.commands import note_use
from kiosk.identity.errors import SessionIdle
from kiosk.identity.queries import find_actor, find_page_actor
from kiosk.machines.queries import find_session_actor
from kiosk.uow import reading

COOKIE = "kiosk_session"
REFRESH_HEADER = "X-Refresh"  # A page that asks again by itself is nobody's use of it.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = Callable[..., Any]


def public(view: View) -> View:
    """Anyone may call this endpoint."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def requires(*roles: Role) -> Callable[[View], View]:
    """Only a signed-in actor of one of these roles may call. Raises NotSignedIn, Forbidden."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _require_role(roles)
            return view(*args, **kwargs)

        guarded.access_rule = roles  # type: ignore[attr-defined]
        _document(guarded)
        return guarded

    return decorate


def now() -> datetime:
    """The moment of this request by the application's clock."""
    if "now" not in g:
        g.now = current_app.extensions["clock"].now()
    moment: datetime = g.now
    return moment


def current_token() -> str | None:
    """The session token of this request: a bearer token, or the cookie of a page."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    return request.cookies.get(COOKIE)


def find_current_actor() -> Actor | None:
    """Whoever the token of this request stands for, or None; a desk that stood idle is nobody's."""
    if "actor" not in g:
        token = current_token()
        g.idle = None
        try:
            g.actor = _find(token) if token else None
        except SessionIdle as idle:
            g.actor, g.idle = None, idle
    actor: Actor | None = g.actor
    return actor


def stood_idle() -> bool:
    """Whether this request comes from a desk that is locked because nobody used it."""
    return find_current_actor() is None and g.idle is not None


def current_actor() -> Actor:
    """The actor of this request. Raises NotSignedIn, SessionIdle."""
    actor = find_current_actor()
    if actor is None and g.idle is not None:
        raise g.idle
    if actor is None:
        raise NotSignedIn("请先登录")
    return actor


def refuse_foreign_forms() -> None:
    """What changes anything comes from our own pages or from programs, never from another site's page.

    Also without a cookie: a foreign form must not sign a browser in as somebody else. Raises Forbidden.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    same = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if not same or (origin is not None and urlsplit(origin).netloc != request.host):
        raise Forbidden("请求来自其他网站，已拒绝")


def _find(token: str) -> Actor | None:
    with reading() as session:
        if token.startswith("m_"):
            return find_session_actor(session, token, now())
        if "Authorization" in request.headers:
            return find_actor(session, token, now())
        idle = timedelta(minutes=current_app.config["STAFF_IDLE_MINUTES"])
        actor, to_be_noted = find_page_actor(session, token, now(), idle)
    if to_be_noted and REFRESH_HEADER not in request.headers:
        note_use(token, now=now())
    return actor


def _require_role(roles: tuple[Role, ...]) -> None:
    if current_actor().role not in roles:
        raise Forbidden("您的身份不能进行这项操作")


def _document(view: View) -> None:
    """Tell the OpenAPI document that the endpoint wants a session."""
    notes = deepcopy(getattr(view, "_apidoc", {}))
    notes.setdefault("manual_doc", {})["security"] = [{"session": []}]
    view._apidoc = notes  # type: ignore[attr-defined]
