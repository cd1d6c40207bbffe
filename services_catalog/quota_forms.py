"""Where an item's form says what a quota is asked for: who, how much of what, and when. Data, for any item."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from services_catalog.catalogue_files import DATA

SCALE = 1000
"""Amounts are kept in whole thousandths of the unit, so that sums are exact."""


@dataclass(frozen=True)
class QuotaForm:
    """Keys of an item's form.

    ``kind`` and ``amount`` are columns of ``table``; without a table they are fields themselves. ``other_place`` is
    the division whose organ is told or asked.
    """

    seq: int
    holder: str
    holder_name: str
    table: str
    kind: str
    amount: str
    unit: str
    first_day: str
    last_day: str
    other_place: str

    def amounts(self, form: Mapping[str, Any]) -> dict[str, int]:
        """Thousandths by kind; nothing at all if one row can not be read: then no line covers the application."""
        amounts: dict[str, int] = defaultdict(int)
        for row in form.get(self.table) or [] if self.table else [form]:
            kind, amount = str(_cell(row, self.kind)).strip(), thousandths(_cell(row, self.amount))
            if not kind or amount is None:
                return {}
            amounts[kind] += amount
        return dict(amounts)

    def day(self, form: Mapping[str, Any], key: str) -> date | None:
        """The date that stands under a key, or None."""
        written = form.get(key) if key else None
        return date.fromisoformat(str(written)) if written else None


@cache
def quota_forms() -> Mapping[int, QuotaForm]:
    """The items that amounts are agreed for, by number."""
    with (DATA / "quota_forms.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {int(row["seq"]): QuotaForm(**{**row, "seq": int(row["seq"])}) for row in rows}  # type: ignore[arg-type]


def _cell(row: Mapping[str, Any], column: str) -> Any:
    """What stands in a column, whatever the width of the brackets in its heading."""
    wanted = unicodedata.normalize("NFKC", column)
    return next((v for key, v in row.items() if unicodedata.normalize("NFKC", key) == wanted), "")


def thousandths(written: Any) -> int | None:
    """The amount in whole thousandths, or None for what is no amount above zero or is finer than that."""
    try:
        amount = Decimal(str(written).strip()) * SCALE
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount <= 0 or amount != amount.to_integral_value():
        return None
    return int(amount)
