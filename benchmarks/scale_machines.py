"""10,000 machines before one server, beside 100: ``python -m benchmarks.scale_machines``.

Each machine gives a sign of life every 60 s; at 100 of them people come and go: card, PIN, list, order, print. Server
(gunicorn, worker, PostgreSQL with fsync) and generator share the machine's cores; the generator's share is told apart.
``server`` times are what the server itself wrote down about a request, ``seen`` times what a machine waited for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from benchmarks.fleet.costs import cpu_seconds, family, memory_mib
from benchmarks.fleet.ground import (
    Ground,
    enter_fleet,
    enter_holders,
    ground,
    machine_number,
    server_times,
    serving,
)
from benchmarks.measuring import ROOT, bench_folder

BUDGET_MS = 200
PASSING = ("machine_nonce",)
"""Tables that are emptied again as fast as they fill: they level off and do not grow from day to day."""
Figures = dict[str, Any]


def main() -> int:
    """Run the small and the large fleet, report both and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machines", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--warm", type=float, default=75.0)
    parser.add_argument("--active", type=int, default=100)
    options = parser.parse_args()
    spans = options.warm, options.seconds
    runs = [measure(count, options.active, *spans) for count in (options.active, options.machines)]
    small, large = runs
    said = {
        "name": "scale-machines",
        "results": [row for run in runs for row in run.pop("results")],
        "ratios": {
            f"{large['machines']} machines to {small['machines']}: {what}": round(
                large[what] / small[what], 2
            )
            for what in ("poll_server_ms", "pick_up_p95_ms", "card_to_pdf_server_p95_ms")
        },
        "runs": runs,
    }
    file = bench_folder() / "scale-machines.json"
    file.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(said, ensure_ascii=False, indent=2))
    print(f"-> {file}")
    return 0 if large["card_to_pdf_server_p95_ms"] <= BUDGET_MS else 1


def measure(machines: int, active: int, warm_s: float, measure_s: float) -> Figures:
    """One fleet before one server, with people at ``active`` of its machines."""
    key = Ed25519PrivateKey.generate()
    with ground() as place:
        enter_fleet(place, machines, key.public_key().public_bytes_raw())
        visits = int((warm_s + measure_s) / 15) + 2
        plan = {
            "port": place.port,
            "key": key.private_bytes_raw().hex(),
            "machines": [machine_number(row) for row in range(machines)],
            "holders": enter_holders(place, active, visits),
            "warm_s": warm_s,
            "measure_s": measure_s,
        }
        file = place.folder / "plan.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        with serving(place) as processes:
            return {"machines": machines} | _watch(place, machines, file, processes)


def _watch(place: Ground, machines: int, plan: Path, processes: list[int]) -> Figures:
    """Let the crowd loose and look at the server while it is measured."""
    command = [sys.executable, "-m", "benchmarks.fleet.crowd", str(plan)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as crowd:
        assert crowd.stdout is not None
        crowd.stdout.readline()
        servers = {"web": family(processes[0]), "worker": family(processes[1])}
        servers["postgresql"] = family(_postmaster(place))
        before = {name: cpu_seconds(pids) for name, pids in servers.items()}
        sizes, offset, load = _sizes(place), place.log.stat().st_size, os.getloadavg()[0]
        began = time.monotonic()
        seen = json.loads(crowd.stdout.readline())
        spent = time.monotonic() - began
        work = {name: cpu_seconds(pids) - before[name] for name, pids in servers.items()}
        memory = {name: memory_mib(pids) for name, pids in servers.items()}
    cores = {name: round(each / spent, 2) for name, each in work.items()}
    cores["generator"] = round(seen["cpu_s"] / seen["seconds"], 2)
    figures = _figures(machines, seen, server_times(place.log, offset))
    return figures | {
        "cores_used": cores,
        "cpu_ms_per_request": round(1000 * sum(work.values()) / seen["requests"], 2),
        "memory_mib": memory,
        "database": _growth(sizes, _sizes(place), spent),
        "load_average": [round(load, 1), round(os.getloadavg()[0], 1)],
        "refused": seen["refused"],
        "broken_visits": len(seen["broken"]),
        "late_polls": seen["late"],
    }


def _figures(machines: int, seen: Figures, served: list[Figures]) -> Figures:
    if not seen["chains"]:
        faults = f"{seen['refused']} {seen['broken'][:3]}"
        raise RuntimeError(f"{machines} machines: nobody got a paper: {faults}")
    by_route: dict[str, list[float]] = {}
    by_chain: dict[str, float] = dict.fromkeys(seen["chains"], 0.0)
    for row in served:
        by_route.setdefault(f"{row['method']} {row['route']}", []).append(row["ms"])
        if row["request"] in by_chain:
            by_chain[row["request"]] += row["ms"]
    polls = by_route["POST /api/v1/machine/poll"]
    waits = [1000 * s for s in seen["pick_ups"]]
    chains = list(by_chain.values())
    rows = {f"server: {route}": times for route, times in sorted(by_route.items())}
    rows |= {
        "server: card to first byte of the PDF": chains,
        "seen: card to first byte of the PDF": [1000 * s for s in seen["card_to_pdf"]],
        "seen: sign of life": [1000 * s for s in seen["polls"]],
        "seen: order to job in hand": waits,
        "seen: fetch": [1000 * s for s in seen["pick_ups_without_waiting"]],
    }
    return {
        "results": [_row(what, times) for what, times in rows.items() if times],
        "requests_per_s": round(seen["requests"] / seen["seconds"], 1),
        "visits": len(chains),
        "poll_server_ms": round(statistics.median(polls), 2),
        "pick_up_p95_ms": round(_p95(waits), 1),
        "card_to_pdf_server_p95_ms": round(_p95(chains), 1),
    }


def _row(what: str, times: list[float]) -> Figures:
    tenths = statistics.quantiles(times, n=10) if len(times) > 1 else times
    return {
        "what": what,
        "n": len(times),
        "median_ms": round(statistics.median(times), 2),
        "p90_ms": round(tenths[-1], 2),
        "p95_ms": round(_p95(times), 2),
    }


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _postmaster(place: Ground) -> int:
    with place.app.extensions["database"].connect() as connection:
        command = text("SELECT pg_read_file('postmaster.pid')")
        return int(connection.execute(command).scalar_one().split("\n")[0])


def _sizes(place: Ground) -> dict[str, int]:
    """Bytes of each table with its indexes."""
    asked = text(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    with place.app.extensions["database"].connect() as connection:
        return {str(name): int(size) for name, size in connection.execute(asked)}


def _growth(before: dict[str, int], after: dict[str, int], seconds: float) -> Figures:
    """Growth a day at this pace, by table, of what stays; what passes is told by its size."""
    day = 86400 / seconds / 2**20
    grown = {name: round((after[name] - size) * day, 1) for name, size in before.items()}
    stays = {name: mib for name, mib in grown.items() if mib > 0 and name not in PASSING}
    return {
        "mib_per_day": round(sum(stays.values()), 1),
        "by_table": dict(sorted(stays.items(), key=lambda item: -item[1])),
        "passing_mib": {name: round(after[name] / 2**20, 1) for name in PASSING},
    }


if __name__ == "__main__":
    sys.exit(main())
