"""Where the time of one licence goes, by stage; docs/profile.md keeps the answer.

A profiler makes every Python call dearer, so the shares are scaled to the time measured without it; stages of many
small calls look a little worse than they are.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.licences import Workshop

WARM, COUNT = 100, 1000
#: A stage by a part of the file that spends the time, or of the built-in that does; the first match counts.
STAGES = (
    ("deflating", ("zlib",)),
    ("QR modules", ("printing/matrix",)),
    ("signed code (CBOR, base 45)", ("printing/qr", "printing/base45", "cbor2")),
    ("signatures (P-256, hash, container)", ("g/signing", "g/containers", "g/der", "'sign' of")),
    ("font subsets", ("printing/assembly/subset",)),
    ("operators and file", ("printing/assembly/",)),
    ("digests and metadata", ("printing/render", "json/", "hashlib", "saxutils")),
    ("layout", ("printing/",)),
)
Key = tuple[str, int, str]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        shop = Workshop.at(Path(folder) / "keys")
        median = timed(shop)
        spent = by_stage(profiled(shop))
    total = sum(spent.values())
    print(f"{'one licence':<42} {median:7.2f} ms")
    for stage, seconds in spent.most_common():
        print(f"{stage:<42} {seconds / total * median:7.2f} ms {seconds / total:6.1%}")
    return 0


def timed(shop: Workshop) -> float:
    """The median of one licence in milliseconds, undisturbed."""
    times = []
    for number in range(WARM + COUNT):
        began = time.perf_counter()
        shop.licence(number)
        times.append(time.perf_counter() - began)
    return statistics.median(times[WARM:]) * 1000


def profiled(shop: Workshop) -> dict[Key, Any]:
    """The profiler's figures of as many licences."""
    profile = cProfile.Profile()
    profile.enable()
    for number in range(WARM, WARM + COUNT):
        shop.licence(number)
    profile.disable()
    figures: dict[Key, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return figures


def by_stage(figures: dict[Key, Any]) -> Counter[str]:
    """Own time by stage; that of a built-in without a stage of its own goes to whoever called it."""
    spent: Counter[str] = Counter()
    for key, (_, _, own, _, callers) in figures.items():
        stage = stage_of(key)
        if stage is not None or key[0] != "~":
            spent[stage or "other"] += own
            continue
        for caller, (_, _, share, _) in callers.items():
            spent[stage_of(caller) or "other"] += share
    return spent


def stage_of(key: Key) -> str | None:
    """The stage that a function belongs to."""
    place = f"{key[0]} {key[2]}".replace("\\", "/")
    return next((stage for stage, parts in STAGES if any(part in place for part in parts)), None)


if __name__ == "__main__":
    sys.exit(main())
