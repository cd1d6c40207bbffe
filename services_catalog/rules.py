"""Rules of routing that have dates: agreements, delegations, assignments to another organ, successions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from services_catalog.validity import DAY


@dataclass(frozen=True)
class Rule:
    """What every rule says: its number, its written basis, its days (both included), and what is not vouched for."""

    number: str
    basis: str
    valid_from: date
    valid_to: date | None
    assumed: str | None

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Agreement(Rule):
    """Two divisions open items to each other before others do, from the rule's first day.

    ``elsewhere_from`` is the day the same items open to every other place; without it they stay between the
    partners. An agreement that names no item is told to the citizen and closes nothing.
    """

    first_code: str
    second_code: str
    item_seqs: tuple[int, ...] = ()
    elsewhere_from: date | None = None

    def closes(self, seq: int, day: date) -> bool:
        """Whether that item is not open to others yet."""
        return seq in self.item_seqs and (self.elsewhere_from is None or day < self.elsewhere_from)

    def joins(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether the partners are among these two places, each given with the divisions above it."""
        here, there = set(one), set(other)
        return (self.first_code in here and self.second_code in there) or (
            self.second_code in here and self.first_code in there
        )


@dataclass(frozen=True)
class Delegation(Rule):
    """A written delegation (异地授权): officers of the delegate decide in the delegating organ's name.

    Decision, seal, remedies and liability stay those of the delegating organ (行政许可法 art. 24). The written basis
    is a document with number and date; ``announced`` says how and where the public was told of it.
    """

    delegating_code: str
    delegate_code: str
    item_seq: int
    area_code: str
    document_number: str
    document_date: date
    announced: str

    def overlaps(self, other: Delegation) -> bool:
        """Whether both are about one item and hold on a common day."""
        return (
            self.item_seq == other.item_seq
            and (other.valid_to is None or self.valid_from <= other.valid_to)
            and (self.valid_to is None or other.valid_from <= self.valid_to)
        )


@dataclass(frozen=True)
class Assignment(Rule):
    """An organ decides for a division that is not its own, such as one of a functional area.

    Without ``item_seqs`` it decides everything of its kind at its level.
    """

    district_code: str
    authority_code: str
    item_seqs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Succession(Rule):
    """An organ was merged or renamed: what it decided is decided by its successor from the first day on."""

    predecessor_code: str
    successor_code: str


AnyRule = Agreement | Delegation | Assignment | Succession
KINDS: dict[str, type[AnyRule]] = {
    "agreement": Agreement,
    "delegation": Delegation,
    "assignment": Assignment,
    "succession": Succession,
}
One = TypeVar("One", bound=Rule)


@dataclass(frozen=True)
class RulesInForce:
    """The rules of one day, found by what routing asks."""

    on: date = date.min
    agreements: tuple[Agreement, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    assignments: Mapping[str, tuple[Assignment, ...]] = field(default_factory=dict)
    successions: Mapping[str, tuple[Succession, ...]] = field(default_factory=dict)


def in_force(rules: Iterable[AnyRule], on: date) -> RulesInForce:
    """Those of the rules that hold on a day."""
    held = [rule for rule in rules if rule.holds_on(on)]
    assignments: dict[str, list[Assignment]] = defaultdict(list)
    for assigned in _of(held, Assignment):
        assignments[assigned.district_code].append(assigned)
    successions: dict[str, list[Succession]] = defaultdict(list)
    for followed in _of(held, Succession):
        successions[followed.predecessor_code].append(followed)
    return RulesInForce(
        on,
        tuple(_of(held, Agreement)),
        tuple(_of(held, Delegation)),
        {code: tuple(found) for code, found in assignments.items()},
        {code: tuple(found) for code, found in successions.items()},
    )


def days_of_change(rules: Iterable[AnyRule], today: date) -> list[date]:
    """Today and every later day on which a rule begins, ends, or opens its items to others."""
    days = {today}
    for rule in rules:
        days.add(rule.valid_from)
        if rule.valid_to is not None:
            days.add(rule.valid_to + DAY)
        if isinstance(rule, Agreement) and rule.elsewhere_from is not None:
            days.add(rule.elsewhere_from)
    return sorted(day for day in days if day >= today)


def _of(rules: Iterable[AnyRule], kind: type[One]) -> list[One]:
    return [rule for rule in rules if isinstance(rule, kind)]
