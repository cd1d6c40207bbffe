"""The cookies of the pages: the session, the query code that a receipt shows once, and how the screen is shown."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from flask import current_app, request
from werkzeug.wrappers import Response

from kiosk.privacy import DataUnreadable, keyring
from kiosk.web.access import COOKIE
from kiosk.web.pages import views

RECEIPT_COOKIE = "kiosk_receipt"
RECEIPT_LIFE = timedelta(minutes=15)
DRAFT_COOKIE = "kiosk_draft"
DRAFT_LIFE = timedelta(hours=1)
OF_A_VISIT = (RECEIPT_COOKIE, DRAFT_COOKIE, views.COOKIE)


def keep_session(response: Response, token: str, expires_at: datetime) -> None:
    """Sign this browser in; the cookie counts for requests of our own pages only."""
    response.set_cookie(
        COOKIE, token, expires=expires_at, httponly=True, samesite="Strict", secure=_secure()
    )


def forget_all(response: Response) -> None:
    """Leave nothing of this person in the browser."""
    _forget(response, COOKIE, *OF_A_VISIT)


def forget_visit(response: Response) -> None:
    """Leave nothing of whoever stood here; the machine's own session goes on."""
    _forget(response, *OF_A_VISIT)


def _forget(response: Response, *names: str) -> None:
    for name in names:
        response.delete_cookie(name, httponly=True, samesite="Strict", secure=_secure())


def switch_view(response: Response, mode: str) -> None:
    """Switch a mode of the screen on or off."""
    views.keep_view(response, views.current_view(), mode, secure=_secure())


def keep_query_code(response: Response, number: str, query_code: str) -> None:
    """Carry the code over to the receipt page, encrypted: it is stored nowhere else in readable form."""
    _carry(response, RECEIPT_COOKIE, (number, query_code), RECEIPT_LIFE)


def find_query_code(number: str) -> str | None:
    """The query code of this case, if this browser has just handed it in."""
    return _carried(RECEIPT_COOKIE, number)


def keep_draft_code(response: Response, number: str, code: str) -> None:
    """Carry the code that opens a draft elsewhere from page to page, encrypted."""
    _carry(response, DRAFT_COOKIE, (number, code), DRAFT_LIFE)


def find_draft_code(number: str) -> str | None:
    """The code of this draft, if this browser has just been told it."""
    return _carried(DRAFT_COOKIE, number)


def _carry(response: Response, cookie: str, said: tuple[str, str], life: timedelta) -> None:
    sealed = keyring().encrypt(json.dumps(said))
    response.set_cookie(
        cookie, sealed, max_age=life, httponly=True, samesite="Strict", secure=_secure()
    )


def _carried(cookie: str, number: str) -> str | None:
    sealed = request.cookies.get(cookie)
    if sealed is None:
        return None
    try:
        held, code = json.loads(keyring().decrypt(sealed))
    except (DataUnreadable, ValueError):
        return None
    return str(code) if held == number else None


def _secure() -> bool:
    return not current_app.config["DEMO"]
