"""Rows of cases as service would leave them after years: busy and quiet authorities, most cases closed, some open."""

from __future__ import annotations

import json
import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import select

from kiosk.casework.models import Case
from kiosk.catalogue import catalogue
from kiosk.clock import office_date
from kiosk.identity.queries import document_digest
from kiosk.privacy import keyring
from kiosk.uow import reading
from services_catalog.codes import compose_case_number

DAYS = 1000
CASES_EACH = 4
"""Cases a person has, on the average."""
NAMES = 500
OFFICERS = 5
STATES = {
    "closed": 860, "withdrawn": 20, "not-accepted": 15, "lapsed": 5, "received": 30, "accepted": 15,
    "under-review": 30, "correction-requested": 10, "special-procedure": 5, "granted": 5, "delivered": 5,
}  # fmt: skip
OPEN = ("received", "accepted", "under-review", "special-procedure", "granted", "delivered")
ITEMS = (37, 1, 43, 59, 87, 165, 201, 248, 299, 307)
PERSON_COLUMNS = (
    "id", "number", "name", "document_type", "document_number", "document_digest", "created_at",
)  # fmt: skip
CASE_COLUMNS = tuple(column.name for column in Case.__table__.columns)


@dataclass
class Ground:
    """What the rows are made of. ``sample`` is a case that was really received; the others resemble it."""

    count: int
    now: datetime
    sample: dict[str, Any]
    authorities: list[tuple[str, str, str]]
    weights: list[float]
    versions: dict[int, int]
    kept: list[tuple[str, str, int]] = field(default_factory=list)
    shown: dict[str, list[int]] = field(default_factory=dict)
    cursors: dict[str | None, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, number: str, count: int) -> Ground:
        """The ground of that many cases, around the one that was received."""
        held = catalogue()
        with reading() as session:
            case = session.scalars(select(Case).where(Case.number == number)).one()
            sample = {name: getattr(case, name) for name in CASE_COLUMNS}
        bureaus = [
            (view.code, view.name, view.district_code)
            for view in held.world.by_code.values()
            if view.level == "county"
        ]
        by_place = {place: (code, name, place) for code, name, place in sorted(bureaus)}
        authorities = [by_place[place] for place in sorted(by_place)]
        weights = list(accumulate(1 / (rank + 5) for rank in range(len(authorities))))
        versions = {seq: held.items[seq].version_id for seq in ITEMS}
        return cls(count, case.received_at, sample, authorities, weights, versions)

    def draw(self, chance: random.Random) -> tuple[str, str, str]:
        """An authority, the busy ones more often."""
        return self.authorities[bisect(self.weights, chance.random() * self.weights[-1])]

    def draw_authority(self, chance: random.Random) -> str:
        """One of the ten busiest authorities."""
        return chance.choice(self.authorities[:10])[0]

    def draw_division(self, chance: random.Random) -> str:
        """One of the divisions that receive most."""
        return chance.choice(self.authorities[:10])[2]

    def draw_case(self, chance: random.Random) -> tuple[str, str]:
        """Deciding authority and number of some case."""
        authority, number, _ = chance.choice(self.kept)
        return authority, number

    def draw_applicant(self, chance: random.Random) -> tuple[str, str]:
        """Deciding authority and document number of some applicant."""
        authority, _, person = chance.choice(self.kept)
        return authority, document_of(person)


def document_of(person: int) -> str:
    """The document number of an invented person."""
    return f"510104{person:012d}"


def person_rows(ground: Ground) -> Iterator[tuple[Any, ...]]:
    """People, each with a number of their own, encrypted and digested as in service."""
    ring = keyring()
    names = [ring.encrypt(f"样例{number:03d}") for number in range(NAMES)]
    for person in range(10, 10 + ground.count // CASES_EACH):
        document = document_of(person)
        yield (
            person, f"P-bench-{person}", names[person % NAMES], "111",
            ring.encrypt(document), document_digest("111", document), ground.now,
        )  # fmt: skip


def case_rows(ground: Ground) -> Iterator[list[Any]]:
    """Cases in the order they were received."""
    chance, ring = random.Random(20260302), keyring()
    names = [ring.encrypt(f"样例{number:03d}") for number in range(NAMES)]
    form = ring.encrypt(json.dumps(ground.sample["form"], ensure_ascii=False))
    offering = json.dumps(ground.sample["offering"], ensure_ascii=False)
    shared = ground.sample | {"form": form, "offering": offering, "delivery_details": None}
    shared["explanation"] = json.dumps(shared["explanation"], ensure_ascii=False)
    states, odds = list(STATES), list(STATES.values())
    for number in range(ground.count):
        state = chance.choices(states, odds)[0]
        received_at = _moment(ground, number, state, chance)
        code, name, place = ground.draw(chance)
        receiving = ground.draw(chance)[2]
        seq = chance.choice(ITEMS)
        due_on = office_date(received_at) + timedelta(days=chance.randint(3, 30))
        person = 10 + chance.randrange(ground.count // CASES_EACH)
        case_number = compose_case_number(receiving, office_date(received_at), 1 + number % 999_999)
        row = shared | {
            "id": 10 + number, "number": case_number, "state": state, "item_seq": seq,
            "item_version_id": ground.versions[seq], "applicant_id": person,
            "subject_name": names[person % NAMES], "receiving_division": receiving,
            "subject_digest": f"{person:064d}", "deciding_authority": code, "deciding_name": name,
            "deciding_division": place, "received_at": received_at, "order_on": due_on,
            "held_by": _holder(code, state, chance), "acceptance_due_on": due_on,
        }  # fmt: skip
        if number % max(1, ground.count // 2000) == 0:
            ground.kept.append((code, case_number, person))
        yield [row[name] for name in CASE_COLUMNS]


def _moment(ground: Ground, number: int, state: str, chance: random.Random) -> datetime:
    """When it was received: those still open within the last weeks."""
    if state in OPEN:
        return ground.now - timedelta(days=chance.random() * 40)
    return ground.now - timedelta(days=DAYS * (1 - number / ground.count))


def login_of(authority: str, officer: int) -> str:
    """An officer's login; nobody works for two authorities."""
    return f"officer-{officer}.{authority}"


def _holder(authority: str, state: str, chance: random.Random) -> str | None:
    held = state == "under-review" or (state in OPEN and chance.random() < 0.3)
    return login_of(authority, chance.randrange(OFFICERS)) if held else None
