"""A form of the catalogue as inputs on a page, and the answers out of what the page sends."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.identity.provider import Identity
from services_catalog.codes import mask_id, mask_phone
from services_catalog.forms import Field, Form
from services_catalog.routing import FUNCTIONAL, DistrictView

MOST_RADIOS = 6
WIDGETS = {
    "text": "line",
    "choice": "radio",
    "choices": "checks",
    "attachment": "line",
    "id_number": "line",
    "uscc": "line",
    "division": "division",
    "address": "line",
    "phone": "tel",
    "date": "date",
    "number": "number",
    "amount": "number",
    "table": "lines",
}
LONG_ANSWERS = re.compile("范围|内容|说明|原因|情况|事由|事项|路线")
REFERENCES = re.compile(r"[(（][\w. -]*(?:csv|GB)[\w. -]*[)）]")
"""What a hint says to programmers: the file or the standard behind a rule."""
OWN = (
    "applicant_",
    "head_",
    "handler_",
    "holder_",
    "insured_",
    "operator_",
    "responsible_",
    "contact_",
)
"""The parts of a form that ask for whoever stands there, and not for an agent or a relative."""
CARD_NAMES = ("姓名", "单位名称", "持证人", "权利人", "联系人")


@dataclass(frozen=True)
class Question:
    """One input: its name, its widget, what stands in it and what is wrong with it."""

    name: str
    label: str
    widget: str
    required: bool
    hint: str
    choices: tuple[str, ...]
    value: str
    chosen: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One answer as it is read back: label and words."""

    label: str
    words: str


def questions_of(
    form: Form,
    given: MultiDict[str, str],
    faults: Mapping[str, list[str]],
    hidden: Collection[str] = (),
) -> list[Question]:
    """The form's questions with what was typed so far; ``hidden`` keys are answered elsewhere on the page."""
    months = {rule.key for rule in form.rules if rule.kind == "month"}
    return [
        _question(field, given, faults, "month" if field.key in months else _widget(field))
        for field in form.fields
        if field.key not in hidden
    ]


def answers_from(form: Form, given: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, as the form's schema takes it; empty inputs are left out."""
    answers: dict[str, Any] = {}
    for field in form.fields:
        typed = [text for text in given.getlist(input_name(field.key)) if text.strip()]
        if typed:
            answers[field.key] = typed if field.type == "choices" else typed[0]
    return answers


def prefill(form: Form, identity: Identity) -> MultiDict[str, str]:
    """What the card and the platform know already, for the questions that ask for the person themselves."""
    known: MultiDict[str, str] = MultiDict()
    for field in form.fields:
        value = _known(field, identity)
        if value:
            known[input_name(field.key)] = value
    return known


def read_back(
    form: Form, answers: Mapping[str, Any], districts: Mapping[str, DistrictView]
) -> list[Shown]:
    """The answers in the order of the form; numbers of people are masked."""
    return [
        Shown(field.label, _spoken(field, answers[field.key], districts))
        for field in form.fields
        if answers.get(field.key) not in (None, "", [])
    ]


def division_groups(districts: Mapping[str, DistrictView]) -> list[tuple[str, list[DistrictView]]]:
    """Divisions to choose from, by prefecture; 重庆市 and every prefecture stand before their districts."""
    groups: dict[str, list[DistrictView]] = {}
    for code in sorted(districts):
        district = districts[code]
        if district.level in ("province", "prefecture"):
            groups.setdefault(_group(district, districts), []).insert(0, district)
        elif district.level != FUNCTIONAL:
            groups.setdefault(_group(district, districts), []).append(district)
    zones = [district for district in districts.values() if district.level == FUNCTIONAL]
    return [*groups.items(), ("功能区", sorted(zones, key=lambda zone: zone.code))]


def input_name(key: str) -> str:
    """The name of the input for a field of the form; the same as in the API's faults."""
    return f"form.{key}"


def _question(
    field: Field, given: MultiDict[str, str], faults: Mapping[str, list[str]], widget: str
) -> Question:
    name = input_name(field.key)
    return Question(
        name=name,
        label=field.label,
        widget=widget,
        required=field.required,
        hint=REFERENCES.sub("", field.hint),
        choices=field.choices,
        value=given.get(name, ""),
        chosen=tuple(given.getlist(name)),
        faults=tuple(faults.get(name, ())),
    )


def _widget(field: Field) -> str:
    if field.type == "choice" and len(field.choices) > MOST_RADIOS:
        return "select"
    if (
        field.type == "text"
        and LONG_ANSWERS.search(field.label)
        and not field.key.endswith("_name")
    ):
        return "lines"
    return WIDGETS[field.type]


def _known(field: Field, identity: Identity) -> str | None:
    if field.type == "phone" and field.key in ("phone", "head_phone"):
        return identity.phone
    if field.prefill != "card" or not field.key.startswith(OWN):
        return None
    if field.type == "id_number":
        return identity.document_number
    return identity.name if field.label.endswith(CARD_NAMES) else None


def _spoken(field: Field, answer: Any, districts: Mapping[str, DistrictView]) -> str:
    if field.type == "id_number":
        return mask_id(str(answer))
    if field.type == "phone":
        return mask_phone(str(answer))
    if field.type == "division" and answer in districts:
        return districts[answer].full_name
    if isinstance(answer, list):
        return "；".join(_cells(entry) for entry in answer)
    return str(answer)


def _cells(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return "，".join(f"{name}：{cell}" for name, cell in entry.items())


def _group(district: DistrictView, districts: Mapping[str, DistrictView]) -> str:
    """重庆市 for all of Chongqing; the prefecture in Sichuan; the province's own organs by themselves."""
    if district.code.startswith("50"):
        return "重庆市"
    return districts[f"{district.code[:4]}00"].name
