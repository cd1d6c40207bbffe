"""What an authority offers for an item on a date: the rule's yield, and what the authority changed of it (实施清单).

A rule yields the offering of every item in every division; a row exists only where an authority changed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from services_catalog.errors import (
    EffectiveInPast,
    OfferingEnded,
    OfferingInvalid,
    OfferingSuspended,
    UnknownAuthority,
)
from services_catalog.items import PublishedItem
from services_catalog.limits import CALENDAR_DAYS, WORKING_DAY, is_within, limit_words
from services_catalog.material_rules import MaterialRule, rule_faults
from services_catalog.models import Authority, Offering
from services_catalog.validity import DAY, Span, place


@dataclass(frozen=True)
class Window:
    """Where the authority is met."""

    address: str
    hours: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Suspension:
    """Days on which nothing is received, both included; without a last day until the authority says otherwise."""

    first: date
    last: date | None
    reason: str


@dataclass(frozen=True)
class OfferingTerms:
    """What an authority changed. Empty fields leave what the rule yields.

    ``promised_days`` counts in ``promised_unit``. ``local_materials`` come on top of the item's and need a recorded
    ``justification``, and so do ``material_rules`` that ask for more than the item does. ``modes`` are those
    accepted of the item's. ``ended`` is the reason why nothing is received any more. ``alternative`` tells where else
    to go, in the authority's own words. ``second_signature`` asks that a second officer signs before the decision.
    """

    windows: tuple[Window, ...] = ()
    promised_days: int | None = None
    promised_unit: str = WORKING_DAY
    fee: str = ""
    local_materials: tuple[str, ...] = ()
    material_rules: tuple[MaterialRule, ...] = ()
    modes: tuple[str, ...] = ()
    licence_template: str = ""
    suspensions: tuple[Suspension, ...] = ()
    ended: str = ""
    alternative: str = ""
    justification: str = ""
    second_signature: bool = False


@dataclass(frozen=True)
class OfferingInForce:
    """The terms in force on a date. ``version`` is 0 where the authority changed nothing."""

    item_seq: int
    authority_code: str
    version: int
    terms: OfferingTerms = field(default_factory=OfferingTerms)

    def find_suspension(self, on: date) -> Suspension | None:
        """The suspension that covers that day, or None."""
        return next((s for s in self.terms.suspensions if Span(s.first, s.last).holds_on(on)), None)

    @property
    def promised_unit(self) -> str:
        """The unit of the promise: the authority's own, or working days, in which items promise."""
        return WORKING_DAY if self.terms.promised_days is None else self.terms.promised_unit

    def apply(self, item: PublishedItem) -> PublishedItem:
        """The item as this authority carries it out; its promise counts in ``promised_unit``."""
        terms = self.terms
        promised = item.promised_days if terms.promised_days is None else terms.promised_days
        return replace(
            item,
            promised_days=promised,
            materials=(*item.materials, *terms.local_materials),
            modes=terms.modes or item.modes,
            fee=terms.fee or item.fee,
        )


def offering_in_force(session: Session, seq: int, authority_code: str, on: date) -> OfferingInForce:
    """The offering of an item by an authority on a date; one statement."""
    row = session.execute(
        select(Offering.version, Offering.terms).where(
            Offering.item_seq == seq,
            Offering.authority_code == authority_code,
            Offering.effective_from <= on,
            or_(Offering.effective_to.is_(None), Offering.effective_to >= on),
        )
    ).first()
    if row is None:
        return OfferingInForce(seq, authority_code, 0)
    return OfferingInForce(seq, authority_code, row.version, terms_from(row.terms))


def changed_offerings(
    session: Session, pairs: Iterable[tuple[int, str]], on: date
) -> dict[tuple[int, str], OfferingInForce]:
    """What authorities changed of these items (item, authority) and is in force on a date; one statement."""
    chosen = select(
        Offering.item_seq, Offering.authority_code, Offering.version, Offering.terms
    ).where(
        tuple_(Offering.item_seq, Offering.authority_code).in_(list(pairs)),
        Offering.effective_from <= on,
        or_(Offering.effective_to.is_(None), Offering.effective_to >= on),
    )
    return {
        (seq, code): OfferingInForce(seq, code, version, terms_from(terms))
        for seq, code, version, terms in session.execute(chosen)
    }


def list_offerings(session: Session, seq: int, authority_code: str) -> list[Offering]:
    """Every version of what an authority changed for an item, oldest first."""
    chosen = select(Offering).where(
        Offering.item_seq == seq, Offering.authority_code == authority_code
    )
    return list(session.scalars(chosen.order_by(Offering.version)))


def require_open(offering: OfferingInForce, on: date, alternative: str) -> None:
    """Raises OfferingEnded or OfferingSuspended with the reason and where else to go."""
    elsewhere = offering.terms.alternative or alternative
    if offering.terms.ended:
        raise OfferingEnded(offering.terms.ended, elsewhere)
    suspended = offering.find_suspension(on)
    if suspended is not None:
        raise OfferingSuspended(suspended.reason, suspended.last, elsewhere)


def change_offering(
    session: Session,
    item: PublishedItem,
    authority_code: str,
    terms: OfferingTerms,
    *,
    author: str,
    effective_from: date,
    today: date,
) -> Offering:
    """Put new terms in force from a date; those before end the day before.

    Raises UnknownAuthority, EffectiveInPast, OfferingInvalid with every fault.
    """
    held = select(Authority.code).where(Authority.code == authority_code).with_for_update()
    if session.scalar(held) is None:
        raise UnknownAuthority(f"没有代码为 {authority_code} 的机关")
    if effective_from < today:
        raise EffectiveInPast(f"生效日期 {effective_from} 已过，请改为今天或以后")
    if faults := terms_faults(terms, item):
        raise OfferingInvalid(faults)
    known = list_offerings(session, item.seq, authority_code)
    placed = place((Span(row.effective_from, row.effective_to) for row in known), effective_from)
    if placed.cut is not None:
        known[placed.cut].effective_to = effective_from - DAY
    row = Offering(
        item_seq=item.seq,
        authority_code=authority_code,
        version=len(known) + 1,
        effective_from=effective_from,
        effective_to=placed.span.last,
        terms=terms_to(terms),
        author=author,
    )
    session.add(row)
    session.flush()  # Two editors at once meet at the unique number.
    return row


def terms_faults(terms: OfferingTerms, item: PublishedItem) -> dict[str, list[str]]:
    """Every fault of the terms by field; the law's limit and the item's standard are not the authority's to widen."""
    faults: dict[str, list[str]] = {}
    for name, words in _faults(terms, item):
        faults.setdefault(name, []).append(words)
    return faults


def terms_to(terms: OfferingTerms) -> dict[str, Any]:
    """Terms as values that JSON can hold."""
    told = asdict(terms)
    told["suspensions"] = [
        {**entry, "first": entry["first"].isoformat(), "last": _iso(entry["last"])}
        for entry in told["suspensions"]
    ]
    return told | {
        name: list(told[name]) for name in ("windows", "local_materials", "material_rules", "modes")
    }


def terms_from(stored: Mapping[str, Any]) -> OfferingTerms:
    """The terms that a row keeps, or an editor wrote; what is absent stays as the rule has it.

    Raises OfferingInvalid.
    """
    try:
        told = {
            **stored,
            **{name: tuple(stored.get(name, ())) for name in ("local_materials", "modes")},
        }
        rules = stored.get("material_rules", ())
        told["material_rules"] = tuple(MaterialRule(**entry) for entry in rules)
        told["windows"] = tuple(Window(**entry) for entry in stored.get("windows", ()))
        told["suspensions"] = tuple(_suspension(entry) for entry in stored.get("suspensions", ()))
        return OfferingTerms(**told)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise OfferingInvalid({"terms": ["内容的写法不对，请核对各项名称和日期"]}) from error


def _faults(terms: OfferingTerms, item: PublishedItem) -> Iterator[tuple[str, str]]:
    yield from _promise_faults(terms, item)
    if wrong := [mode for mode in terms.modes if mode not in item.modes]:
        yield "modes", f"事项没有“{'、'.join(wrong)}”这种办理方式"
    if terms.local_materials and not terms.justification.strip():
        yield "justification", "比统一标准多要材料，须写明依据和理由"
    listed = (*item.materials, *terms.local_materials)
    yield from rule_faults(
        terms.material_rules, listed, justified=bool(terms.justification.strip())
    )
    for entry in terms.suspensions:
        if not entry.reason.strip():
            yield "suspensions", "暂停办理须写明原因"
        if entry.last is not None and entry.last < entry.first:
            yield "suspensions", "暂停的结束日期早于开始日期"


def _promise_faults(terms: OfferingTerms, item: PublishedItem) -> Iterator[tuple[str, str]]:
    promised, unit = terms.promised_days, terms.promised_unit
    if unit not in CALENDAR_DAYS:
        yield "promised_unit", "应为工作日或自然日"
    elif promised is not None and promised < 0:
        yield "promised_days", "应为 0 或以上的整数"
    elif promised is not None and not is_within(promised, unit, item.legal_days, item.legal_unit):
        legal = limit_words(item.legal_days, item.legal_unit)
        yield "promised_days", f"承诺{limit_words(promised, unit)}，超过法定的{legal}"


def _suspension(entry: Mapping[str, Any]) -> Suspension:
    last = entry.get("last") and date.fromisoformat(entry["last"])
    return Suspension(date.fromisoformat(entry["first"]), last or None, entry["reason"])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
