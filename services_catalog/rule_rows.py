"""Rules of routing as rows and as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_catalog.models import RoutingRule
from services_catalog.rule_errors import RuleUnknown
from services_catalog.rules import KINDS, AnyRule, Rule

DATES = ("valid_from", "valid_to", "elsewhere_from", "document_date")
SHARED = tuple(field.name for field in fields(Rule))


def list_rules(session: Session) -> list[AnyRule]:
    """Every rule that was ever published, oldest first."""
    rows = session.scalars(select(RoutingRule).order_by(RoutingRule.id))
    return [rule_of(row) for row in rows]


def get_row(session: Session, number: str) -> RoutingRule:
    """The row of the published rule of that number. Raises RuleUnknown."""
    row = session.scalar(select(RoutingRule).where(RoutingRule.number == number))
    if row is None:
        raise RuleUnknown(f"没有编号为“{number}”的规则")
    return row


def rule_of(row: RoutingRule) -> AnyRule:
    """The rule that a row holds."""
    shared = {name: getattr(row, name) for name in SHARED}
    return make_rule(row.kind, {**shared, **row.content})


def row_of(rule: AnyRule, author: str, reviewer: str | None = None) -> RoutingRule:
    """A row for a new rule. Only the catalogue's file brings rules without a reviewer."""
    shared = {name: getattr(rule, name) for name in SHARED}
    content = {name: _plain(value) for name, value in vars(rule).items() if name not in SHARED}
    return RoutingRule(
        kind=kind_of(rule), content=content, author=author, reviewer=reviewer, **shared
    )


def kind_of(rule: AnyRule) -> str:
    """The word for the kind of a rule."""
    return next(word for word, kind in KINDS.items() if type(rule) is kind)


def make_rule(kind: str, values: Mapping[str, Any]) -> AnyRule:
    """A rule from plain values: dates may be text, lists of items may be lists."""
    made = {}
    for known in fields(KINDS[kind]):
        if known.name in values:
            made[known.name] = _typed(known.name, values[known.name])
    return KINDS[kind](**made)


def _typed(name: str, value: Any) -> Any:
    if name.endswith("_seqs"):
        return tuple(int(seq) for seq in value)
    if name in DATES and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
