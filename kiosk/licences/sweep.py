"""Compare the stored files with the rows that name them."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from kiosk.licences.models import SealedDocument, SealImport
from kiosk.uow import reading


def sweep_files() -> dict[str, list[str]]:
    """Files without rows (left by a crash before the commit) and rows without files (a loss), by digest."""
    stored: set[str] = current_app.extensions["files"].list_digests()
    with reading() as session:
        named = set(
            session.scalars(
                select(SealedDocument.file_digest).where(SealedDocument.file_digest.is_not(None))
            )
        )
        named |= set(session.scalars(select(SealImport.picture_digest)))
    return {
        "files_without_rows": sorted(stored - named),
        "rows_without_files": sorted(str(digest) for digest in named - stored),
    }
