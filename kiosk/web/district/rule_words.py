"""Rules of routing and proposed changes in the words of a clerk: who decides what, where, from when, on what basis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kiosk.catalogue import catalogue
from kiosk.web.pages.words import day
from services_catalog.models import RuleProposal
from services_catalog.proof import CANCELLED
from services_catalog.queries import organ_names
from services_catalog.routing import level_words
from services_catalog.rule_rows import kind_of, list_rules
from services_catalog.rules import AnyRule

KIND_WORDS = {
    "assignment": "指定机关",
    "succession": "职责承接",
    "agreement": "合作协议",
    "delegation": "异地授权",
}
STANDING_WORDS = {"in-force": "生效中", "coming": "尚未生效", "ended": "已结束"}
STATUS_WORDS = {"in-review": "等待审核", "published": "已发布", "returned": "已退回"}
INTENDED_WORDS = {
    "level-too-high": "所选区划的层级高于办理层级",
    "functional-area": "功能区不直接办理，由所在区县办理",
    "partners-only": "只在签有协议的区县之间办理",
    CANCELLED: "事项已取消",
}
FIELD_WORDS = {
    "valid_from": "生效日期",
    "valid_to": "最后一天",
    "basis": "依据",
    "district_code": "区划",
    "area_code": "区划",
    "first_code": "一方区划",
    "second_code": "另一方区划",
    "authority_code": "办理机关",
    "predecessor_code": "原机关",
    "successor_code": "承接机关",
    "delegating_code": "委托机关",
    "delegate_code": "受委托机关",
    "item_seqs": "事项",
    "item_seq": "事项",
    "elsewhere_from": "对其他地方开放的日期",
    "level": "层级",
}
NAMED = re.compile(r" ?\b(" + "|".join(FIELD_WORDS) + r")\b ?")
MOST_NAMED = 5


@dataclass(frozen=True)
class RuleLine:
    """A rule as a page shows it. ``what`` is the whole rule in a sentence, ``standing`` a key of STANDING_WORDS."""

    number: str
    kind: str
    what: str
    basis: str
    valid_from: str
    valid_to: str | None
    standing: str
    assumed: str | None

    @property
    def kind_words(self) -> str:
        """The kind of rule as the page names it."""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True)
class ChangeLines:
    """What a proposed change says: organs founded, rules that begin, rules that end and when."""

    founded: list[str]
    begins: list[RuleLine]
    ends: list[tuple[RuleLine, str]]

    @property
    def title(self) -> str:
        """The change in one line."""
        said = [line.what for line in self.begins] + [f"结束：{line.what}" for line, _ in self.ends]
        return (said or self.founded or ["没有内容"])[0] + (
            f" 等 {len(said)} 条" if said[1:] else ""
        )


def rule_lines(session: Session, on: date) -> list[RuleLine]:
    """Every published rule, newest first, as it stands on a day."""
    rules = [plain(rule) for rule in reversed(list_rules(session))]
    said = Speaker(session, rules)
    return [said.line(rule, on) for rule in rules]


def change_lines(session: Session, content: Mapping[str, Any], on: date) -> ChangeLines:
    """A proposal's content in words; rules that it ends are those published."""
    ended = {end["number"]: end["last_day"] for end in content.get("ends", [])}
    held = [plain(rule) for rule in list_rules(session) if rule.number in ended]
    said = Speaker(session, [*content.get("rules", []), *held])
    return ChangeLines(
        [_founding(organ) for organ in content.get("authorities", [])],
        [said.line(rule, on) for rule in content.get("rules", [])],
        [(said.line(rule, on), ended[rule["number"]]) for rule in held],
    )


def proposal_lines(
    session: Session, proposals: Iterable[RuleProposal], on: date
) -> list[tuple[RuleProposal, str]]:
    """Each proposal with its change in one line."""
    return [(each, change_lines(session, each.content, on).title) for each in proposals]


def plain(rule: AnyRule) -> dict[str, Any]:
    """A rule as plain values, its kind among them."""
    return {"kind": kind_of(rule), **vars(rule)}


def in_page_words(text: str) -> str:
    """The text of a refusal with the names of values as the form's labels say them."""
    return NAMED.sub(lambda found: FIELD_WORDS[found[1]], text)


class Speaker:
    """Says rules in words; asks the names of all their organs once."""

    def __init__(self, session: Session, rules: Iterable[Mapping[str, Any]]) -> None:
        codes = {value for rule in rules for name, value in rule.items() if name.endswith("_code")}
        self._organs = organ_names(session, codes)
        self._world = catalogue().world
        self._items = catalogue().items

    def line(self, rule: Mapping[str, Any], on: date) -> RuleLine:
        """The rule as a page shows it on a day."""
        first, last = str(rule["valid_from"]), rule.get("valid_to")
        last = str(last) if last else None
        today = on.isoformat()
        standing = "coming" if first > today else "ended" if last and last < today else "in-force"
        return RuleLine(
            rule["number"],
            rule["kind"],
            getattr(self, f"_{rule['kind']}")(rule),
            rule["basis"],
            first,
            last,
            standing,
            rule.get("assumed"),
        )

    def _assignment(self, rule: Mapping[str, Any]) -> str:
        what = self._named_items(rule.get("item_seqs"), "同类、同级的全部事项")
        return f"{self._place(rule['district_code'])}的{what}由{self._organ(rule['authority_code'])}办理"

    def _succession(self, rule: Mapping[str, Any]) -> str:
        before, after = rule["predecessor_code"], rule["successor_code"]
        return f"{self._organ(before)}的职责由{self._organ(after)}承接"

    def _agreement(self, rule: Mapping[str, Any]) -> str:
        what = self._named_items(rule.get("item_seqs"), "事项")
        first, second = self._place(rule["first_code"]), self._place(rule["second_code"])
        return f"{first}与{second}相互异地办理{what}"

    def _delegation(self, rule: Mapping[str, Any]) -> str:
        giver, taker = self._organ(rule["delegating_code"]), self._organ(rule["delegate_code"])
        what = self._named_items([rule["item_seq"]], "")
        return f"{giver}委托{taker}办理{self._place(rule['area_code'])}的{what}"

    def _organ(self, code: str) -> str:
        return self._organs.get(code, code)

    def _place(self, code: str) -> str:
        place = self._world.districts.get(code)
        return place.full_name if place else code

    def _named_items(self, seqs: Iterable[Any] | None, otherwise: str) -> str:
        """Some items by name, the rest as a number of them."""
        known = [int(seq) for seq in seqs or ()]
        names = [f"“{self._items[seq].name}”" for seq in known if seq in self._items]
        if not names:
            return otherwise
        rest = f"等 {len(known)} 项" if len(known) > MOST_NAMED else ""
        return "、".join(names[:MOST_NAMED]) + rest


def _founding(organ: Mapping[str, Any]) -> str:
    level = level_words(organ["level"], catalogue().world.districts[organ["district_code"]])
    return (
        f"设立{organ['name']}（{level}，{organ['organ_kind']}），{day(organ['begun_on'])}起履行职责"
    )
