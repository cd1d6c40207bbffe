"""Finding items by words and filters; where none fits, the themes and a person to ask instead of an empty answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from kiosk.catalogue import Catalogue
from kiosk.machines.queries import get_machine
from kiosk.uow import reading
from services_catalog import search
from services_catalog.errors import UnknownDistrict
from services_catalog.items import PublishedItem
from services_catalog.offerings import OfferingInForce, changed_offerings
from services_catalog.routing import RoutingFacts

AUDIENCES = ("个人", "法人")
WITHOUT_HANDS = "全程网办"  # What needs no person at a desk to take papers.
ASK = "换个说法试试，或者按主题找；也可以拨打 {} 或到任一政务服务窗口问工作人员。"


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: words, and filters that are None where nothing was said.

    ``district`` is the division whose authority is to decide, ``mode`` a handling mode, ``machine`` the number of
    the machine at which it is to be done.
    """

    words: str = ""
    audience: str | None = None
    theme: str | None = None
    district: str | None = None
    mode: str | None = None
    machine: str | None = None

    @property
    def placed(self) -> bool:
        """Whether the answer depends on more than the catalogue held in memory."""
        return self.district is not None or self.machine is not None


@dataclass(frozen=True)
class Theme:
    """A theme of one audience. ``value`` is the catalogue's own name, 个人-社会保险."""

    value: str
    name: str
    count: int


def find_items(held: Catalogue, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Lines for a list of items, best first. Raises UnknownDistrict, NotFound for a machine that does not stand."""
    found = dict(_found(held, wanted.words))
    if wanted.placed:
        with reading() as session:
            chosen = _chosen_there(session, held, wanted, found)
    else:
        chosen = {seq for seq in found if _fits(held.items[seq], held.items[seq].modes, wanted)}
    fitting = (seq for seq in found if seq in chosen)
    return [_line(held.items[seq], found[seq]) for seq in islice(fitting, limit)]


def help_for(held: Catalogue, wanted: Wanted, phone: str) -> dict[str, Any]:
    """What to do where nothing was found: words for the person, the themes, the number of a clerk."""
    named = f"没有找到“{wanted.words}”。" if wanted.words else "没有同时符合这些条件的事项。"
    listed = [
        {"audience": audience, **vars(theme)}
        for audience, found in list_themes(held).items()
        for theme in found
    ]
    return {"words": named + ASK.format(phone), "phone": phone, "themes": listed}


def list_themes(held: Catalogue) -> dict[str, list[Theme]]:
    """The themes of either audience, the fullest first."""
    counts = Counter(item.theme for item in held.items.values() if not item.cancelled_reason)
    return {
        audience: [
            Theme(value, value.partition("-")[2], count)
            for value, count in counts.most_common()
            if value.startswith(audience)
        ]
        for audience in AUDIENCES
    }


def _found(held: Catalogue, words: str) -> Iterator[tuple[int, str]]:
    if words.strip():
        matches = search.search(held.index, words, len(held.items))
        return ((match.seq, match.why) for match in matches)
    return ((seq, "") for seq in sorted(held.items))


def _fits(item: PublishedItem, modes: tuple[str, ...], wanted: Wanted) -> bool:
    return (
        (wanted.audience is None or item.audience in (wanted.audience, "both"))
        and wanted.theme in (None, item.theme)
        and wanted.mode in (None, *modes)
        and (wanted.machine is None or (WITHOUT_HANDS in modes and not item.cancelled_reason))
    )


def _chosen_there(
    session: Session, held: Catalogue, wanted: Wanted, found: Iterable[int]
) -> set[int]:
    """Those found that fit by what holds there today: rules, agreements, suspensions, accepted modes."""
    machine = get_machine(session, wanted.machine) if wanted.machine else None
    if wanted.district is None:
        return {seq for seq in found if _fits(held.items[seq], held.items[seq].modes, wanted)}
    if wanted.district not in held.world.districts:
        raise UnknownDistrict(wanted.district)
    received_in = machine.division_code if machine else None
    there = held.deciding_by(RoutingFacts(wanted.district, received_in=received_in))
    deciding = [
        (seq, there[seq])
        for seq in found
        if seq in there and _fits(held.items[seq], held.items[seq].modes, wanted)
    ]
    changed = changed_offerings(session, deciding, held.on)
    return {
        pair[0]
        for pair in deciding
        if _offered(held.items[pair[0]], changed.get(pair), wanted, held.on)
    }


def _offered(item: PublishedItem, own: OfferingInForce | None, wanted: Wanted, on: date) -> bool:
    """Whether the authority receives the item today, and by the mode that is wanted."""
    if own is None:
        return _fits(item, item.modes, wanted)
    closed = own.terms.ended or own.find_suspension(on)
    return not closed and _fits(item, own.terms.modes or item.modes, wanted)


def _line(item: PublishedItem, why: str) -> dict[str, Any]:
    return {
        "seq": item.seq,
        "name": item.name,
        "theme": item.theme,
        "audience": item.audience,
        "modes": list(item.modes),
        "status": item.status,
        "why": why,
    }
