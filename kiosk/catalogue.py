"""The published catalogue in memory: items, forms, routing world and search index of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.uow import reading
from services_catalog import forms, queries, search
from services_catalog.models import CatalogState
from services_catalog.routing import World

FRESH_SECONDS = 5.0
MOST_ANSWERS = 2000


@dataclass(frozen=True)
class Catalogue:
    """One consistent reading of the catalogue; ``digest`` names it."""

    digest: str
    items: dict[int, Any]
    forms: dict[int, forms.Form]
    world: World
    index: search.SearchIndex
    answers: dict[bytes, bytes] = field(default_factory=dict)

    def answer(self, key: bytes, make: Callable[[], bytes]) -> bytes:
        """The bytes of an answer that depends on the catalogue and the request alone; made once, kept a while."""
        found = self.answers.get(key)
        if found is None:
            if len(self.answers) >= MOST_ANSWERS:
                self.answers.clear()
            found = self.answers[key] = make()
        return found


class CatalogueCache:
    """Reads the catalogue once and again when its digest has changed; asks for the digest every few seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Catalogue | None = None
        self._checked = 0.0

    def get(self) -> Catalogue:
        held = self._held
        if held is not None and time.monotonic() - self._checked < FRESH_SECONDS:
            return held
        with self._lock, reading() as session:
            digest = session.scalar(select(CatalogState.digest)) or ""
            if self._held is None or self._held.digest != digest:
                self._held = read_catalogue(session, digest)
            self._checked = time.monotonic()
            return self._held


def read_catalogue(session: Session, digest: str) -> Catalogue:
    """Everything a route or a command asks about items, read in a handful of statements."""
    items = {item.seq: item for item in queries.list_items(session)}
    return Catalogue(
        digest=digest,
        items=items,
        forms={seq: forms.form_for(item) for seq, item in items.items()},
        world=queries.load_world(session),
        index=search.build_index(items.values()),
    )


def catalogue() -> Catalogue:
    """The catalogue of the running application."""
    cache: CatalogueCache = current_app.extensions["catalogue"]
    return cache.get()
