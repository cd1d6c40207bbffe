"""What a form is made of: fields, and rules between them. Data only; checking is in ``form_schema``."""

from __future__ import annotations

from dataclasses import dataclass

TYPES = (
    "text",
    "choice",
    "choices",
    "attachment",
    "id_number",
    "uscc",
    "division",
    "address",
    "phone",
    "date",
    "number",
    "amount",
    "table",
)
PREFILLS = ("none", "card", "platform")


@dataclass(frozen=True)
class Field:
    """One question. ``choices`` is the closed list of a ``choice`` (one) or ``choices`` (several) field.

    ``routing`` marks the division that decides who decides; ``prefill`` says who may already know the answer.
    """

    key: str
    label: str
    type: str
    required: bool
    choices: tuple[str, ...]
    hint: str
    routing: bool
    prefill: str


@dataclass(frozen=True)
class Rule:
    """A condition on one field, often in the light of another; ``kind`` is a key of ``form_rules.RULES``."""

    key: str
    kind: str
    argument: str


@dataclass(frozen=True)
class Form:
    """The questions of an application. ``generic`` marks a form shared by a theme (通用表单)."""

    key: str
    title: str
    generic: bool
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
