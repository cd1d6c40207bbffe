"""Timing several ways of doing the same thing in turn, so that a busy moment of the machine hits all of them."""

from __future__ import annotations

import gc
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Subject:
    """One thing to time. ``act`` gets a running number, so that no two calls need be alike."""

    what: str
    act: Callable[[int], object]
    per_round: int
    times: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """The median of all calls in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def p90_ms(self) -> float:
        """Nine calls in ten took no longer, in milliseconds."""
        return statistics.quantiles(self.times, n=10)[-1] * 1000

    @property
    def p95_ms(self) -> float:
        """Nineteen calls in twenty took no longer, in milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1] * 1000

    def row(self) -> dict[str, Any]:
        """The result as the report has it."""
        return {
            "what": self.what,
            "n": len(self.times),
            "median_ms": round(self.median_ms, 3),
            "p90_ms": round(self.p90_ms, 3),
            "p95_ms": round(self.p95_ms, 3),
        }


def take_turns(subjects: list[Subject], rounds: int) -> None:
    """Time every subject in every round, after one call of each that does not count."""
    for subject in subjects:
        subject.act(0)
    for turn in range(rounds):
        for subject in subjects:
            gc.collect()
            for number in range(subject.per_round):
                _time(subject, 1 + turn * subject.per_round + number)


def report(name: str, subjects: list[Subject], ratios: dict[str, float], **more: Any) -> None:
    """Write the report of a benchmark and print it."""
    rounded = {peer: round(ratio, 2) for peer, ratio in ratios.items()}
    said = {"name": name, "results": [each.row() for each in subjects], "ratios": rounded, **more}
    file = bench_folder() / f"{name}.json"
    file.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for row in said["results"]:
        print(
            f"{row['what']:<48} {row['median_ms']:>9.3f} ms  p90 {row['p90_ms']:>9.3f}  n {row['n']}"
        )
    print(json.dumps({"ratios": rounded, **more}, ensure_ascii=False, indent=2))
    print(f"-> {file}")


def bench_folder() -> Path:
    """Where reports go."""
    folder = Path(os.environ.get("KIOSK_INSTANCE") or ROOT / "instance") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _time(subject: Subject, number: int) -> None:
    began = time.perf_counter()
    subject.act(number)
    subject.times.append(time.perf_counter() - began)
