"""Putting a document's values into the texts of a template."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

from printing.documents import Document
from printing.errors import FieldMissing
from printing.templates.elements import (
    GIVEN,
    PLACEHOLDER,
    Flow,
    Paragraph,
    SignOff,
    Table,
    Template,
    Text,
)

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
PAGE_KEYS = ("page", "pages")
#: Conditions a template may ask for beside the keys of values.
CONDITIONS = ("code", "seal", "demo")


class Filling:
    """The values of one document, given ones included. ``page`` numbers are added while pages are laid out."""

    def __init__(self, template: Template, document: Document) -> None:
        self.template, self.document = template, document
        self.values = {**_given(document), **document.values}
        self._require(template)

    def holds(self, when: str | None) -> bool:
        """True if a conditional text is wanted."""
        return when is None or bool(self.values.get(when, "").strip())

    def fill(self, text: str, **more: str) -> str:
        """Return the text with every placeholder replaced."""
        known = {**self.values, **more} if more else self.values
        return PLACEHOLDER.sub(lambda match: known.get(match[1]) or match[2] or "", text)

    def _require(self, template: Template) -> None:
        wanted, wanted_tables = _wants(template)
        missing = {
            key for key, when in wanted if self.holds(when) and not self.values.get(key, "").strip()
        }
        tables = [key for key in wanted_tables if not self.document.tables.get(key)]
        if missing or tables:
            raise FieldMissing(template.key, tuple(sorted(missing) + sorted(tables)))


def _given(document: Document) -> dict[str, str]:
    day = document.sealed_at.astimezone(OFFICE_TIME)
    return {
        "number": document.number,
        "copy_label": document.copy_label or "",
        "licence_identifier": document.licence_identifier or "",
        "organ": document.seal.organ_name if document.seal else "",
        "sealed_on": f"{day.year}年{day.month}月{day.day}日",
        "code": "yes" if document.qr_text else "",
        "seal": "yes" if document.seal else "",
        "demo": "yes" if document.demo else "",
    }


@cache
def _wants(template: Template) -> tuple[tuple[tuple[str, str | None], ...], tuple[str, ...]]:
    """Return the keys a template wants, each with its condition, and the tables."""
    wanted = {(key, when): None for text, when in _texts(template) for key in _required(text)}
    return tuple(wanted), tuple(_wanted_tables(template.flow))


def _required(text: str) -> Iterator[str]:
    for match in PLACEHOLDER.finditer(text):
        if match[2] is None and match[1] not in PAGE_KEYS:
            yield match[1]


def _texts(template: Template) -> Iterator[tuple[str, str | None]]:
    for element in (*template.elements, *template.every_page):
        if isinstance(element, Text):
            yield element.text, element.when
    for block in template.flow.blocks if template.flow else ():
        if isinstance(block, Paragraph):
            yield block.text, block.when
        elif isinstance(block, SignOff):
            yield block.organ + block.date, None


def _wanted_tables(flow: Flow | None) -> list[str]:
    blocks = flow.blocks if flow else ()
    return [block.key for block in blocks if isinstance(block, Table) and not block.optional]


def field_keys(template: Template) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the keys a template's documents must give and may give, without those every document has."""
    must: set[str] = set()
    may: set[str] = set()
    for text, when in _texts(template):
        required = set(_required(text))
        (may if when else must).update(required)
        may.update(match[1] for match in PLACEHOLDER.finditer(text))
        may.update({when} if when else set())
    outside = GIVEN | set(CONDITIONS)
    return tuple(sorted(must - outside)), tuple(sorted(may - must - outside))
