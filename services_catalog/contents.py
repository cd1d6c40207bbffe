"""What an editor may write into a version: every fault at once, and the form that belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services_catalog.divergences import COMPARED, PROVINCES
from services_catalog.errors import ContentInvalid
from services_catalog.form_fields import PREFILLS, TYPES
from services_catalog.form_rules import RULES
from services_catalog.forms import form_for
from services_catalog.items import (
    CHOICES,
    COLUMNS,
    DAYS,
    LISTS,
    MODES,
    REQUIRED,
    form_to_content,
    from_content,
)
from services_catalog.limits import WORKING_DAY, is_within

OWN = ("note", "conditions", "provinces", "justifications", "form")
CHANGEABLE = (*COLUMNS[1:], *OWN)
TEXT_LISTS = (*LISTS, "conditions")
FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
LONGEST_TEXT = 2000
BLANK: dict[str, Any] = {
    **dict.fromkeys(COLUMNS, ""),
    **dict.fromkeys(DAYS),
    **{name: [] for name in TEXT_LISTS},
    "batch": 3,
    "year": 0,
    "approval_bureau": False,
    "item_type": "公共服务",
    "audience": "both",
    "clock_regime": "other",
    "legal_unit": "none",
    "result_form": "none",
    "fee": "none",
    "trust": "inferred",
    "note": "",
}
Found = Iterator[tuple[str, str]]


def change_content(
    seq: int, before: Mapping[str, Any] | None, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The content before, or a blank one, with the changes, checked as a whole; a shared form follows its item.

    Raises ContentInvalid with every fault.
    """
    unknown = {name: ["没有这一项内容"] for name in changes if name not in CHANGEABLE}
    if unknown:
        raise ContentInvalid(unknown)
    content: dict[str, Any] = {**(BLANK if before is None else before), **changes, "seq": seq}
    faults: dict[str, list[str]] = {}
    for name, reason in _faults(content):
        faults.setdefault(name, []).append(reason)
    if faults:
        raise ContentInvalid(faults)
    if "form" not in changes and (content.get("form") or {"generic": True})["generic"]:
        content["form"] = form_to_content(form_for(from_content({**content, "form": None})))
    return content


def _faults(content: Mapping[str, Any]) -> Found:
    kinds = list(_kind_faults(content))
    yield from kinds
    if kinds:
        return
    for name in REQUIRED:
        if not content[name]:
            yield name, "不能为空"
    for name, allowed in CHOICES.items():
        value = content[name]
        told = ("yes" if value else "no") if name == "approval_bureau" else str(value)
        if told not in allowed:
            yield name, f"应为 {'、'.join(filter(None, allowed))} 之一"
    yield from _mode_faults(content)
    yield from _limit_faults(content, "")
    yield from _province_faults(content)
    yield from _form_faults(content)


def _kind_faults(content: Mapping[str, Any]) -> Found:
    """Values of another kind than the column's."""
    for name in (*COLUMNS, "note", "conditions"):
        value = content.get(name, BLANK[name])
        if name in TEXT_LISTS:
            fits = isinstance(value, list) and all(_is_text(entry) for entry in value)
        elif name in DAYS:
            fits = value is None or _is_count(value)
        elif name in ("seq", "batch", "year"):
            fits = _is_count(value)
        elif name == "approval_bureau":
            fits = isinstance(value, bool)
        else:
            fits = isinstance(value, str) and len(value) <= LONGEST_TEXT
        if not fits:
            yield name, "内容的类型不对，或文字过长"


def _mode_faults(content: Mapping[str, Any]) -> Found:
    if unknown := [mode for mode in content["modes"] if mode not in MODES]:
        yield "modes", f"没有“{'、'.join(unknown)}”这种办理方式"


def _limit_faults(limits: Mapping[str, Any], path: str) -> Found:
    promised, legal = limits["promised_days"], limits["legal_days"]
    if promised is not None and not is_within(promised, WORKING_DAY, legal, limits["legal_unit"]):
        yield f"{path}promised_days", "承诺时限换算后超过法定时限"


def _province_faults(content: Mapping[str, Any]) -> Found:
    provinces = content.get("provinces") or {}
    if not _is_table(provinces) or not _is_table(content.get("justifications") or {}):
        yield "provinces", "应按省市、字段填写"
        return
    for province, own in provinces.items():
        path = f"provinces.{province}"
        if province not in PROVINCES or not _is_table(own) or set(own) - set(COMPARED):
            yield path, f"只能写{'、'.join(PROVINCES)}的材料、条件和时限"
            continue
        merged = {**content, **own, "provinces": None, "form": None}
        wrong = [name for name, _ in _kind_faults(merged)]
        yield from ((f"{path}.{name}", "内容的类型不对") for name in wrong)
        if not wrong:
            yield from _limit_faults(merged, f"{path}.")


def _form_faults(content: Mapping[str, Any]) -> Found:
    form = content.get("form")
    if form is None:
        if fault := _form_can_not_be_composed(content):
            yield "theme", fault
        return
    asked = form.get("fields") if _is_table(form) else None
    if not isinstance(asked, list) or not all(map(_is_field, asked)) or not _is_headed(form):
        yield "form", "表单的内容不完整"
        return
    keys = [field["key"] for field in asked]
    if len(set(keys)) < len(keys):
        yield "form", "表单里有两个问题用了同一个名称"
    if not any(field["routing"] for field in asked):
        yield "form", "表单没有问由哪里管辖"
    if any(r.get("key") not in keys or r.get("kind") not in RULES for r in form["rules"]):
        yield "form", "表单的核对规则不对"


def _form_can_not_be_composed(content: Mapping[str, Any]) -> str:
    try:
        form_for(from_content({**content, "form": None}))
    except KeyError as missing:
        return f"没有“{missing.args[0][-1]}”的通用表单，请附上表单"
    return ""


def _is_headed(form: Mapping[str, Any]) -> bool:
    named = all(_is_text(form.get(name)) for name in ("key", "title"))
    return (
        named
        and isinstance(form.get("generic"), bool)
        and isinstance(form.get("rules"), list)
        and all(
            _is_table(rule) and set(rule) == {"key", "kind", "argument"} for rule in form["rules"]
        )
    )


def _is_field(field: Any) -> bool:
    names = {"key", "label", "type", "required", "choices", "hint", "routing", "prefill"}
    if not _is_table(field) or set(field) != names:
        return False
    return (
        _is_text(field["key"])
        and FIELD_KEY.fullmatch(field["key"]) is not None
        and _is_text(field["label"])
        and field["type"] in TYPES
        and field["prefill"] in PREFILLS
        and isinstance(field["required"], bool)
        and isinstance(field["routing"], bool)
        and isinstance(field["choices"], list)
        and bool(field["choices"]) is (field["type"] in ("choice", "choices"))
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)
