"""A case, its steps and its materials. Lists of cases are in ``queues``."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.errors import QueryCodeWrong
from kiosk.casework.models import Case, CaseEvent, CaseMaterial
from kiosk.errors import NotFound
from kiosk.privacy import keyring

LATEST = 5


def get_case(session: Session, number: str) -> Case:
    """The case of that number. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound("没有这个办件")
    return case


def get_case_by_code(session: Session, number: str, query_code: str) -> Case:
    """The case whose receipt shows number and query code. Raises QueryCodeWrong, whichever of them is wrong."""
    case = session.scalar(select(Case).where(Case.number == number))
    digest = keyring().digest("query-code", f"{number}:{query_code}")
    if case is None or not compare_digest(case.query_code_digest, digest):
        raise QueryCodeWrong("办件编号或查询码不正确")
    return case


def last_answers(session: Session, person_id: int) -> dict[str, Any]:
    """What a person answered in their latest applications, the newest answer to each question."""
    latest = select(Case).where(Case.applicant_id == person_id).order_by(Case.id.desc())
    answers: dict[str, Any] = {}
    for case in session.scalars(latest.limit(LATEST)):
        answers = {**case.form, **answers}
    return answers


def list_events(session: Session, case: Case) -> list[CaseEvent]:
    """The steps of a case, oldest first."""
    steps = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.position)
    return list(session.scalars(steps))


def list_materials(session: Session, case: Case) -> list[CaseMaterial]:
    """The papers of a case as the receipt lists them."""
    papers = select(CaseMaterial).where(CaseMaterial.case_id == case.id)
    return list(session.scalars(papers.order_by(CaseMaterial.position)))
