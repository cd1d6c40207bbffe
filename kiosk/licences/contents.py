"""The input of a rendering as plain values, so that it can be stored and rendered again years later.

The picture of an imported seal stands there by its digest; the file store keeps it once.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from kiosk.exchange.files import FileStore
from printing.documents import Document, SealPicture, SealSpec


def to_content(document: Document) -> dict[str, Any]:
    """A document as values that JSON can hold."""
    content = asdict(document)
    content["values"] = dict(document.values)
    content["sealed_at"] = document.sealed_at.isoformat()
    if document.seal is not None and document.seal.picture is not None:
        del content["seal"]["picture"]["data"]
    return content


def from_content(content: dict[str, Any], files: FileStore) -> Document:
    """The document again; the same content always gives the same document. Raises NotFound for a lost picture."""
    seal = content["seal"]
    return Document(
        **{
            **content,
            "seal": _seal(seal, files) if seal else None,
            "sealed_at": datetime.fromisoformat(content["sealed_at"]),
            "tables": {key: tuple(map(tuple, rows)) for key, rows in content["tables"].items()},
            "offset_mm": tuple(content["offset_mm"]),
        }
    )


def _seal(said: dict[str, Any], files: FileStore) -> SealSpec:
    picture = said.get("picture")
    if picture is None:
        return SealSpec(**said)
    return SealSpec(
        **{**said, "picture": SealPicture(**picture, data=files.get(picture["sha256"]))}
    )
