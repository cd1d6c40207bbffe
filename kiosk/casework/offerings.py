"""What a case keeps of the offering it was received under, for life."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app

from services_catalog.items import PublishedItem
from services_catalog.limits import WORKING_DAY
from services_catalog.offerings import (
    OfferingInForce,
    terms_to,
)
from services_catalog.routing import (
    Route,
    RoutingFacts,
)


@dataclass(frozen=True)
class Terms:
    """The limits of an item as data: days, their unit and the clock regime (permit, registration, other)."""

    item_name: str
    item_type: str
    regime: str
    unit: str
    legal_days: int | None
    promised_days: int | None
    result_document: str
    result_form: str
    promised_unit: str = WORKING_DAY


def snapshot(
    item: PublishedItem, decided: Route, facts: RoutingFacts, offering: OfferingInForce
) -> dict[str, Any]:
    """What the authority offered at receipt, the answer of the routing and its facts, as plain values."""
    offered = offering.apply(item)
    terms = Terms(
        item_name=item.name,
        item_type=item.item_type,
        regime=item.clock_regime,
        unit=item.legal_unit,
        legal_days=item.legal_days,
        promised_days=offered.promised_days,
        result_document=item.result_document,
        result_form=item.result_form,
        promised_unit=offering.promised_unit,
    )
    return {
        "terms": asdict(terms),
        "facts": asdict(facts),
        "materials": list(offered.materials),
        "fee": offered.fee,
        "offering": {"version": offering.version, "terms": terms_to(offering.terms)},
        "assumed": decided.assumed,
        "level": decided.level,
        "receipt_cutoff": current_app.config["RECEIPT_CUTOFF"],
    }


def terms_of(offering: dict[str, Any]) -> Terms:
    """The terms a case was received under."""
    return Terms(**offering["terms"])
