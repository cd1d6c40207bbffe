"""The delegation that a case was received under (异地授权): pinned at receipt, and said wherever the case is told of.

The delegate's officers handle the case; decision, seal, remedies and liability stay the deciding authority's
(行政许可法 art. 24). The parts of a joint case are not handed on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kiosk.casework.alternatives import list_deputies
from kiosk.casework.models import Case
from kiosk.casework.papers import chinese_date
from kiosk.catalogue import Catalogue
from services_catalog.offerings import OfferingInForce
from services_catalog.routing import Route, RoutingFacts


@dataclass(frozen=True)
class Mandate:
    """What a case keeps of its delegation. ``document_date`` is ISO text, because it is kept as plain values."""

    number: str
    delegate_code: str
    delegate_name: str
    basis: str
    document_number: str
    document_date: str
    announced: str

    @property
    def basis_words(self) -> str:
        """The written basis as papers name it."""
        day = chinese_date(date.fromisoformat(self.document_date))
        return f"{self.basis}（{self.document_number}，{day}）"


def find_mandate(
    session: Session,
    held: Catalogue,
    offering: OfferingInForce,
    decided: Route,
    facts: RoutingFacts,
) -> Mandate | None:
    """The delegation in force today under which a case of this offering is handled, the delegate nearest to the
    receiving place first; None where the authority handles it itself.
    """
    for deputy in list_deputies(session, held, offering, decided, facts, held.on):
        rule = deputy.rule
        return Mandate(
            rule.number,
            rule.delegate_code,
            deputy.organ.name,
            rule.basis,
            rule.document_number,
            rule.document_date.isoformat(),
            rule.announced,
        )
    return None


def pin(offering: dict[str, Any], mandate: Mandate | None) -> dict[str, Any]:
    """The case's snapshot of its offering with the delegation in it."""
    return offering if mandate is None else offering | {"delegation": asdict(mandate)}


def mandate_of(case: Case) -> Mandate | None:
    """The delegation the case was received under, or None."""
    kept = case.offering.get("delegation")
    return Mandate(**kept) if kept else None


def handler_words(case: Case) -> str:
    """The organ whose officers have the case on their desk, and the authority in whose name it acts."""
    mandate = mandate_of(case)
    if mandate is None:
        return case.deciding_name
    return f"{mandate.delegate_name}（受{case.deciding_name}委托）"


def mandate_words(mandate: Mandate, deciding_name: str) -> str:
    """One sentence for the applicant: who handles the case, by which document, and who answers for it."""
    return (
        f"本件由{mandate.delegate_name}受{deciding_name}委托具体办理，依据{mandate.basis_words}，"
        f"{mandate.announced}；决定以{deciding_name}的名义作出，由{deciding_name}承担责任。"
    )
