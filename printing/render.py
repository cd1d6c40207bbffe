"""A document becomes a PDF that lacks nothing but its signature container; same input, same bytes."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from printing.assembly.file import Order, assemble
from printing.assembly.metadata import About
from printing.documents import Document, PreparedPdf, SealSpec
from printing.filling import Filling
from printing.layout import compose
from printing.marks import MM
from printing.templates.elements import Template
from printing.templates.loading import get_template
from printing.typefaces import manifest

#: Raised whenever the same document would come out in other bytes; stands in every file.
ASSEMBLER = "2"


def render(document: Document) -> PreparedPdf:
    """Return the finished page of a document.

    Raises UnknownTemplate, FieldMissing, PlaceMissing, GlyphMissing, LayoutError or SealInvalid; then there is
    no paper.
    """
    return render_by(get_template(document.template), document)


def render_by(template: Template, document: Document) -> PreparedPdf:
    """Return the page of a document by a template at hand, such as a draft. Raises as ``render``."""
    filling = Filling(template, document)
    sheet = compose(filling)
    owner = document.seal.organ_name if document.seal else ""
    x, y = document.offset_mm
    return assemble(Order(sheet, _about(filling), owner, (x * MM, y * MM)))


def _about(filling: Filling) -> About:
    template, document = filling.template, filling.document
    digest = data_digest(document)
    return About(
        title=filling.fill(template.title),
        language=document.language,
        made_at=document.sealed_at,
        identifier=document.licence_identifier or document.number,
        digest=digest,
        relations=(
            f"template:{template.key}",
            f"template-sha256:{template.digest}",
            f"data-sha256:{digest}",
            f"fonts-sha256:{fonts_digest()}",
            f"assembler:{ASSEMBLER}",
        ),
    )


def data_digest(document: Document) -> str:
    """Return the SHA-256 of everything a document says, in a fixed JSON form."""
    said = {
        "template": document.template,
        "number": document.number,
        "values": dict(document.values),
        "tables": {key: [list(row) for row in rows] for key, rows in document.tables.items()},
        "seal": _seal_said(document.seal) if document.seal else None,
        "qr_text": document.qr_text,
        "sealed_at": document.sealed_at.isoformat(),
        "demo": document.demo,
        "copy_label": document.copy_label,
        "licence_identifier": document.licence_identifier,
        "language": document.language,
        "stock": document.stock,
        "offset_mm": list(document.offset_mm),
    }
    packed = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def _seal_said(seal: SealSpec) -> list[object]:
    drawn: list[object] = [seal.organ_name, seal.kind, seal.serial, seal.demo, seal.purpose]
    picture = [seal.picture.sha256, seal.picture.diameter_mm] if seal.picture else []
    return drawn + picture


@cache
def fonts_digest() -> str:
    """Return the SHA-256 over the digests of all font files."""
    digests = "".join(entry["sha256"] for _, entry in sorted(manifest().items()))
    return hashlib.sha256(digests.encode()).hexdigest()
