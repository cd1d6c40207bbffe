"""Spans never overlap and leave no doubt which one holds on a day, whatever is placed in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services_catalog.validity import DAY, Span, place

START = date(2026, 1, 1)
days = st.integers(0, 40).map(lambda number: START + timedelta(days=number))
acts = st.lists(st.tuples(st.sampled_from(["publish", "end"]), days), max_size=14)


def arrange(steps: list[tuple[str, date]]) -> list[Span]:
    """Publish from a day, or end whatever holds on it, as ``versions`` does."""
    spans: list[Span] = []
    for act, day in steps:
        if act == "publish":
            placed = place(spans, day)
            if placed.cut is not None:
                spans[placed.cut] = replace(spans[placed.cut], last=day - DAY)
            spans.append(placed.span)
        else:
            spans = [replace(span, last=day) if span.holds_on(day) else span for span in spans]
    return spans


def window() -> list[date]:
    return [START + timedelta(days=number) for number in range(-3, 60)]


@given(acts)
def test_at_most_one_holds_on_each_day(steps: list[tuple[str, date]]) -> None:
    spans = arrange(steps)
    assert all(sum(span.holds_on(day) for span in spans) <= 1 for day in window())


@given(acts, days)
def test_what_is_placed_holds_from_its_day(steps: list[tuple[str, date]], day: date) -> None:
    before = arrange(steps)
    after = arrange([*steps, ("publish", day)])
    assert after[-1].holds_on(day)
    for past in (moment for moment in window() if moment < day):
        assert [s for s in before if s.holds_on(past)] == [
            replace(s, last=before[after.index(s)].last) if s.last == day - DAY else s
            for s in after
            if s.holds_on(past)
        ]


@given(acts, days)
def test_a_later_span_is_left_alone(steps: list[tuple[str, date]], day: date) -> None:
    before, placed = arrange(steps), place(arrange(steps), day)
    later = [span for span in before if span.first > day and not span.empty]
    assert all(placed.span.last is not None and placed.span.last < span.first for span in later)
    assert placed.cut is None or before[placed.cut].holds_on(day)
