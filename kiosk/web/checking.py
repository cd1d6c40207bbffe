"""Checks of papers by anybody: one pace for file, code and identifier alike, on the page and over the interface."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import current_app, request

from kiosk.casework.guesses import counted_guess
from kiosk.errors import KioskError
from kiosk.licences.errors import LicenceNotKnown
from kiosk.licences.verification import (
    normalise_identifier,
    verify_identifier,
    verify_pdf,
    verify_qr,
)
from kiosk.uow import reading
from kiosk.web.access import now

MOST_ASKERS = 10_000
WINDOW = timedelta(minutes=1)


class TooManyChecks(KioskError):
    """This address asked more often within a minute than anybody needs who holds the papers."""

    code = "too-many-checks"


class Pace:
    """Checks of each address within the last minute. Kept in the memory of this process, never written down."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, asker: str, moment: datetime) -> None:
        """Count one check. Raises TooManyChecks; what was refused is not counted."""
        with self._lock:
            taken = self._taken.setdefault(asker, deque(maxlen=self._most))
            self._taken.move_to_end(asker)
            if len(self._taken) > MOST_ASKERS:
                self._taken.popitem(last=False)
            if len(taken) == self._most and taken[0] > moment - WINDOW:
                raise TooManyChecks("核验次数太多，请过一分钟再试")
            taken.append(moment)


def check_file(data: bytes) -> dict[str, Any]:
    """The verdict on a PDF. Raises TooManyChecks."""
    _keep_pace()
    with reading() as session:
        return verify_pdf(session, data, current_app.extensions["keys"], now())


def check_code(text: str) -> dict[str, Any]:
    """The verdict on the text of a 核验码. Raises TooManyChecks."""
    _keep_pace()
    with reading() as session:
        return verify_qr(session, text, current_app.extensions["keys"], now())


def check_identifier(identifier: str, holder: str) -> dict[str, Any]:
    """The registry's word on a typed identifier. Raises LicenceNotKnown, TooManyGuesses, TooManyChecks.

    Wrong tries count for the identifier however it was written, so that nobody gets more by changing its letters' case.
    """
    _keep_pace()
    wanted = normalise_identifier(identifier)
    guess = counted_guess(wanted, now=now(), kind="licence-identifier", wrong=LicenceNotKnown)
    with guess, reading() as session:
        return verify_identifier(session, wanted, holder, now())


def _keep_pace() -> None:
    pace: Pace = current_app.extensions["checking_pace"]
    pace.take(request.remote_addr or "", now())
