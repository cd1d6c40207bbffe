"""Twenty invented differences of the two provinces, under review and marked 示例, for the report to show."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import services_catalog
from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.identity.actors import SYSTEM
from services_catalog import versions
from services_catalog.contents import change_content
from services_catalog.models import ItemVersion

FILE = Path(services_catalog.__file__).parent / "data" / "demo_differences.csv"
DAYS_TO_REVIEW = timedelta(days=30)
NUMBERS = ("legal_days", "promised_days")
MARK = "示例：两地差异，供演示比对用，不是真实规定。"


def enter_differences(session: Session, *, author: str, now: datetime) -> int:
    """Put under review whatever of the file this author has not entered yet; answers how many."""
    entered = set(session.scalars(select(ItemVersion.item_seq).where(ItemVersion.author == author)))
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if int(row["seq"]) not in entered]
    for row in rows:
        _enter(session, row, author, now)
    return len(rows)


def _enter(session: Session, row: dict[str, str], author: str, now: datetime) -> None:
    seq, today = int(row["seq"]), office_date(now)
    published = versions.find_version_in_force(session, seq, today)
    if published is None:
        return
    content = change_content(seq, published.content, _changes(row, published.content))
    version = versions.draft(
        session, seq, content, author=author, effective_from=today + DAYS_TO_REVIEW
    )
    versions.submit_for_review(version)
    subject = f"item:{seq}/{version.version}"
    trail.record(session, SYSTEM, "version-submitted", subject, now, demo=True)


def _changes(row: dict[str, str], before: dict[str, Any]) -> dict[str, Any]:
    field, value = row["field"], row["value"]
    said: Any = int(value) if field in NUMBERS else [*before.get(field, []), value]
    changes: dict[str, Any] = {"note": MARK, "provinces": {row["province"]: {field: said}}}
    if row["justification"]:
        changes["justifications"] = {field: row["justification"]}
    return changes
