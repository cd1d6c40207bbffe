"""An item as the catalogue file tells it: checked, typed, ready to be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from services_catalog.fault_reader import RowFaults, is_count, is_positive
from services_catalog.form_fields import Field, Form, Rule

LEVELS = ("county", "prefecture", "province")
MODES = ("全程网办", "异地代收代办", "多地联办")
ITEM_TYPES = ("行政许可", "行政确认", "行政给付", "其他行政权力", "公共服务")
RESULT_FORMS = (
    "none",
    "card_or_booklet",
    "certificate",
    "controlled_blank",
    "notice",
    "electronic",
)
ROUTING_FACTS = (
    "参保地",
    "发证机关所在地",
    "营业场所所在地",
    "户籍所在地",
    "常住地",
    "迁入地",
    "受理地",
    "登记机关所在地",
    "用人单位所在地",
    "缴存地",
    "项目所在地",
    "移出地",
    "车辆登记地",
    "不动产所在地",
    "税务登记地",
    "事发地",
    "驾驶证核发地",
    "档案保管地",
    "运达地",
    "学校所在地",
)
CHOICES: dict[str, tuple[str, ...]] = {
    "batch": ("1", "2", "3"),
    "item_type": ITEM_TYPES,
    "audience": ("个人", "法人", "both"),
    "decided_level_sc": LEVELS,
    "decided_level_cq": ("county", "province"),
    "approval_bureau": ("yes", "no"),
    "clock_regime": ("permit", "registration", "other"),
    "legal_unit": ("working_day", "calendar_day", "none"),
    "result_form": RESULT_FORMS,
    "fee": ("none", "per_item", ""),
    "trust": ("verified", "inferred", "recalled"),
    "routing_fact": ROUTING_FACTS,
}
REQUIRED = ("name", "department", "theme", "organ_kind_sc", "organ_kind_cq", "modes")
LISTS = ("modes", "materials", "aliases", "special_procedures")
DAYS = ("legal_days", "promised_days")


@dataclass(frozen=True)
class PublishedItem:
    """An item in the version that is in force; every column of the published list, typed."""

    seq: int
    batch: int
    year: int
    name: str
    department: str
    theme: str
    item_type: str
    audience: str
    modes: tuple[str, ...]
    materials: tuple[str, ...]
    legal_days: int | None
    promised_days: int | None
    result_document: str
    aliases: tuple[str, ...]
    source: str
    decided_level_sc: str
    decided_level_cq: str
    organ_kind_sc: str
    organ_kind_cq: str
    approval_bureau: bool
    routing_fact: str
    clock_regime: str
    legal_unit: str
    result_form: str
    fee: str
    special_procedures: tuple[str, ...]
    trust: str
    note: str = ""
    form: Form | None = None
    version: int = 0
    version_id: int = 0
    cancelled_reason: str | None = None

    @property
    def status(self) -> str:
        """在用 or 已取消."""
        return "已取消" if self.cancelled_reason else "在用"


COLUMNS = tuple(f.name for f in fields(PublishedItem))[:27]


def row_faults(row: Mapping[str, str]) -> RowFaults:
    """Every fault of one file row as (column, reason)."""
    faults = [(column, "不能为空") for column in REQUIRED if not row[column].strip()]
    faults += [
        (column, f"应为 {'、'.join(filter(None, allowed))} 之一")
        for column, allowed in CHOICES.items()
        if row[column] not in allowed
    ]
    faults += [
        (column, "应为整数或留空") for column in DAYS if row[column] and not is_count(row[column])
    ]
    faults += [(column, "应为整数") for column in ("seq", "year") if not is_positive(row[column])]
    if unknown := [mode for mode in split_list(row["modes"]) if mode not in MODES]:
        faults.append(("modes", f"没有“{'、'.join(unknown)}”这种办理方式"))
    return faults


def to_content(row: Mapping[str, str], note: str) -> dict[str, Any]:
    """A checked row as values that JSON can hold; this is what a version keeps."""
    content: dict[str, Any] = {column: row[column].strip() for column in COLUMNS}
    for column in LISTS:
        content[column] = split_list(row[column])
    for column in DAYS:
        content[column] = int(row[column]) if row[column] else None
    for column in ("seq", "batch", "year"):
        content[column] = int(row[column])
    content["approval_bureau"] = row["approval_bureau"] == "yes"
    content["note"] = note
    return content


def from_content(
    content: Mapping[str, Any],
    *,
    version: int = 0,
    version_id: int = 0,
    cancelled_reason: str | None = None,
) -> PublishedItem:
    """The item that a version's content describes, with the form it pins."""
    values = {column: content[column] for column in (*COLUMNS, "note")}
    values |= {column: tuple(content[column]) for column in LISTS}
    return PublishedItem(
        **values,
        form=form_from_content(content["form"]) if content.get("form") else None,
        version=version,
        version_id=version_id,
        cancelled_reason=cancelled_reason,
    )


def form_to_content(form: Form) -> dict[str, Any]:
    """A form as values that JSON can hold, so that a version pins it."""
    return {
        "key": form.key,
        "title": form.title,
        "generic": form.generic,
        "fields": [{**vars(field), "choices": list(field.choices)} for field in form.fields],
        "rules": [dict(vars(rule)) for rule in form.rules],
    }


def form_from_content(pinned: Mapping[str, Any]) -> Form:
    """The form that a version pins."""
    return Form(
        key=pinned["key"],
        title=pinned["title"],
        generic=pinned["generic"],
        fields=tuple(
            Field(**{**field, "choices": tuple(field["choices"])}) for field in pinned["fields"]
        ),
        rules=tuple(Rule(**rule) for rule in pinned["rules"]),
    )


def split_list(text: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons."""
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
