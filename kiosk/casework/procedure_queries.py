"""What stops or lengthens the limits of a case, as its clocks and its readers need it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.deadlines import WORKING_DAY, Pause, due
from kiosk.casework.expert_models import Expert, ExpertReview
from kiosk.casework.models import Case
from kiosk.casework.procedure_kinds import SPECIAL_WORDS, SpecialKind
from kiosk.casework.procedure_models import Extension, Hearing, Procedure
from services_catalog.workdays import Calendar


@dataclass(frozen=True)
class ProcedureLine:
    """A special procedure with its experts, if it is a review."""

    position: int
    kind: str
    words: str
    reason: str
    expected_days: int
    started_on: date
    ended_on: date | None
    result: str | None
    paper_number: str
    experts: list[ReviewLine]


@dataclass(frozen=True)
class ReviewLine:
    """One expert of a review."""

    number: str
    name: str
    opinion: str | None


def list_procedures(session: Session, case: Case) -> list[Procedure]:
    """The special procedures of a case, first to last."""
    held = select(Procedure).where(Procedure.case_id == case.id)
    return list(session.scalars(held.order_by(Procedure.position)))


def list_open_procedures(session: Session, case: Case) -> list[Procedure]:
    """Those that still run."""
    return [held for held in list_procedures(session, case) if held.ended_on is None]


def pauses_of(session: Session, case: Case, calendar: Calendar) -> list[Pause]:
    """The stretches of days that the limits of the case do not count."""
    return as_pauses(list_procedures(session, case), calendar)


def as_pauses(procedures: Iterable[Procedure], calendar: Calendar) -> list[Pause]:
    """Special procedures as the days they take out of a limit."""
    return [
        Pause(
            held.started_on,
            held.ended_on,
            SPECIAL_WORDS[SpecialKind(held.kind)],
            due(held.started_on, held.expected_days, WORKING_DAY, calendar).earliest,
        )
        for held in procedures
    ]


def procedures_of_each(session: Session, ids: Sequence[int]) -> dict[int, list[Procedure]]:
    """The special procedures of several cases, by the case's id; a case without any is left out."""
    found: dict[int, list[Procedure]] = {}
    held = select(Procedure).where(Procedure.case_id.in_(ids)).order_by(Procedure.position)
    for procedure in session.scalars(held):
        found.setdefault(procedure.case_id, []).append(procedure)
    return found


def extended_days_of_each(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many days were granted to each of several cases; one without an extension is left out."""
    asked = select(Extension.case_id, Extension.approved, Extension.days)
    last = session.execute(asked.where(Extension.case_id.in_(ids)).order_by(Extension.id))
    return {case_id: days if approved else 0 for case_id, approved, days in last}


def find_extension(session: Session, case: Case) -> Extension | None:
    """The extension that was asked for last, or None."""
    asked = select(Extension).where(Extension.case_id == case.id)
    return session.scalar(asked.order_by(Extension.id.desc()).limit(1))


def extended_days(session: Session, case: Case) -> int:
    """How many days were granted on top of the statutory limit."""
    found = find_extension(session, case)
    return found.days if found is not None and found.approved else 0


def find_hearing(session: Session, case: Case) -> Hearing | None:
    """The hearing the applicant was told of, or None."""
    return session.scalar(select(Hearing).where(Hearing.case_id == case.id))


def list_reviews(session: Session, procedure: Procedure) -> list[tuple[ExpertReview, Expert]]:
    """Who reviews, and with what opinion."""
    parts = select(ExpertReview, Expert).join(Expert, Expert.id == ExpertReview.expert_id)
    found = session.execute(parts.where(ExpertReview.procedure_id == procedure.id))
    return [(review, expert) for review, expert in found]


def procedure_lines(session: Session, case: Case) -> list[ProcedureLine]:
    """The special procedures of a case as values."""
    return [_line(session, held) for held in list_procedures(session, case)]


def end_open_procedures(session: Session, case: Case, today: date) -> None:
    """What still runs ends with the case."""
    for held in list_open_procedures(session, case):
        held.ended_on = today


def _line(session: Session, held: Procedure) -> ProcedureLine:
    return ProcedureLine(
        position=held.position,
        kind=held.kind,
        words=SPECIAL_WORDS[SpecialKind(held.kind)],
        reason=held.reason,
        expected_days=held.expected_days,
        started_on=held.started_on,
        ended_on=held.ended_on,
        result=held.result,
        paper_number=held.paper_number,
        experts=[
            ReviewLine(expert.number, expert.name, review.opinion)
            for review, expert in list_reviews(session, held)
        ],
    )
