"""An invented white list of this year, signed by both sides, so that item 87 has something to show."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import services_catalog
from kiosk.audit import trail
from kiosk.clock import office_date
from kiosk.identity.actors import SYSTEM
from kiosk.quotas.models import Quota
from services_catalog.models import Authority
from services_catalog.quota_forms import SCALE

FILE = Path(services_catalog.__file__).parent / "data" / "demo_white_list.csv"
ITEM = 87


def enter_white_list(session: Session, now: datetime) -> int:
    """Enter what is missing of this year's lines; answers how many."""
    year = office_date(now).year
    known = set(session.scalars(select(Quota.number)))
    named = session.execute(select(Authority.name, Authority.code))
    codes = {row.name: row.code for row in named}
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if _number(year, row) not in known]
    for row in rows:
        session.add(_line(row, year, codes, now))
        trail.record(session, SYSTEM, "quota-signed", f"quota:{_number(year, row)}", now, demo=True)
    return len(rows)


def _line(row: dict[str, str], year: int, codes: dict[str, str], now: datetime) -> Quota:
    return Quota(
        number=_number(year, row),
        item_seq=ITEM,
        year=year,
        holder_code=row["holder_code"],
        holder_name=row["holder_name"],
        kind=row["kind"],
        amount=int(row["tonnes"]) * SCALE,
        used=0,
        unit="吨",
        first_code=codes[row["first"]],
        second_code=codes[row["second"]],
        first_signed_by=row["first_by"],
        first_signed_at=now,
        second_signed_by=row["second_by"],
        second_signed_at=now,
        proposed_by=row["first_by"],
        proposed_at=now,
    )


def _number(year: int, row: dict[str, str]) -> str:
    return f"WF-{year}-{row['number']}"
