"""What many licences do to one process, and what a second process gains."""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from benchmarks.licences import Workshop

SECONDS = 2.5
ROUNDS = 5
SPAWN = get_context("spawn")
PAGE = os.sysconf("SC_PAGE_SIZE")
BLOCK = bytes(1 << 16)
Act = Callable[[int], object]


def memory_over(keys: Path, count: int) -> dict[str, float]:
    """Resident memory in MiB of a fresh process after 100, a tenth, half and all of ``count`` licences."""
    with SPAWN.Pool(1) as pool:
        return pool.apply(_watch_memory, (keys, count))


def scaling(keys: Path) -> dict[str, float]:
    """Licences and hashing, by one and by two processes; ``share`` is our gain in parts of the hashing loop's."""
    ours, hashing = [], []
    for _ in range(ROUNDS):
        ours.append(_rate(keys, 2) / _rate(keys, 1))
        hashing.append(_rate(None, 2) / _rate(None, 1))
    gain, bare = statistics.median(ours), statistics.median(hashing)
    return {"gain": round(gain, 2), "hashing_gain": round(bare, 2), "share": round(gain / bare, 2)}


def _watch_memory(keys: Path, count: int) -> dict[str, float]:
    shop, stops = Workshop.at(keys), {100, count // 10, count // 2, count}
    seen = {}
    for number in range(1, count + 1):
        shop.licence(number)
        if number in stops:
            seen[str(number)] = round(_resident() / 2**20, 1)
    return seen


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def _rate(keys: Path | None, processes: int) -> float:
    """Acts a second of that many processes together: licences, or blocks hashed if there are no keys."""
    with SPAWN.Pool(processes) as pool:
        pool.map(_warm, [keys] * processes, chunksize=1)
        return sum(pool.map(_work, [keys] * processes, chunksize=1))


def _act(keys: Path | None) -> Act:
    if keys is None:
        return lambda _: hashlib.sha256(BLOCK).digest()
    return Workshop.at(keys).licence


def _warm(keys: Path | None) -> None:
    act, until = _act(keys), time.perf_counter() + 1
    while time.perf_counter() < until:
        act(0)


def _work(keys: Path | None) -> float:
    act, began, done = _act(keys), time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < SECONDS:
        done += 1
        act(done)
    return done / spent
