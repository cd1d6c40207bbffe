"""The name of the catalogue's present content: every process that holds it in memory asks whether it is still that."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_catalog.models import CatalogState


def digest_of(value: Any) -> str:
    """SHA-256 over plain values; dates count as text."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def rename_state(session: Session, said: Any) -> None:
    """Give the catalogue a new name after a change; the name before goes into it, so that none comes twice."""
    state = session.scalar(select(CatalogState).with_for_update()) or CatalogState(id=1, digest="")
    state.digest = digest_of([state.digest, said])
    session.add(state)
