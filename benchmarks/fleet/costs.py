"""What processes cost, out of /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
USER_TIME = 11  # Fields of /proc/PID/stat after the name: user, system, and the same of children that ended.


def family(process: int) -> list[int]:
    """A process and all its descendants that live now."""
    found = [process]
    for pid in found:
        found += [int(child) for child in _read(pid, f"task/{pid}/children").split()]
    return found


def cpu_seconds(processes: Iterable[int]) -> float:
    """Time these have spent so far; who ended meanwhile counts with its parent."""
    return sum(_times(pid) for pid in processes) / TICKS


def memory_mib(processes: Iterable[int]) -> float:
    """Memory in MiB; pages that several share count once (proportional set size)."""
    rollups = (_read(pid, "smaps_rollup") for pid in processes)
    kib = (
        int(line.split()[1]) for text in rollups for line in text.splitlines() if line[:4] == "Pss:"
    )
    return round(sum(kib) / 1024, 1)


def _times(pid: int) -> int:
    text = _read(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, text[USER_TIME : USER_TIME + 4])) if text else 0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""
