"""Conditions between the answers of a form, as ``data/form_rules.csv`` names them.

Each takes the rule, the good answers, the keys that were answered at all, and the labels; it answers the
fault in words, or None. A rule that lacks the answers it compares says nothing: their own faults are told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

from services_catalog.form_fields import Rule

Labels = Mapping[str, str]
Check = Callable[[Rule, Mapping[str, Any], Set[str], Labels], str | None]


def _needed_when(
    rule: Rule, data: Mapping[str, Any], given: Set[str], labels: Labels
) -> str | None:
    """``other=a|b``: needed when the other answer is one of these."""
    other, _, values = rule.argument.partition("=")
    if rule.key in given or data.get(other) not in values.split("|"):
        return None
    return f"{labels[other]}为“{data[other]}”时，请填写{labels[rule.key]}"


def _needed_with(
    rule: Rule, data: Mapping[str, Any], given: Set[str], labels: Labels
) -> str | None:
    if rule.key in given or rule.argument not in data:
        return None
    return f"填写了{labels[rule.argument]}，请一并填写{labels[rule.key]}"


def _one_of(rule: Rule, data: Mapping[str, Any], given: Set[str], labels: Labels) -> str | None:
    if {rule.key, rule.argument} & given:
        return None
    return f"请填写{labels[rule.key]}或{labels[rule.argument]}"


def _month(rule: Rule, data: Mapping[str, Any], given: Set[str], labels: Labels) -> str | None:
    """Tells the schema that a month will do; there is nothing left to check."""
    return None


def _about(test: Callable[[Any, str], bool], words: str) -> Check:
    """A condition on the answer itself."""

    def check(rule: Rule, data: Mapping[str, Any], given: Set[str], labels: Labels) -> str | None:
        if rule.key not in data or test(data[rule.key], rule.argument):
            return None
        return words.format(label=labels[rule.key], argument=rule.argument)

    return check


def _between(test: Callable[[Any, Any], bool], words: str) -> Check:
    """A condition on the answer and another one."""

    def check(rule: Rule, data: Mapping[str, Any], given: Set[str], labels: Labels) -> str | None:
        other = rule.argument
        if rule.key not in data or other not in data or test(data[rule.key], data[other]):
            return None
        return words.format(label=labels[rule.key], other=labels[other])

    return check


RULES: dict[str, Check] = {
    "needed_when": _needed_when,
    "needed_with": _needed_with,
    "one_of": _one_of,
    "month": _month,
    "ends_with": _about(lambda answer, end: answer.endswith(end), "{label}应以“{argument}”结尾"),
    "length": _about(lambda answer, size: len(answer) == int(size), "{label}应为 {argument} 位"),
    "digits": _about(
        lambda answer, size: len(answer) == int(size) and answer.isdecimal(),
        "{label}应为 {argument} 位数字",
    ),
    "whole_from": _about(
        lambda answer, least: isinstance(answer, int) and answer >= int(least),
        "{label}应为不小于 {argument} 的整数",
    ),
    "above": _about(lambda answer, least: answer > int(least), "{label}应大于 {argument}"),
    "contains": _between(lambda answer, part: part in answer, "{label}须包含{other}"),
    "differs": _between(lambda answer, place: answer != place, "{label}不能与{other}相同"),
    "other_province": _between(
        lambda answer, place: answer[:2] != place[:2], "{label}与{other}须在不同的省（市）"
    ),
    "not_before": _between(lambda answer, start: answer >= start, "{label}不能早于{other}"),
    "after": _between(lambda answer, start: answer > start, "{label}应晚于{other}"),
}
