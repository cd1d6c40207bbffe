"""The day of a moment in Asia/Shanghai, reckoned by the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class OfficeDay(GenericFunction[date]):
    """``OfficeDay(moment)``: a calendar date, to compare with due dates."""

    type = Date()
    inherit_cache = True


@compiles(OfficeDay, "postgresql")
def _on_postgresql(element: OfficeDay, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"(timezone('Asia/Shanghai', {moment}))::date"


@compiles(OfficeDay, "sqlite")
def _on_sqlite(element: OfficeDay, compiler: Any, **options: Any) -> str:
    # Moments are stored in UTC; the zone has had no summer time since 1991.
    return f"date({compiler.process(element.clauses, **options)}, '+8 hours')"
