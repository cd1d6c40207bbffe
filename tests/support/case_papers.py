"""The papers of a decision among all that a case gives out. Needs an application context."""

from __future__ import annotations

from typing import Any

from kiosk.licences.models import SealedDocument
from kiosk.licences.queries import list_documents
from kiosk.uow import reading

BEFORE_THE_DECISION = ("收件凭证", "受理通知书")


def decision_papers(number: str) -> list[SealedDocument]:
    """The papers of the decision, oldest first."""
    with reading() as session:
        papers = list_documents(session, number)
    return [paper for paper in papers if paper.title not in BEFORE_THE_DECISION]


def shown_decision_papers(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The same of a case as the API shows it."""
    return [paper for paper in case["papers"] if paper["title"] not in BEFORE_THE_DECISION]
