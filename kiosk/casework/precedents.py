"""What an authority asked to have corrected before, counted: noted with each first answer, read before receiving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, cast, func, insert, select
from sqlalchemy.orm import Session

from kiosk.casework.models import Case
from kiosk.casework.precedent_models import Precedent, PrecedentReason
from kiosk.clock import office_date

MATERIAL, FORM, OTHER = "material", "form", "other"
MOST_REASONS = 10
LONGEST = 200


@dataclass(frozen=True)
class Reason:
    """Why an application had to be corrected: the paper or the field of the form, and what was wrong with it."""

    kind: str
    subject: str
    words: str


@dataclass(frozen=True)
class PastReason:
    """A reason with the number of corrected applications it stood in, and their share of all corrected ones."""

    reason: Reason
    count: int
    share: float


@dataclass(frozen=True)
class PastRecord:
    """An authority's first answers for an item from ``since`` to ``until``, the commonest reasons first."""

    since: date
    until: date
    received: int
    corrected: int
    reasons: tuple[PastReason, ...]


def note_answer(session: Session, case: Case, reasons: Iterable[Reason]) -> None:
    """Note the first answer to a case in the answer's own transaction; without reasons it was complete.

    A case that was noted before keeps its first answer.
    """
    noted = select(Precedent.id).where(Precedent.case_number == case.number)
    if session.scalar(noted) is not None:
        return
    found = [vars(reason) for reason in reasons]
    precedent = Precedent(
        case_number=case.number,
        authority_code=case.deciding_authority,
        item_seq=case.item_seq,
        received_on=office_date(case.received_at),
        corrected=bool(found),
    )
    session.add(precedent)
    session.flush()  # The reasons name it by id.
    if found:
        rows = [{name: text[:LONGEST] for name, text in reason.items()} for reason in found]
        session.execute(
            insert(PrecedentReason), [row | {"precedent_id": precedent.id} for row in rows]
        )


def past_record(
    session: Session, authority_code: str, item_seq: int, since: date, until: date
) -> PastRecord:
    """The record of an authority for an item; two statements on one index."""
    chosen = (
        Precedent.authority_code == authority_code,
        Precedent.item_seq == item_seq,
        Precedent.received_on >= since,
        Precedent.received_on <= until,
    )
    counts = select(func.count(), func.sum(cast(Precedent.corrected, Integer))).where(*chosen)
    received, corrected = session.execute(counts).one()
    told = (PrecedentReason.kind, PrecedentReason.subject, PrecedentReason.words)
    count = func.count(PrecedentReason.precedent_id.distinct())
    reasons = (
        select(*told, count)
        .join(Precedent, Precedent.id == PrecedentReason.precedent_id)
        .where(*chosen)
        .group_by(*told)
        .order_by(count.desc(), *told)
        .limit(MOST_REASONS)
    )
    return PastRecord(
        since,
        until,
        received,
        corrected or 0,
        tuple(
            PastReason(Reason(kind, subject, words), times, times / corrected)
            for kind, subject, words, times in session.execute(reasons)
        ),
    )
