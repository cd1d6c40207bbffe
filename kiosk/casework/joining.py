"""How the parts of a joint case make up the whole: pure rules over what came of each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.casework.states import ENDED, Action, State


class Outcome(StrEnum):
    """What came of a part. Not accepted and lapsed parts count as refused."""

    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Standing:
    """Where a part stands: not begun (``state`` None), under way, or with its outcome."""

    state: State | None = None
    accepted: bool = False
    outcome: Outcome | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True)
class JoinRule:
    """Whether parts follow each other, and whether one refusal ends the whole."""

    in_order: bool
    refusal_stops: bool


def verdict(parts: Sequence[Standing], rule: JoinRule) -> Outcome | None:
    """What came of the whole, or None while it is open.

    One refusal decides where the item says so; else all parts must be decided, and one grant makes a grant.
    """
    outcomes = [part.outcome for part in parts]
    if is_stopped(parts, rule):
        return Outcome.REFUSED
    if None in outcomes:
        return None
    return Outcome.GRANTED if Outcome.GRANTED in outcomes else Outcome.REFUSED


def is_stopped(parts: Sequence[Standing], rule: JoinRule) -> bool:
    """Whether a refusal has ended the whole, so that no other part is decided any more."""
    return rule.refusal_stops and Outcome.REFUSED in [part.outcome for part in parts]


def next_to_begin(parts: Sequence[Standing], rule: JoinRule) -> list[int]:
    """Indexes of the parts that begin now: all at once, or the first whose predecessors are all decided."""
    if is_stopped(parts, rule):
        return []
    waiting = [index for index, part in enumerate(parts) if part.state is None]
    if not rule.in_order:
        return waiting
    return [index for index in waiting[:1] if all(part.outcome for part in parts[:index])]


def steps_of_whole(state: State, parts: Sequence[Standing], rule: JoinRule) -> Iterator[Action]:
    """What the whole does now, in order, so that it stands where its parts have brought it."""
    said = verdict(parts, rule)
    begun = [part for part in parts if part.state is not None]
    if state is State.RECEIVED and said is Outcome.REFUSED and not any(p.accepted for p in begun):
        yield Action.NOT_ACCEPT
        return
    if state is State.RECEIVED and (said or all(part.accepted for part in begun)):
        yield Action.ACCEPT
        state = State.ACCEPTED
    if state is State.ACCEPTED:
        yield Action.REVIEW
        state = State.UNDER_REVIEW
    if state is State.UNDER_REVIEW and said is not None:
        yield Action.GRANT if said is Outcome.GRANTED else Action.REFUSE
        state = State.GRANTED
    if state in (State.GRANTED, State.REFUSED) and all(part.ended for part in begun):
        yield Action.DELIVER
        yield Action.CLOSE
