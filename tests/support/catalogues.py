"""A catalogue that stays in memory for every day that a test's clock comes to, also when it goes back and forth."""

from __future__ import annotations

from datetime import date

from kiosk.catalogue import Catalogue, read_catalogue
from kiosk.uow import reading


class CatalogueByDay:
    """Takes the place of the application's own; nothing in the test may change the catalogue."""

    def __init__(self) -> None:
        self._held: dict[date, Catalogue] = {}

    def get(self, on: date) -> Catalogue:
        if on not in self._held:
            with reading() as session:
                self._held[on] = read_catalogue(session, "as set up", on)
        return self._held[on]

    def forget(self) -> None:
        """Nothing to forget."""
