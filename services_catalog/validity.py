"""Days on which something is in force. Spans of one subject never overlap: a later one cuts the former short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included; without a last day while nothing ends it.

    A span that ends before it begins was replaced before its first day was over: it is in force on no day.
    """

    first: date
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether that day is in the span."""
        return self.first <= day and (self.last is None or day <= self.last)

    @property
    def empty(self) -> bool:
        return self.last is not None and self.last < self.first


@dataclass(frozen=True)
class Placed:
    """Where a new span finds room, and the span that it cuts short, by its place in the list, or None."""

    span: Span
    cut: int | None


def place(spans: Iterable[Span], first: date) -> Placed:
    """Room for a span that begins on ``first``: whatever holds then ends the day before; a later one ends it."""
    known = list(spans)
    later = [span.first for span in known if span.first > first and not span.empty]
    last = min(later) - DAY if later else None
    cut = next((index for index, span in enumerate(known) if span.holds_on(first)), None)
    return Placed(Span(first, last), cut)
