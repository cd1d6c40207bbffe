"""The catalogue with 311 items, and again with 100,000 changed offerings and 250,000 local items beside them.

Two databases stand on one private PostgreSQL server, with an application on each in this process, asked in turn. That
server does not wait for the disk (fsync off), so writing is faster here than in service; reading is not touched by it.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text

from benchmarks.measuring import ROOT, Subject, report, take_turns
from kiosk.app import create_app
from kiosk.catalogue import catalogue
from kiosk.routing_desk import prove_proposal
from services_catalog.errors import CatalogError
from services_catalog.models import Offering
from services_catalog.offerings import OfferingTerms, Window, terms_to
from services_catalog.routing import RoutingFacts, World, route
from tests.support.long_lists import AREA, write_long_list
from tests.support.postgres import Server, read_note, start_server, stop_server
from tests.support.processes import run_watched

SECRETS = {"SECRET_KEY": "benchmark-secret-key", "SEAL_PASSWORD": "benchmark-seal-password"}
DATA_KEY = "YmVuY2htYXJrLWtleS0wMQ=="
QUERIES = ROOT / "tests" / "unit" / "catalog"
PLACES = ("510107", "500106", "511602", "510704", "500112", "513401")
ITEMS = (37, 1, 43, 59, 87, 165, 201, 248, 299, 307)
WRITTEN_AT_ONCE = 5000
ROUNDS, PER_ROUND, PROOFS = 12, 40, 3
EDITOR = "editor.wuhou"
BUDGET = 1.5


@dataclass(frozen=True)
class Side:
    """One of the two databases with its application."""

    name: str
    app: Flask
    client: FlaskClient
    settings: dict[str, str]
    engine: Engine


def main() -> int:
    """Fill, measure, report; 1 if a search's p95 is more than half as long again at the large size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offerings", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=250_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _postgres(Path(name)) as server:
        small, large = (_side(server, Path(name), size) for size in ("small", "large"))
        offerings = change_offerings(large, asked.offerings)
        imported = import_rows(large, Path(name), asked.rows)
        for side in (small, large):
            _analyse(side.engine)
        subjects = {what: [act(side) for side in (small, large)] for what, act in ACTS.items()}
        take_turns(list(chain.from_iterable(subjects.values())), ROUNDS)
        proofs = [_proof(side) for side in (small, large)]
        take_turns(proofs, PROOFS)
    subjects["proof"] = proofs
    ratios = {}
    for what, (before, after) in subjects.items():
        ratios[f"{what}, median"] = after.median_ms / before.median_ms
        ratios[f"{what}, p95"] = after.p95_ms / before.p95_ms
    said = {"offerings": offerings, "import": imported, "cores": os.cpu_count()}
    report("scale-catalogue", list(chain.from_iterable(subjects.values())), ratios, **said)
    return 0 if ratios["search, p95"] <= BUDGET else 1


# Filling --------------------------------------------------------------------------------------------


def change_offerings(side: Side, count: int) -> int:
    """Give that many offerings terms of their own: one version a pair, and former ones until there are enough."""
    with side.app.app_context():
        held = catalogue()
        pairs = list(_pairs(held.items.values(), held.world))
    rows = list(islice(_rows(pairs, held.on), count))
    with side.engine.begin() as connection:
        for start in range(0, len(rows), WRITTEN_AT_ONCE):
            part = rows[start : start + WRITTEN_AT_ONCE]
            connection.execute(Offering.__table__.insert(), part)  # type: ignore[attr-defined]
    return len(rows)


def _pairs(items: Iterable[Any], world: World) -> Iterator[tuple[int, str]]:
    """Every item with each authority that decides it somewhere."""
    for item in items:
        deciding = set()
        for place in world.districts:
            try:
                deciding.add(route(item, RoutingFacts(district_code=place), world).authority_code)
            except CatalogError:
                continue  # Nobody decides it there.
        yield from ((item.seq, code) for code in sorted(deciding))


def _rows(pairs: list[tuple[int, str]], today: date) -> Iterator[dict[str, Any]]:
    """Rows for every pair, those in force first, then as many former versions as are asked for."""
    terms = terms_to(OfferingTerms(windows=(Window("示例路1号", "9:00-17:00", "028-00000000"),)))
    for age in range(100):
        first = today - timedelta(days=30 * (age + 1))
        last = None if age == 0 else first + timedelta(days=29)
        for seq, code in pairs:
            yield {
                "item_seq": seq,
                "authority_code": code,
                "version": 100 - age,
                "effective_from": first,
                "effective_to": last,
                "terms": terms,
                "author": "benchmark",
                "revision": 1,
            }


def import_rows(side: Side, folder: Path, count: int) -> dict[str, Any]:
    """Take in a list by the command an editor uses, in a process of its own; rows a second and its most memory."""
    file = write_long_list(folder / "list.csv", count)
    words = ("-m", "flask", "--app", "wsgi:app", "catalog", "import", str(file))
    options = ("--division", AREA, "--editor", EDITOR, "--accept-good")
    reported = ("--report", str(folder / "report.json"))
    idle = run_watched(*words[:5], "versions", "1", **side.settings)
    began = time.monotonic()
    run = run_watched(*words, *options, *reported, **side.settings)
    spent = time.monotonic() - began
    if run.status:
        raise RuntimeError(run.printed)
    return {
        "rows": count,
        "seconds": round(spent, 1),
        "rows_per_s": round(count / spent),
        "peak_memory_mib": round(run.peak_mib, 1),
        "memory_of_the_application_alone_mib": round(idle.peak_mib, 1),
        "file_mib": round(file.stat().st_size / 2**20, 1),
        "report_mib": round((folder / "report.json").stat().st_size / 2**20, 1),
    }


# Asking ---------------------------------------------------------------------------------------------


def _searching(side: Side) -> Subject:
    """Every query differs from those before it, so that none is answered out of memory."""
    queries = [row["query"] for row in _queries()]
    words = ((limit, query) for limit in cycle(range(10, 40)) for query in queries)
    return _subject(
        side, "search", (f"/api/v1/items?limit={limit}&q={quote(query)}" for limit, query in words)
    )


def _searching_there(side: Side) -> Subject:
    queries = [quote(row["query"]) for row in _queries()]
    places = zip(cycle(queries), cycle(PLACES), strict=False)
    return _subject(
        side, "search in a district", (f"/api/v1/items?q={q}&district={p}" for q, p in places)
    )


def _guiding(side: Side) -> Subject:
    return _subject(side, "guide", (f"/api/v1/catalogue/items/{seq}/guide" for seq in cycle(ITEMS)))


def _routing(side: Side) -> Subject:
    asked = zip(cycle(ITEMS), cycle(PLACES[:3]), strict=False)
    return _subject(
        side, "route", (f"/api/v1/items/{seq}/route?district={place}" for seq, place in asked)
    )


def _offering(side: Side) -> Subject:
    addresses = []
    for seq in ITEMS:
        routed = side.client.get(f"/api/v1/items/{seq}/route?district={PLACES[0]}").get_json()
        addresses.append(f"/api/v1/catalogue/items/{seq}/offerings/{routed['authority_code']}")
    return _subject(side, "offering", cycle(addresses))


def _proof(side: Side) -> Subject:
    def prove(_: int) -> None:
        with side.app.app_context():
            prove_proposal(None, now=side.app.extensions["clock"].now())

    return Subject(f"proof, {side.name}", prove, 1)


def _subject(side: Side, what: str, addresses: Iterator[str]) -> Subject:
    def ask(_: int) -> None:
        answer = side.client.get(next(addresses))
        if answer.status_code != 200:
            raise RuntimeError(answer.text)

    return Subject(f"{what}, {side.name}", ask, PER_ROUND)


ACTS = {
    "search": _searching,
    "search in a district": _searching_there,
    "guide": _guiding,
    "offering": _offering,
    "route": _routing,
}


def _queries() -> Iterator[dict[str, str]]:
    for file in sorted(QUERIES.glob("search_queries*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)


# Standing up ----------------------------------------------------------------------------------------


@contextmanager
def _postgres(folder: Path) -> Iterator[Server]:
    """A server of its own that ends with this process."""
    start_server(os.getpid(), folder / "server.json")
    server = read_note(folder / "server.json")
    try:
        yield server
    finally:
        stop_server(server)


def _side(server: Server, folder: Path, name: str) -> Side:
    """A database that is set up as ``flask setup`` does it. Raises RuntimeError."""
    server.execute(f"CREATE DATABASE {name}")
    url = server.url(name)
    chosen = {"INSTANCE": str(folder / name), "DATABASE_URL": url, "DATA_KEY": DATA_KEY, **SECRETS}
    app = create_app(chosen)
    outcome = app.test_cli_runner().invoke(args=["setup"])
    if outcome.exit_code:
        raise RuntimeError(outcome.output)
    settings = {f"KIOSK_{key}": value for key, value in chosen.items()}
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    return Side(name, app, app.test_client(), settings, engine)


def _analyse(engine: Engine) -> None:
    """What the server's own upkeep would have done by itself some time after so much was written."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    sys.exit(main())
