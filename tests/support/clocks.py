"""A clock that stands until a test moves it."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.clock import OFFICE_ZONE

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=OFFICE_ZONE)
"""An ordinary working Monday, far from any holiday; the test databases are set up an hour earlier."""


class StandingClock:
    """Implements ``kiosk.clock.Clock``; time passes only by ``advance`` and ``set``."""

    def __init__(self, moment: datetime = MONDAY_MORNING) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def advance(self, **spans: float) -> datetime:
        """Let time pass: ``clock.advance(days=1, hours=2)``."""
        self._moment += timedelta(**spans)
        return self._moment

    def set(self, moment: datetime) -> None:
        """Go to a moment, also backwards."""
        self._moment = moment
