"""Answers for any form: invented, valid, and the same every time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services_catalog.form_fields import Field, Form, Rule

CITIZEN = "510104199003070015"
COMPANY = "915101000000004570"
PLACE_IN_CHONGQING = "500106"
PLACE_IN_SICHUAN = "510107"
EARLY, LATER, LAST = "2026-03-02", "2026-06-30", "2026-12-31"
BY_TYPE: dict[str, Any] = {
    "address": "样例路1号2单元3室",
    "amount": "1200.50",
    "attachment": "样例材料一份",
    "id_number": CITIZEN,
    "number": 1,
    "phone": "13800000000",
    "table": [{"姓名": "样例", "说明": "一行样例"}],
    "text": "样例内容",
    "uscc": COMPANY,
}


def sample_data(form: Form, district_code: str) -> dict[str, Any]:
    """The least that the form accepts, with the deciding place in ``district_code``."""
    required = {field.key for field in form.fields if field.required}
    return _answers(form, district_code, required)


def full_data(form: Form, district_code: str) -> dict[str, Any]:
    """An answer to every question but the issuer's name, which only a real licence tells."""
    return _answers(form, district_code, {f.key for f in form.fields if f.key != "registrar_name"})


def _answers(form: Form, district_code: str, keys: set[str]) -> dict[str, Any]:
    fields = {field.key: field for field in form.fields}
    rules = {key: [rule for rule in form.rules if rule.key == key] for key in fields}
    data = {key: _answer(fields[key], district_code, rules[key]) for key in fields if key in keys}
    for rule in form.rules:
        if rule.key not in data and _is_needed(rule, data):
            data[rule.key] = _answer(fields[rule.key], district_code, rules[rule.key])
    for rule in form.rules:
        if rule.kind == "contains":
            data[rule.key] = f"{data[rule.argument]}{data[rule.key]}"
    return data


def _is_needed(rule: Rule, data: dict[str, Any]) -> bool:
    other, _, values = rule.argument.partition("=")
    if rule.kind == "needed_when":
        return data.get(other) in values.split("|")
    return (rule.kind == "one_of") != (other in data) and rule.kind in ("one_of", "needed_with")


def _answer(field: Field, district_code: str, rules: Iterable[Rule]) -> Any:
    arguments = {rule.kind: rule.argument for rule in rules}
    if field.type in ("choice", "choices"):
        return field.choices[0] if field.type == "choice" else list(field.choices[:2])
    if field.type == "division":
        return district_code if field.routing else _place_across(district_code)
    if field.type == "date":
        return _date(arguments)
    if size := arguments.get("digits") or arguments.get("length"):
        return "1" * int(size)
    return (
        BY_TYPE[field.type] + arguments.get("ends_with", "")
        if field.type == "text"
        else BY_TYPE[field.type]
    )


def _date(arguments: dict[str, str]) -> str:
    day = LATER if "after" in arguments else LAST if "not_before" in arguments else EARLY
    return day[:7] if "month" in arguments else day


def _place_across(district_code: str) -> str:
    """A district of the other province."""
    return PLACE_IN_SICHUAN if district_code.startswith("50") else PLACE_IN_CHONGQING
