"""A closed offering: who else can decide the case, else whom to ask. No place without jurisdiction is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from kiosk.catalogue import Catalogue
from services_catalog.offerings import OfferingInForce, offering_in_force, require_open
from services_catalog.queries import get_authority
from services_catalog.routing import AuthorityView, Route, RoutingFacts, chain
from services_catalog.rules import Delegation


@dataclass(frozen=True)
class Deputy:
    """An organ that decides in the suspended one's name under a delegation in force, with its own offering."""

    organ: AuthorityView
    offering: OfferingInForce
    rule: Delegation


def open_offering(
    session: Session, held: Catalogue, seq: int, decided: Route, facts: RoutingFacts, on: date
) -> OfferingInForce:
    """The deciding authority's offering on that day. Raises OfferingSuspended, OfferingEnded.

    What the authority itself has suspended, its delegates still receive at their own place.
    """
    offering = offering_in_force(session, seq, decided.authority_code, on)
    if not offering.terms.ended and offering.find_suspension(on) is None:
        return offering
    deputies = list_deputies(session, held, offering, decided, facts, on)
    received_in = _chain(held, facts.received_in)
    if not any(deputy.organ.district_code in received_in for deputy in deputies):
        require_open(offering, on, _words(session, offering, decided, deputies))
    return offering


def list_deputies(
    session: Session,
    held: Catalogue,
    offering: OfferingInForce,
    decided: Route,
    facts: RoutingFacts,
    on: date,
) -> list[Deputy]:
    """Who may decide in the authority's name under a delegation, the nearest to the receiving place first."""
    return sorted(
        _deputies(session, held, offering, facts.district_code or decided.district_code, on),
        key=lambda deputy: _distance(held, facts.received_in or decided.district_code, deputy),
    )


def _deputies(
    session: Session, held: Catalogue, offering: OfferingInForce, place: str, on: date
) -> Iterator[Deputy]:
    """Those whom a delegation for this item and place lets decide; none once the offering has ended."""
    for rule in () if offering.terms.ended else held.world.rules.delegations:
        covers = (rule.delegating_code, rule.item_seq) == (
            offering.authority_code, offering.item_seq,
        )  # fmt: skip
        if not covers or rule.area_code not in _chain(held, place):
            continue
        own = offering_in_force(session, rule.item_seq, rule.delegate_code, on)
        if not own.terms.ended and own.find_suspension(on) is None:
            yield Deputy(held.world.by_code[rule.delegate_code], own, rule)


def _distance(held: Catalogue, place: str, deputy: Deputy) -> int:
    """How few divisions the two have in common, as a negative number: the nearest comes first."""
    there = _chain(held, deputy.organ.district_code)
    return -len(set(_chain(held, place)) & set(there))


def _chain(held: Catalogue, code: str | None) -> list[str]:
    place = held.world.districts.get(code or "")
    return [] if place is None else chain(place, held.world)


def _words(
    session: Session, offering: OfferingInForce, decided: Route, deputies: list[Deputy]
) -> str:
    if deputies:
        nearest = deputies[0]
        where = _contact(session, nearest.offering)
        return f"{nearest.organ.name}受委托可以办理，请到其窗口提交（{where}）。"
    where = _contact(session, offering)
    return f"该申请只能由{decided.authority_name}办理，其他机关不能代为受理，请咨询：{where}。"


def _contact(session: Session, offering: OfferingInForce) -> str:
    """Window and phone as far as they are known, else the hotline."""
    authority = get_authority(session, offering.authority_code)
    address, phone = authority.address or "", authority.phone or ""
    if offering.terms.windows:
        window = offering.terms.windows[0]
        address, phone = window.address, window.phone or phone
    hotline = f"政务服务热线 {current_app.config['HOTLINE']}"
    return "，".join(filter(None, [address, f"电话 {phone}" if phone else hotline]))
