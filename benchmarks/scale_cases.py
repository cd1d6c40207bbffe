"""Queues, searches and pages over 10,000 cases, and over 1,000,000: ``python -m benchmarks.scale_cases``.

Two databases stand on one private PostgreSQL server, each filled by COPY with cases of every authority, state and day,
personal columns encrypted as in service; each list is asked of both in turn. EXPLAIN tells the index that served it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event, text

from benchmarks.case_pages import MOST_MS, PAGES, People
from benchmarks.case_rows import (
    CASE_COLUMNS,
    PERSON_COLUMNS,
    Ground,
    case_rows,
    login_of,
    person_rows,
)
from benchmarks.measuring import Subject, report, take_turns
from kiosk.app import create_app
from kiosk.casework.queues import (
    Page,
    QueueView,
    Sought,
    Whose,
    list_queue,
    list_received,
    search_cases,
)
from kiosk.casework.states import State
from kiosk.clock import office_date
from kiosk.identity.actors import Actor, Role
from kiosk.uow import reading
from tests.support.clocks import StandingClock
from tests.support.instances import SETUP_MOMENT, Prepared, set_up
from tests.support.postgres import Server, read_note, start_server, stop_server
from tests.support.sample_cases import received

Act = Callable[[Any, random.Random], Any]
Doing = Callable[[Any, Act], Callable[[int], object]]

ROUNDS, PER_ROUND = 12, 12
BUDGET = 1.5
ALIKE = 2.0  # A page with more than twice the rows takes longer whatever the table holds: it is shown, not judged.
PAGES_IN = 5
COPIED = "COPY {table} ({columns}) FROM STDIN"


@dataclass(frozen=True)
class Side:
    """One of the two databases: its application, and what stands in it to be asked for."""

    name: str
    app: Flask
    ground: Ground
    people: People


def main() -> int:
    """Fill, measure, report; 1 if a list's p95 is over half as long again over the large table, or a page is slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as server:
        sides = [
            filled(server, Path(folder), name, count)
            for name, count in (("small", asked.small), ("large", asked.large))
        ]
        lists, pages = timed(sides, ACTS, on), timed(sides, PAGES, seen)
        plans = {what: index_of(sides[1], act) for what, act in ACTS.items()}
        rows = {what: [mean_rows(side, act) for side in sides] for what, act in ACTS.items()}
    p95, of_pages = tails(lists), tails(pages)
    ratios = {what: large / small for what, (small, large) in p95.items()}
    said = {
        "cases": [asked.small, asked.large],
        "p95_ms": p95,
        "pages_p95_ms": of_pages,
        "rows_a_page": rows,
        "not_judged": [what for what, (few, many) in rows.items() if many > ALIKE * few],
        "read_by": plans,
    }
    report("scale-cases", [*chain(*lists.values()), *chain(*pages.values())], ratios, **said)
    judged = [ratio for what, ratio in ratios.items() if what not in said["not_judged"]]
    slow = [what for what, (_, large) in of_pages.items() if large > MOST_MS]
    return 0 if max(judged) <= BUDGET and not slow else 1


def timed(sides: list[Side], acts: dict[str, Act], on: Doing) -> dict[str, list[Subject]]:
    """Each act on both sides, in turns."""
    subjects = {
        what: [Subject(f"{what}, {side.name}", on(side, act), PER_ROUND) for side in sides]
        for what, act in acts.items()
    }
    take_turns(list(chain.from_iterable(subjects.values())), ROUNDS)
    return subjects


def tails(subjects: dict[str, list[Subject]]) -> dict[str, list[float]]:
    """Nineteen calls in twenty took no longer, in milliseconds: over the small table, over the large one."""
    return {what: [round(side.p95_ms, 2) for side in pair] for what, pair in subjects.items()}


def seen(side: Side, page: Callable[[People, random.Random], int]) -> Callable[[int], int]:
    """The page as the people of that side see it; the same number asks for the same thing."""
    return lambda number: page(side.people, random.Random(number))


def mean_rows(side: Side, act: Callable[..., Page]) -> float:
    """How many cases a page of that list had, on the average."""
    return round(statistics.mean(side.ground.shown[act.__name__]), 1)


@contextmanager
def postgres(folder: Path) -> Iterator[Server]:
    """A private server that ends with the benchmark."""
    note = folder / "postgres.json"
    start_server(os.getpid(), note)
    server = read_note(note)
    try:
        yield server
    finally:
        stop_server(server)


def filled(server: Server, folder: Path, name: str, count: int) -> Side:
    """A database with so many cases, analysed as the nightly vacuum would."""
    server.execute(f"CREATE DATABASE {name}")
    prepared = Prepared(folder / name, server.url(name))
    set_up(prepared)
    app = create_app(prepared.settings(NOW=SETUP_MOMENT))
    clock = StandingClock()
    app.extensions["clock"] = clock
    began = time.perf_counter()
    with app.app_context():
        ground = Ground.of(received(clock).number, count)
        with psycopg.connect(server.url(name)) as connection:
            copy(connection, "identity_person", PERSON_COLUMNS, person_rows(ground))
            copy(connection, "case_case", CASE_COLUMNS, case_rows(ground))
        with app.extensions["database"].connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE case_case"))
            connection.execute(text("VACUUM ANALYZE identity_person"))
    print(f"{name}: {count} cases in {time.perf_counter() - began:.0f} s", flush=True)
    return Side(name, app, ground, People.of(app, ground))


def copy(
    connection: psycopg.Connection, table: str, columns: tuple[str, ...], rows: Iterator[Any]
) -> None:
    """Write rows as fast as the server takes them."""
    statement = COPIED.format(table=table, columns=", ".join(columns))
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as stream:
        for row in rows:
            stream.write_row(row)


def on(side: Side, act: Callable[[Side, random.Random], Page]) -> Callable[[int], Page]:
    """The act on that side; the same number asks for the same thing."""

    def run(number: int) -> Page:
        with side.app.app_context():
            page = act(side, random.Random(number))
        side.ground.shown.setdefault(act.__name__, []).append(len(page.cases))
        return page

    return run


def index_of(side: Side, act: Callable[[Side, random.Random], Page]) -> str:
    """The index that PostgreSQL reads the cases of this list by, as EXPLAIN tells."""
    found: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        if "FROM case_case" in statement:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plan = json.dumps(cursor.fetchone()[0])
            found.extend(part.split('"')[1] for part in plan.split('"Index Name"')[1:])
            if '"Sort"' in plan:
                found.append("then sorted")
            if '"Seq Scan"' in plan:
                found.append("WHOLE TABLE")

    engine = side.app.extensions["database"]
    event.listen(engine, "before_cursor_execute", explain)
    with side.app.app_context():
        act(side, random.Random(1))
    event.remove(engine, "before_cursor_execute", explain)
    return ", ".join(dict.fromkeys(found))


# What is asked -------------------------------------------------------------------------------------


def officer(side: Side, chance: random.Random) -> Actor:
    """An officer of an authority, a busy one more often."""
    return officer_of(side.ground.draw_authority(chance))


def officer_of(authority: str) -> Actor:
    """One of the officers of an authority."""
    return Actor(Role.OFFICER, login_of(authority, 3), "审批", authority_code=authority)


def queue(side: Side, chance: random.Random, **more: Any) -> Page:
    with reading() as session:
        return list_queue(session, officer(side, chance), **more)


def sixth_page(side: Side, chance: random.Random) -> Page:
    """As a browser holds the cursor, so only the last page is asked for after the first time."""
    who = officer(side, chance)
    known = side.ground.cursors
    with reading() as session:
        if who.authority_code not in known:
            known[who.authority_code] = cursor_after(session, who)
        return list_queue(session, who, after=known[who.authority_code], limit=2)


def cursor_after(session: Any, who: Actor) -> str | None:
    after = None
    for _ in range(PAGES_IN):
        after = list_queue(session, who, after=after, limit=2).next or after
    return after


def mine(side: Side, chance: random.Random) -> Page:
    return queue(side, chance, view=QueueView(Whose.MINE))


def in_review(side: Side, chance: random.Random) -> Page:
    return queue(side, chance, view=QueueView(state=State.UNDER_REVIEW))


def search(side: Side, chance: random.Random, sought: Sought) -> Page:
    with reading() as session:
        return search_cases(session, officer(side, chance), sought)


def by_item(side: Side, chance: random.Random) -> Page:
    return search(side, chance, Sought(item_seq=37))


def by_state(side: Side, chance: random.Random) -> Page:
    return search(side, chance, Sought(state=State.CLOSED))


def by_dates(side: Side, chance: random.Random) -> Page:
    last = office_date(side.ground.now) - timedelta(days=400)
    return search(side, chance, Sought(received_from=last - timedelta(days=300), received_to=last))


def by_number(side: Side, chance: random.Random) -> Page:
    authority, number = side.ground.draw_case(chance)
    who = officer_of(authority)
    with reading() as session:
        return search_cases(session, who, Sought(number=number))


def by_applicant(side: Side, chance: random.Random) -> Page:
    authority, document = side.ground.draw_applicant(chance)
    who = officer_of(authority)
    with reading() as session:
        return search_cases(session, who, Sought(document_number=document))


def at_a_window(side: Side, chance: random.Random) -> Page:
    who = Actor(Role.CLERK, "clerk", "窗口", division_code=side.ground.draw_division(chance))
    with reading() as session:
        return list_received(session, who)


ACTS: dict[str, Callable[[Side, random.Random], Page]] = {
    "queue, first page": queue,
    "queue, sixth page": sixth_page,
    "queue, mine": mine,
    "queue, under review": in_review,
    "search by number": by_number,
    "search by applicant": by_applicant,
    "search by item": by_item,
    "search by state": by_state,
    "search by dates": by_dates,
    "received at a window": at_a_window,
}

if __name__ == "__main__":
    sys.exit(main())
