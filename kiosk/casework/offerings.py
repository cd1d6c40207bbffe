"""What a case keeps of the offering it was received under, for life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kiosk.catalogue import Catalogue
from services_catalog.items import PublishedItem
from services_catalog.limits import WORKING_DAY
from services_catalog.offerings import (
    OfferingInForce,
    offering_in_force,
    require_open,
    terms_to,
)
from services_catalog.routing import (
    SICHUAN,
    AuthorityView,
    DistrictView,
    Route,
    RoutingFacts,
    World,
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


def open_offering(
    session: Session, held: Catalogue, seq: int, decided: Route, on: date
) -> OfferingInForce:
    """The deciding authority's offering on that day. Raises OfferingSuspended, OfferingEnded."""
    offering = offering_in_force(session, seq, decided.authority_code, on)
    if offering.terms.ended or offering.find_suspension(on):
        require_open(offering, on, alternative_words(session, held, seq, decided, on))
    return offering


def alternative_words(session: Session, held: Catalogue, seq: int, decided: Route, on: date) -> str:
    """The nearest organ of the same kind that receives the item: above, then beside; else whom to ask."""
    for authority in _nearest(held, seq, decided):
        other = offering_in_force(session, seq, authority.code, on)
        if not other.terms.ended and other.find_suspension(on) is None:
            place = other.terms.windows[0].address if other.terms.windows else ""
            return f"可向{authority.name}{f'({place})' if place else ''}咨询办理。"
    return f"请向{decided.authority_name}咨询。"


def _nearest(held: Catalogue, seq: int, decided: Route) -> Iterator[AuthorityView]:
    """Organs that do the same work: those of the divisions above, then one neighbour under the same division."""
    world, here = held.world, held.world.districts[decided.district_code]
    kinds = _kinds(held, seq, decided, here)
    above = here.parent_code
    while above is not None:
        yield from _organs(world, kinds, above)
        above = world.districts[above].parent_code
    beside = (code for code in sorted(world.districts) if code != here.code)
    neighbours = (code for code in beside if world.districts[code].parent_code == here.parent_code)
    for code in neighbours:
        if organs := _organs(world, kinds, code):
            yield organs[0]
            return


def _kinds(held: Catalogue, seq: int, decided: Route, here: DistrictView) -> tuple[str, ...]:
    """The kind of organ that decides here, and the one that decides the item where no bureau does."""
    own = [
        kind
        for (kind, place), view in held.world.authorities.items()
        if place == here.code and view.code == decided.authority_code
    ]
    item = held.items[seq]
    usual = item.organ_kind_sc if here.province == SICHUAN else item.organ_kind_cq
    return (*own, usual)


def _organs(world: World, kinds: tuple[str, ...], place: str) -> list[AuthorityView]:
    known = (world.authorities.get((kind, place)) for kind in kinds)
    return [authority for authority in known if authority is not None]


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
    }


def terms_of(offering: dict[str, Any]) -> Terms:
    """The terms a case was received under."""
    return Terms(**offering["terms"])
