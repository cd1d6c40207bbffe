"""A proposed change of the routing rules: read from plain values, applied to a world, proved, published."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_catalog.authorities import demo_code
from services_catalog.catalogue_files import DATA
from services_catalog.catalogue_state import rename_state
from services_catalog.delegations import delegation_faults
from services_catalog.errors import ReviewerIsAuthor
from services_catalog.models import Authority, RoutingRule
from services_catalog.proof import ProofReport, prove
from services_catalog.queries import list_items, load_world
from services_catalog.routing import LEVELS, AuthorityView, World, make_world
from services_catalog.rule_errors import DelegationRefused, RulesInvalid, RulesUnproven
from services_catalog.rule_rows import list_rules, make_rule, row_of
from services_catalog.rules import KINDS, AnyRule, Delegation, days_of_change, in_force
from services_catalog.validity import DAY

CATALOGUE_FILE = "catalogue-file"
FREE = frozenset({"valid_to", "assumed", "item_seqs", "elsewhere_from"})
ORGAN_FIELDS = ("name", "organ_kind", "level", "district_code", "begun_on")


@dataclass(frozen=True)
class RuleChange:
    """Organs that are founded, rules that begin, and the last days of rules that end, by number."""

    founded: tuple[AuthorityView, ...] = ()
    rules: tuple[AnyRule, ...] = ()
    ends: tuple[tuple[str, date], ...] = ()

    def last_day(self, today: date) -> date:
        """The first day on which everything it changes has changed."""
        begins = [rule.valid_from for rule in self.rules]
        return max([today, *begins, *(day + DAY for _, day in self.ends)])


def read_change(session: Session, proposed: Mapping[str, Any], today: date) -> RuleChange:
    """The change that ``authorities``, ``rules`` and ``ends`` describe. An organ may be named instead of coded.

    Raises RulesInvalid with every fault, DelegationRefused.
    """
    return _Reading(session, today).change(proposed)


def applied(rules: Iterable[AnyRule], change: RuleChange) -> list[AnyRule]:
    """The rules after the change."""
    ends = dict(change.ends)
    kept = [
        replace(rule, valid_to=ends[rule.number]) if rule.number in ends else rule for rule in rules
    ]
    return [*kept, *change.rules]


def world_after(session: Session, change: RuleChange, on: date) -> World:
    """The world of a day if the change were published."""
    today = load_world(session, on)
    return make_world(
        today.districts.values(),
        [*_organs(session), *change.founded],
        today.seqs,
        today.cancelled,
        in_force(applied(list_rules(session), change), on),
    )


def prove_change(session: Session, change: RuleChange, today: date) -> Iterator[ProofReport]:
    """A proof for today and for every later day on which a rule begins or ends."""
    for day in days_of_change(applied(list_rules(session), change), today):
        yield prove(list_items(session, day), world_after(session, change, day), day)


def require_proven(session: Session, change: RuleChange, today: date) -> None:
    """Raises RulesUnproven with every gap and conflict of every day; delegations alone move no route."""
    if _only_delegations(session, change):
        return
    findings = [
        f"{report.on} {finding}"
        for report in prove_change(session, change, today)
        for finding in (*report.conflicts, *report.gaps)
    ]
    if findings:
        raise RulesUnproven(findings)


def _only_delegations(session: Session, change: RuleChange) -> bool:
    ended = {number for number, _ in change.ends}
    touched = [*change.rules, *(rule for rule in list_rules(session) if rule.number in ended)]
    return not change.founded and all(isinstance(rule, Delegation) for rule in touched)


def publish(
    session: Session, change: RuleChange, *, author: str, reviewer: str, today: date
) -> None:
    """Write the change if it is proved. Raises ReviewerIsAuthor, RulesUnproven, and then nothing is written."""
    if reviewer == author:
        raise ReviewerIsAuthor
    session.scalars(select(RoutingRule).with_for_update()).all()
    require_proven(session, change, today)
    session.add_all(Authority(**_organ_row(view)) for view in change.founded)
    session.add_all(row_of(rule, author, reviewer) for rule in change.rules)
    ends = dict(change.ends)
    for row in session.scalars(select(RoutingRule).where(RoutingRule.number.in_(ends))):
        row.valid_to = ends[row.number]
    session.flush()  # The catalogue's new name goes with the new rules.
    rename_state(session, ["rules", repr(change)])


def seed_agreements(session: Session, folder: Path = DATA) -> int:
    """Enter the shipped agreements of district pairs that are missing; answers how many were."""
    known = set(session.scalars(select(RoutingRule.number)))
    with (folder / "agreements.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["number"] not in known]
    for row in rows:
        values = {name: value or None for name, value in row.items()}
        values["item_seqs"] = row["item_seqs"].split(";") if row["item_seqs"] else []
        session.add(row_of(make_rule("agreement", values), CATALOGUE_FILE))
    if rows:
        rename_state(session, ["agreements", [row["number"] for row in rows]])
    return len(rows)


class _Reading:
    """Reads one proposal; collects faults instead of stopping at the first one."""

    def __init__(self, session: Session, today: date) -> None:
        self._today = today
        self._faults: list[str] = []
        self._fields: dict[str, list[str]] = {}
        self._world = load_world(session, today)
        self._organs = {view.code: view for view in _organs(session)}
        self._rules = {rule.number: rule for rule in list_rules(session)}

    def change(self, proposed: Mapping[str, Any]) -> RuleChange:
        founded = tuple(filter(None, map(self._organ, proposed.get("authorities", []))))
        self._organs |= {view.code: view for view in founded}
        read = [self._rule(given) for given in proposed.get("rules", [])]
        rules: tuple[AnyRule, ...] = tuple(rule for rule in read if rule is not None)
        ends = tuple(filter(None, map(self._end, proposed.get("ends", []))))
        if not (founded or rules or ends or self._faults):
            self._faults.append("没有任何变更")
        if self._faults:
            raise RulesInvalid(self._faults, self._fields)
        kept = applied(self._rules.values(), RuleChange(ends=ends))
        if refused := list(delegation_faults(rules, kept, self._organs, self._world)):
            raise DelegationRefused(refused)
        return RuleChange(founded, rules, ends)

    def _organ(self, given: Mapping[str, Any]) -> AuthorityView | None:
        where = f"机关“{given.get('name', '')}”"
        missing = [name for name in ORGAN_FIELDS if not given.get(name)]
        faults = [f"{where}缺少 {name}" for name in missing]
        if not missing:
            if given["level"] not in LEVELS:
                faults.append(f"{where}的 level 应为 {'、'.join(LEVELS)} 之一")
            if given["district_code"] not in self._world.districts:
                faults.append(f"{where}的行政区划不存在")
            if any(view.name == given["name"] for view in self._organs.values()):
                faults.append(f"{where}已经存在")
        begun_on = self._day(given.get("begun_on"), where) if not missing else None
        self._faults += faults
        if faults or begun_on is None:
            return None
        code = demo_code(f"{given['organ_kind']}:{given['name']}", given["district_code"])
        return AuthorityView(
            code, given["name"], given["organ_kind"], given["level"], given["district_code"],
            None, (), begun_on,
        )  # fmt: skip

    def _rule(self, given: Mapping[str, Any]) -> AnyRule | None:
        where, kind = f"规则“{given.get('number', '')}”", str(given.get("kind", ""))
        if kind not in KINDS:
            self._faults.append(f"{where}的 kind 应为 {'、'.join(KINDS)} 之一")
            return None
        names = {known.name for known in fields(KINDS[kind])}
        faults = [f"{where}缺少 {name}" for name in sorted(names - FREE) if not given.get(name)]
        faults += [f"{where}没有 {name} 这一项" for name in sorted(set(given) - names - {"kind"})]
        if given.get("number") in self._rules:
            faults.append(f"{where}的编号已被使用")
        if faults:
            self._faults += faults
            return None
        return self._checked(kind, where, {"valid_to": None, "assumed": None, **given})

    def _checked(self, kind: str, where: str, given: dict[str, Any]) -> AnyRule | None:
        for name, value in given.items():
            if name in ("delegating_code", "delegate_code", "authority_code") or name.endswith(
                ("predecessor_code", "successor_code")
            ):
                given[name] = self._organ_code(value)
        try:
            rule = make_rule(kind, given)
        except (TypeError, ValueError):
            self._faults.append(f"{where}的日期或事项序号写法不对")
            return None
        faults = list(self._rule_faults(rule))
        for name, why in faults:
            self._faults.append(f"{where}的 {name}：{why}")
            self._fields.setdefault(f"{rule.number}.{name}", []).append(why)
        return None if faults else rule

    def _rule_faults(self, rule: AnyRule) -> Iterator[tuple[str, str]]:
        if rule.valid_from < self._today:
            yield "valid_from", "不能早于今天"
        if rule.valid_to is not None and rule.valid_to < rule.valid_from:
            yield "valid_to", "不能早于生效日期"
        yield from self._unknown(rule)

    def _unknown(self, rule: AnyRule) -> Iterator[tuple[str, str]]:
        """Divisions, organs and items that the rule names and nobody knows."""
        for name, value in vars(rule).items():
            if name in ("first_code", "second_code", "district_code", "area_code"):
                if value not in self._world.districts:
                    yield name, "没有这个行政区划"
            elif name.endswith("_code") and value not in self._organs:
                yield name, "没有这个机关"
            elif name in ("item_seqs", "item_seq"):
                seqs = value if isinstance(value, tuple) else (value,)
                if set(seqs) - self._world.seqs:
                    yield name, "有不存在的事项"

    def _end(self, given: Mapping[str, Any]) -> tuple[str, date] | None:
        number = str(given.get("number", ""))
        if number not in self._rules:
            self._faults.append(f"没有编号为“{number}”的规则")
            return None
        day = self._day(given.get("last_day"), f"规则“{number}”")
        return None if day is None else (number, day)

    def _day(self, text: Any, where: str) -> date | None:
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            self._faults.append(f"{where}的日期写法不对，应如 2026-01-31")
            return None
        if day < self._today:
            self._faults.append(f"{where}的日期不能早于今天")
            return None
        return day

    def _organ_code(self, named: Any) -> str:
        return next((code for code, view in self._organs.items() if view.name == named), str(named))


def _organs(session: Session) -> list[AuthorityView]:
    """Every organ that is not ended, those that begin later included."""
    rows = session.scalars(select(Authority).where(Authority.ended_on.is_(None)))
    names = [known.name for known in fields(AuthorityView)]
    return [
        AuthorityView(**{name: getattr(row, name) for name in names} | {
            "excepted_items": tuple(row.excepted_items)
        })
        for row in rows
    ]  # fmt: skip


def _organ_row(view: AuthorityView) -> dict[str, Any]:
    return {**vars(view), "excepted_items": list(view.excepted_items), "demo": True}
