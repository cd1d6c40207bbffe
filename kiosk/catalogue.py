"""The published catalogue in memory: items, forms, routing world and search index of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import office_date
from kiosk.uow import reading
from services_catalog import aliases, forms, queries, search
from services_catalog.errors import CatalogError
from services_catalog.items import PublishedItem
from services_catalog.models import CatalogState
from services_catalog.routing import RoutingFacts, World, route

FRESH_SECONDS = 5.0
MOST_ANSWERS = 500
MOST_PLACES = 300


@dataclass(frozen=True)
class Catalogue:
    """One consistent reading of the catalogue as it is in force ``on`` a day; ``digest`` names it.

    ``named`` are the items as search reads them, with the words that districts added.
    """

    digest: str
    on: date
    items: dict[int, Any]
    forms: dict[int, forms.Form]
    world: World
    named: list[PublishedItem]
    answers: dict[bytes, bytes] = field(default_factory=dict)
    deciding: dict[RoutingFacts, dict[int, str]] = field(default_factory=dict)

    @cached_property
    def index(self) -> search.SearchIndex:
        """What search reads; made for the first question, because most processes never ask one."""
        return search.build_index(self.named)

    @property
    def edition(self) -> str:
        """Names what an answer depends on: the content, and the day it is read for."""
        return f"{self.digest}@{self.on.isoformat()}"

    def answer(self, key: bytes, make: Callable[[], bytes]) -> bytes:
        """The bytes of an answer that depends on the catalogue and the request alone; made once, kept a while."""
        found = self.answers.get(key)
        if found is None:
            if len(self.answers) >= MOST_ANSWERS:
                self.answers.clear()
            found = self.answers[key] = make()
        return found

    def deciding_by(self, facts: RoutingFacts) -> dict[int, str]:
        """Each item that somebody decides by these facts, with the authority's code; worked out once."""
        found = self.deciding.get(facts)
        if found is None:
            if len(self.deciding) >= MOST_PLACES:
                self.deciding.clear()
            found = self.deciding[facts] = self._deciding_by(facts)
        return found

    def _deciding_by(self, facts: RoutingFacts) -> dict[int, str]:
        deciding: dict[int, str] = {}
        for seq, item in self.items.items():
            try:
                deciding[seq] = route(item, facts, self.world).authority_code
            except CatalogError:
                continue  # Cancelled, nobody decides it there, or open to partners only.
        return deciding


class CatalogueCache:
    """Reads the catalogue once, and again when it has changed or another day has begun; asks every few seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Catalogue | None = None
        self._checked = 0.0

    def get(self, on: date) -> Catalogue:
        held = self._held
        fresh = time.monotonic() - self._checked < FRESH_SECONDS
        if held is not None and fresh and held.on == on:
            return held
        with self._lock, reading() as session:
            digest = session.scalar(select(CatalogState.digest)) or ""
            held = self._held
            if held is None or (held.digest, held.on) != (digest, on):
                held = self._held = read_catalogue(session, digest, on)
            self._checked = time.monotonic()
            return held

    def forget(self) -> None:
        """Ask again at the next reading, because this process has just changed something."""
        self._checked = 0.0


def read_catalogue(session: Session, digest: str, on: date) -> Catalogue:
    """Everything a route or a command asks about items, read in a handful of statements."""
    items = {item.seq: item for item in queries.list_items(session, on)}
    return Catalogue(
        digest=digest,
        on=on,
        items=items,
        forms={seq: form_of(item) for seq, item in items.items()},
        world=queries.load_world(session, on),
        named=aliases.with_aliases(session, items.values()),
    )


def catalogue() -> Catalogue:
    """The catalogue of the running application."""
    cache: CatalogueCache = current_app.extensions["catalogue"]
    return cache.get(office_date(current_app.extensions["clock"].now()))


def forget_catalogue() -> None:
    """Let the running process read its own change at once; the others notice within seconds."""
    cache: CatalogueCache = current_app.extensions["catalogue"]
    cache.forget()


def pinned_form(session: Session, held: Catalogue, seq: int, version_id: int) -> forms.Form:
    """The form that a case was received with, whatever has been published since."""
    item = held.items.get(seq)
    if item is None or item.version_id != version_id:
        item = queries.get_pinned_item(session, version_id)
    return form_of(item)


def form_of(item: PublishedItem) -> forms.Form:
    """The form that the item's version pins; one composed for its theme where it pins none."""
    return item.form or forms.form_for(item)
