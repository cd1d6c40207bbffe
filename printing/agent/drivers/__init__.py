"""The printer as a port, and what both drivers share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from printing.wire import PrinterReport

JAM_REASONS = frozenset({"media-jam", "media-jam-error", "media-jam-warning"})
HARMLESS_SUFFIXES = ("-report", "-warning")
HARMLESS = frozenset({"none", "toner-low", "media-low", "marker-supply-low"})


@dataclass(frozen=True)
class FeedTicket:
    """One copy to feed. ``name`` is unique per leave, so that a printer's own list shows a double."""

    name: str
    path: Path
    pages: int
    media: str
    sides: str


class Driver(Protocol):
    """A printer. Its page counter, where it has one, decides after a crash whether paper moved."""

    def report(self) -> PrinterReport:
        """State, reasons and page counter at this moment; ``stopped`` with ``offline`` if it does not answer."""
        ...

    def is_quiet(self) -> bool:
        """Whether nothing is left in the printer that could still move paper by itself."""
        ...

    def feed(self, ticket: FeedTicket) -> None:
        """Print; returns when the printer says the paper is out. Raises NotFed, Jammed, FeedUncertain."""
        ...


def blocking_reason(report: PrinterReport) -> str | None:
    """Why this printer should not be given work now, or None."""
    for reason in report.reasons:
        if reason not in HARMLESS and not reason.endswith(HARMLESS_SUFFIXES):
            return reason
    return "stopped" if report.state == "stopped" else None


def is_jammed(report: PrinterReport) -> bool:
    """Whether paper is stuck."""
    return bool(JAM_REASONS & set(report.reasons))
