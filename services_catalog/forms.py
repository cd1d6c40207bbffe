"""The form of every item: its own where the catalogue has one, else one composed for its theme.

A theme's form (通用表单) is put together from blocks: who applies, the place that decides, the theme's
questions, and a closing remark.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from services_catalog.form_fields import Field as Field
from services_catalog.form_fields import Form as Form
from services_catalog.form_fields import Rule
from services_catalog.form_schema import schema_for as schema_for
from services_catalog.routing import REGISTRAR_FACTS, RoutingFacts

DATA = Path(__file__).parent / "data"
SEVERAL = "[多选]"
CLOSING = "closing"
REGISTRAR_NAME = "registrar_name"


class Item(Protocol):
    """What a form depends on."""

    @property
    def seq(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def theme(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def routing_fact(self) -> str: ...


def form_for(item: Item) -> Form:
    """The item's own form, or the generic one for its audience, routing fact and theme.

    Raises KeyError for a theme, audience or routing fact that ``form_blocks.csv`` does not know.
    """
    own = _own_fields().get(str(item.seq))
    if own is not None:
        key = str(item.seq)
        return Form(
            f"item-{key}",
            f"{item.name}申请表",
            False,
            _with_registrar(item, own),
            _rules().get(key, ()),
        )
    return _generic_form(item.audience, item.routing_fact, item.theme)


def routing_facts(form: Form, data: Mapping[str, Any]) -> RoutingFacts:
    """What the answers say about who decides."""
    places = (data.get(field.key) for field in form.fields if field.routing)
    return RoutingFacts(
        district_code=next((str(place) for place in places if place), None),
        registrar_name=str(data.get(REGISTRAR_NAME) or "") or None,
    )


def credit_code_keys(form: Form) -> tuple[str, ...]:
    """Keys of the fields that hold a credit code; the applicant's own organisation stands first."""
    return tuple(field.key for field in form.fields if field.type == "uscc")


def organisation_name_key(form: Form) -> str:
    """Key of the name that belongs to the first credit code, or ''."""
    keys = {field.key for field in form.fields}
    for code in credit_code_keys(form)[:1]:
        name = f"{code.removesuffix('uscc')}name"
        return name if name in keys else ""
    return ""


def coverage(items: Iterable[Item]) -> dict[str, Any]:
    """How many items have a form of their own, how many share which generic one, and how many fields there are."""
    items = list(items)
    forms = [(item, form_for(item)) for item in items]
    shared = Counter(theme_title(item.theme) for item, form in forms if form.generic)
    return {
        "items": len(items),
        "own": sum(not form.generic for _, form in forms),
        "generic": sum(shared.values()),
        "generic_by_group": dict(shared.most_common()),
        "fields": sum(len(form.fields) for _, form in forms),
        "item_specific_fields": sum(
            len(item_specific_fields(form)) for _, form in forms if not form.generic
        ),
    }


def item_specific_fields(form: Form) -> tuple[Field, ...]:
    """The fields of a form that no generic form has."""
    shared = {field.key for fields in _block_fields().values() for field in fields}
    return tuple(field for field in form.fields if field.key not in shared)


def theme_title(theme: str) -> str:
    """What the group of themes is called whose form this theme uses."""
    return _blocks()["theme", theme][1]


@cache
def _generic_form(audience: str, routing_fact: str, theme: str) -> Form:
    chosen = {"audience": audience, "routing_fact": routing_fact, "theme": theme}
    blocks = [_blocks()[property_, value][0] for property_, value in chosen.items()]
    held = _block_fields()
    fields = tuple(field for block in (*blocks, CLOSING) for field in held[block])
    rules = tuple(rule for block in blocks for rule in _rules().get(block, ()))
    return Form("-".join(blocks), f"{theme_title(theme)}通用表单", True, fields, rules)


def _with_registrar(item: Item, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Ask for the issuer's name too where the issuer decides; it tells more than the place."""
    if item.routing_fact not in REGISTRAR_FACTS:
        return fields
    asked = next(field for field in _block_fields()["issuer"] if field.key == REGISTRAR_NAME)
    place = next(position for position, field in enumerate(fields, start=1) if field.routing)
    return (*fields[:place], asked, *fields[place:])


@cache
def _blocks() -> dict[tuple[str, str], tuple[str, str]]:
    """(property, value) of an item → (block, title)."""
    return {
        (row["property"], row["value"]): (row["block"], row["title"])
        for row in _rows("form_blocks.csv")
    }


@cache
def _own_fields() -> dict[str, tuple[Field, ...]]:
    return _fields("item_forms.csv", "seq")


@cache
def _block_fields() -> dict[str, tuple[Field, ...]]:
    return _fields("theme_forms.csv", "block")


@cache
def _rules() -> dict[str, tuple[Rule, ...]]:
    rules: dict[str, list[Rule]] = defaultdict(list)
    for row in _rows("form_rules.csv"):
        rules[row["form"]].append(Rule(row["field_key"], row["rule"], row["argument"]))
    return {form: tuple(found) for form, found in rules.items()}


def _fields(file: str, group: str) -> dict[str, tuple[Field, ...]]:
    fields: dict[str, list[Field]] = defaultdict(list)
    for row in _rows(file):
        fields[row[group]].append(_field(row))
    return {name: tuple(found) for name, found in fields.items()}


def _field(row: Mapping[str, str]) -> Field:
    """The column ``choices`` is a closed list for a choice only; for other types it tells how to fill in."""
    listed, hint = row["choices"], row.get("hint", "")
    field = Field(
        row["field_key"],
        row["label_zh"],
        row["type"],
        row["required"] == "yes",
        (),
        hint or listed,
        row["routing"] == "yes",
        row["prefill"],
    )
    if row["type"] != "choice":
        return field
    several = listed.startswith(SEVERAL)
    choices = tuple(listed.removeprefix(SEVERAL).split(";"))
    return replace(field, type="choices" if several else "choice", choices=choices, hint=hint)


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
