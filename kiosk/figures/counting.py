"""Counts a month of cases, prints and ratings anew; old counts of that month go in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select
from sqlalchemy.orm import Session

from kiosk.casework.correction_models import Correction
from kiosk.casework.models import Case
from kiosk.clock import midnight, office_date
from kiosk.figures.models import Figure
from kiosk.figures.office_day import OfficeDay
from kiosk.licences.models import Licence
from kiosk.machines.models import Machine
from kiosk.uow import unit_of_work
from kiosk.voices.models import Rating
from printing.job_models import PrintJob, PrintSheet
from printing.job_states import SheetState
from services_catalog.codes.ratings import EVALUATOR_LEVELS, is_negative_rating

MONTHS_KEPT_FRESH = 3  # Decisions of a month come in later ones; by then hardly any are missing.
NEGATIVE = tuple(level for level in EVALUATOR_LEVELS if is_negative_rating(level))
SPOILED = (SheetState.SPOILED.value, SheetState.JAMMED.value)


class Kind(StrEnum):
    """What is counted, by the month of receipt, or of the print or the rating."""

    RECEIVED = "received"
    DECIDED = "decided"
    ON_TIME = "on-time"
    PRINTED = "printed"
    SPOILED = "spoiled"
    CORRECTED_TWICE = "corrected-twice"
    RATED = "rated"
    DISSATISFIED = "dissatisfied"


def month_of(day: date) -> str:
    """``2026-11``."""
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    """The first day of a month. Raises ValueError."""
    return date.fromisoformat(f"{month}-01")


def months_back(today: date, count: int) -> list[str]:
    """This month and those before it, oldest first."""
    first, months = today.replace(day=1), []
    for _ in range(count):
        months.append(month_of(first))
        first = (first - timedelta(days=1)).replace(day=1)
    return months[::-1]


def count_recent(*, now: datetime) -> None:
    """Count the newest months anew, each in a unit of work; running twice gives the same."""
    for month in months_back(office_date(now), MONTHS_KEPT_FRESH):
        count_month(month)


def count_month(month: str) -> int:
    """Count one month anew; answers the rows. Raises ValueError for what is no month."""
    with unit_of_work() as session:
        rows = list(_rows(session, month))
        session.execute(delete(Figure).where(Figure.month == month))
        if rows:
            session.execute(insert(Figure), rows)
    return len(rows)


def _rows(session: Session, month: str) -> Iterator[dict[str, Any]]:
    since, until = _span(month)
    for kind, counted in (
        (Kind.RECEIVED, _cases(since, until)),
        (Kind.DECIDED, _cases(since, until).where(Case.decided_at.is_not(None))),
        (Kind.ON_TIME, _cases(since, until).where(*_on_time())),
        (Kind.PRINTED, _prints(since, until).where(PrintJob.state == "completed")),
        (Kind.SPOILED, _spoiled(since, until)),
        (Kind.CORRECTED_TWICE, _cases(since, until).where(_corrected_twice())),
        (Kind.RATED, _ratings(since, until)),
        (Kind.DISSATISFIED, _ratings(since, until).where(Rating.level.in_(NEGATIVE))),
    ):
        for source, target, seq, count in session.execute(counted):
            yield {
                "month": month,
                "kind": kind,
                "from_division": source,
                "to_division": target,
                "item_seq": seq,
                "count": count,
            }


def _span(month: str) -> tuple[datetime, datetime]:
    first = first_of(month)
    after = (first + timedelta(days=32)).replace(day=1)
    return midnight(first), midnight(after)


def _cases(since: datetime, until: datetime) -> Select[str, str, int, int]:
    places = (Case.receiving_division, Case.deciding_division, Case.item_seq)
    return (
        select(*places, func.count())
        .where(Case.received_at >= since, Case.received_at < until)
        .group_by(*places)
    )


def _on_time() -> tuple[ColumnElement[bool], ...]:
    """Decided by the promised day; what has no promised day can not be late."""
    decided_on = OfficeDay(Case.decided_at)
    return (
        Case.decided_at.is_not(None),
        Case.promised_due_on.is_(None) | (decided_on <= Case.promised_due_on),
    )


def _corrected_twice() -> ColumnElement[bool]:
    """Told a second time what is missing, though the law wants all of it said at once (行政许可法 art. 32(4))."""
    second = select(Correction.id).where(Correction.case_id == Case.id, Correction.position > 1)
    return second.exists()


def _ratings(since: datetime, until: datetime) -> Select[str, str, int, int]:
    """Ratings by the division of the place that was rated, and the item; without those that do not count."""
    place = func.coalesce(Rating.division_code, Case.deciding_division)
    return (
        select(place.label("rated"), place.label("answers"), Rating.item_seq, func.count())
        .join(Case, Case.number == Rating.case_number)
        .where(Rating.rated_at >= since, Rating.rated_at < until, ~Rating.excluded)
        .group_by(place, Rating.item_seq)
    )


def _prints(since: datetime, until: datetime, *counted: Any) -> Select[Any]:
    """Prints by the division of the machine, the authority's and the item."""
    places = (Machine.division_code, Case.deciding_division, Case.item_seq)
    return (
        select(*places, *(counted or (func.count(),)))
        .select_from(PrintJob)
        .join(Machine, Machine.number == PrintJob.machine_number)
        .join(Licence, Licence.identifier == PrintJob.licence_identifier)
        .join(Case, Case.number == Licence.case_number)
        .where(PrintJob.created_at >= since, PrintJob.created_at < until)
        .group_by(*places)
    )


def _spoiled(since: datetime, until: datetime) -> Select[Any]:
    spoiled = PrintSheet.job_id == PrintJob.id
    return _prints(since, until, func.count(PrintSheet.id)).join(
        PrintSheet, spoiled & PrintSheet.state.in_(SPOILED)
    )
