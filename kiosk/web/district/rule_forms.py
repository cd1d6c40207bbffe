"""The form of a new rule: which inputs a kind of rule has, and the proposal that the filled form means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.catalogue import catalogue
from kiosk.errors import InputInvalid
from kiosk.identity.tokens import draw_number
from kiosk.web.district.typed import day_of
from kiosk.web.pages.refusals import Faults
from services_catalog.routing import LEVEL_WORDS, normalise_organ
from services_catalog.rule_errors import RulesInvalid

KINDS = ("assignment", "succession", "agreement")
"""Kinds that editors propose; delegations are entered by officers of the organ that delegates."""

PLACES = {
    "assignment": ("district_code",),
    "succession": (),
    "agreement": ("first_code", "second_code"),
}
ORGANS = {
    "assignment": ("authority_code",),
    "succession": ("predecessor_code", "successor_code"),
    "agreement": (),
}
DAYS = {"agreement": ("elsewhere_from",)}
SEPARATORS = re.compile(r"[\s,，、;；]+")
LONGEST = 500


def proposal_of(kind: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The proposal that a filled form means. Raises InputInvalid with every fault beside its input."""
    return _Reading(kind, given).proposal()


def faults_by_input(error: RulesInvalid) -> Faults:
    """The values that the rules are refused for, by the name of the input they were typed into."""
    return {name.rpartition(".")[2]: words for name, words in error.fields.items()}


def ending_of(number: str, typed: str) -> dict[str, Any]:
    """The proposal to end a rule. Raises InputInvalid."""
    return {"ends": [{"number": number, "last_day": day_of("last_day", typed).isoformat()}]}


class _Reading:
    """Reads one form; collects faults instead of stopping at the first one."""

    def __init__(self, kind: str, given: Mapping[str, str]) -> None:
        self._kind = kind
        self._given = {name: value.strip() for name, value in given.items()}
        self._faults: Faults = {}

    def proposal(self) -> dict[str, Any]:
        founded = [self._founded()] if self._founds() else []
        rule: dict[str, Any] = {"kind": self._kind, "number": draw_number("GZ", 8)}
        rule |= {"basis": self._text("basis"), "valid_from": self._day("valid_from")}
        rule |= {name: self._place(name) for name in PLACES[self._kind]}
        rule |= {name: self._organ(name) for name in ORGANS[self._kind]}
        for name in ("valid_to", *DAYS.get(self._kind, ())):
            if self._given.get(name):
                rule[name] = self._day(name)
        if self._kind != "succession":
            rule["item_seqs"] = self._items()
        if self._faults:
            raise InputInvalid(fields=self._faults)
        return {"authorities": founded, "rules": [rule]}

    def _founds(self) -> bool:
        return self._kind == "succession" and self._given.get("founded") == "yes"

    def _founded(self) -> dict[str, Any]:
        """The organ that the rule founds: the successor, from the rule's first day on."""
        level = self._given.get("level", "")
        if level not in LEVEL_WORDS:
            self._fault("level", "请选择层级")
        if not self._given.get("organ_kind"):
            self._fault("organ_kind", "请选择机关类别")
        return {
            "name": self._text("successor_code"),
            "organ_kind": self._given.get("organ_kind", ""),
            "level": level,
            "district_code": self._place("organ_district"),
            "begun_on": self._day("valid_from"),
        }

    def _text(self, name: str) -> str:
        typed = self._given.get(name, "")
        if not 0 < len(typed) <= LONGEST:
            self._fault(name, f"请填写，不超过 {LONGEST} 字")
        return typed

    def _day(self, name: str) -> str:
        typed = self._given.get(name, "")
        try:
            return date.fromisoformat(typed).isoformat()
        except ValueError:
            self._fault(name, "请填写日期")
            return ""

    def _place(self, name: str) -> str:
        code = self._given.get(name, "")
        if code not in catalogue().world.districts:
            self._fault(name, "请选择区划")
        return code

    def _organ(self, name: str) -> str:
        """The code of a known organ, or the name of the one that the rule founds."""
        typed = self._given.get(name, "")
        if name == "successor_code" and self._founds():
            return typed
        found = catalogue().world.by_name.get(normalise_organ(typed))
        if found is None:
            self._fault(name, "没有这个机关，请按机关全称填写" if typed else "请填写机关全称")
            return ""
        return found.code

    def _items(self) -> list[int]:
        typed = [part for part in SEPARATORS.split(self._given.get("item_seqs", "")) if part]
        unknown = [part for part in typed if not self._is_item(part)]
        if unknown:
            self._fault("item_seqs", f"没有序号为 {'、'.join(unknown)[:LONGEST]} 的事项")
            return []
        return [int(part) for part in typed]

    def _is_item(self, part: str) -> bool:
        return part.isascii() and part.isdecimal() and int(part) in catalogue().items

    def _fault(self, name: str, words: str) -> None:
        told = self._faults.setdefault(name, [])
        if words not in told:
            told.append(words)
