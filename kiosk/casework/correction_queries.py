"""Corrections of a case as they were told and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.correction_models import Correction, CorrectionDefect
from kiosk.casework.draft_models import Upload
from kiosk.casework.draft_queries import list_case_uploads
from kiosk.casework.models import Case


@dataclass(frozen=True)
class DefectLine:
    """A listed defect; ``code`` (``1.2``) is notice and position. ``file`` is what answers it, if that is a file."""

    code: str
    paper: str | None
    field: str | None
    label: str
    reason: str
    mend: str
    basis: str
    arises_from: str | None
    supplied: bool
    supplied_form: str | None
    file: Upload | None


@dataclass(frozen=True)
class CorrectionLine:
    """A correction notice with its list."""

    position: int
    notified_on: date
    days: int
    paper_number: str
    complete: bool
    defects: list[DefectLine]


def find_open_correction(session: Session, case: Case) -> Correction | None:
    """The notice that still waits for its answer, or None."""
    open_ones = select(Correction).where(
        Correction.case_id == case.id, Correction.completed_at.is_(None)
    )
    return session.scalar(open_ones.order_by(Correction.position.desc()).limit(1))


def list_defects(session: Session, correction: Correction) -> list[CorrectionDefect]:
    """The list of a notice in its order."""
    listed = select(CorrectionDefect).where(CorrectionDefect.correction_id == correction.id)
    return list(session.scalars(listed.order_by(CorrectionDefect.position)))


def list_notices(session: Session, case: Case) -> list[Correction]:
    """The correction notices of a case, first to last."""
    told = select(Correction).where(Correction.case_id == case.id)
    return list(session.scalars(told.order_by(Correction.position)))


def list_corrections(session: Session, case: Case) -> list[CorrectionLine]:
    """Notices and lists as values."""
    notices = list_notices(session, case)
    files = files_by_defect(session, case) if notices else {}
    return [_line(session, notice, files) for notice in notices]


def files_by_defect(session: Session, case: Case) -> dict[str, Upload]:
    """The files that answer a correction, by the code of the defect (``1.2``); other references look otherwise."""
    files = list_case_uploads(session, case.id)
    return {file.reference: file for file in files if file.reference is not None}


def _line(session: Session, notice: Correction, files: Mapping[str, Upload]) -> CorrectionLine:
    return CorrectionLine(
        position=notice.position,
        notified_on=notice.notified_on,
        days=notice.days,
        paper_number=notice.paper_number,
        complete=notice.completed_at is not None,
        defects=[_defect(notice, defect, files) for defect in list_defects(session, notice)],
    )


def _defect(
    notice: Correction, defect: CorrectionDefect, files: Mapping[str, Upload]
) -> DefectLine:
    code = f"{notice.position}.{defect.position}"
    return DefectLine(
        code=code,
        paper=defect.paper,
        field=defect.field,
        label=defect.label,
        reason=defect.reason,
        mend=defect.mend,
        basis=defect.basis,
        arises_from=defect.arises_from,
        supplied=defect.supplied_at is not None,
        supplied_form=defect.supplied_form,
        file=files.get(code),
    )
