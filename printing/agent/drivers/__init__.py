"""The printer as a port, and what both drivers share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from printing.wire import PrinterReport

SEVERITIES = ("-report", "-warning", "-error")
BLOCKING = frozenset(
    {
        "media-empty",
        "media-needed",
        "media-jam",
        "door-open",
        "cover-open",
        "interlock-open",
        "input-tray-missing",
        "output-tray-missing",
        "output-area-full",
        "toner-empty",
        "marker-supply-empty",
        "paused",
        "moving-to-paused",
        "shutdown",
        "offline",
        "connecting-to-device",
        "timed-out",
    }
)
HARMLESS = frozenset(
    {"none", "toner-low", "media-low", "marker-supply-low", "output-area-almost-full"}
)
JAM = "media-jam"


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

    def come_to_rest(self) -> bool:
        """Take back what waits inside the printer, and say whether nothing is left that could still move paper."""
        ...

    def feed(self, ticket: FeedTicket) -> None:
        """Print; returns when the printer says the paper is out. Raises NotFed, Jammed, FeedUncertain."""
        ...


def blocking_reason(report: PrinterReport) -> str | None:
    """Why this printer should not be given work now, or None.

    A reason without paper or with an open door blocks whatever severity the printer gives it; an unknown one blocks
    unless the printer calls it a report or a warning (RFC 8011 5.4.12).
    """
    for reason in report.reasons:
        known = _without_severity(reason)
        mild = reason.endswith(SEVERITIES[:2])
        if known in BLOCKING or (known not in HARMLESS and not mild):
            return known
    return "stopped" if report.state == "stopped" else None


def is_jammed(report: PrinterReport) -> bool:
    """Whether paper is stuck."""
    return JAM in map(_without_severity, report.reasons)


def _without_severity(reason: str) -> str:
    for severity in SEVERITIES:
        if reason.endswith(severity):
            return reason.removesuffix(severity)
    return reason
