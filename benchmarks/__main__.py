"""Run all benchmarks one after the other, each in a fresh process: ``python -m benchmarks [NAME...]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """0 if every benchmark ran to its end."""
    names = sys.argv[1:] or sorted(file.stem[6:] for file in FOLDER.glob("bench_*.py"))
    failed = [name for name in names if run(name)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(name: str) -> int:
    """Run one benchmark; its exit status."""
    print(f"== {name}", flush=True)
    command = [sys.executable, "-m", f"benchmarks.bench_{name}"]
    return subprocess.run(command, cwd=FOLDER.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
