"""The input of a rendering as plain values, so that it can be stored and rendered again years later."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from printing.documents import Document, SealSpec


def to_content(document: Document) -> dict[str, Any]:
    """A document as values that JSON can hold."""
    content = asdict(document)
    content["values"] = dict(document.values)
    content["sealed_at"] = document.sealed_at.isoformat()
    return content


def from_content(content: dict[str, Any]) -> Document:
    """The document again; the same content always gives the same document."""
    seal = content["seal"]
    return Document(
        **{
            **content,
            "seal": SealSpec(**seal) if seal else None,
            "sealed_at": datetime.fromisoformat(content["sealed_at"]),
            "tables": {key: tuple(map(tuple, rows)) for key, rows in content["tables"].items()},
            "offset_mm": tuple(content["offset_mm"]),
        }
    )
