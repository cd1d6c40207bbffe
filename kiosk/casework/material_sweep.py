"""Compare the stored materials with the rows that name them."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from kiosk.casework.draft_models import Upload
from kiosk.uow import reading


def sweep_materials() -> dict[str, list[str]]:
    """Materials without rows (left by a crash around a commit) and rows without files (a loss), by digest."""
    stored: set[str] = current_app.extensions["materials"].list_digests()
    with reading() as session:
        named = set(session.scalars(select(Upload.stored)))
    return {
        "materials_without_rows": sorted(stored - named),
        "materials_without_files": sorted(named - stored),
    }
