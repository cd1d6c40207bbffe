"""What changed between two versions of an item, in words that an editor or an applicant can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIELD_WORDS = {
    "name": "事项名称",
    "department": "主管部门",
    "theme": "主题",
    "item_type": "事项类型",
    "audience": "办理对象",
    "modes": "办理方式",
    "materials": "申请材料",
    "conditions": "办理条件",
    "legal_days": "法定时限",
    "legal_unit": "法定时限单位",
    "promised_days": "承诺时限",
    "result_document": "办理结果",
    "aliases": "别名",
    "source": "依据和来源",
    "decided_level_sc": "四川办理层级",
    "decided_level_cq": "重庆办理层级",
    "organ_kind_sc": "四川办理部门",
    "organ_kind_cq": "重庆办理部门",
    "approval_bureau": "行政审批局办理",
    "routing_fact": "管辖依据",
    "clock_regime": "期限规则",
    "result_form": "结果形式",
    "fee": "收费",
    "special_procedures": "特别程序",
    "trust": "核实程度",
    "note": "说明",
    "batch": "批次",
    "year": "清单年份",
}
QUESTION_WORDS = {
    "label": "名称",
    "type": "填写方式",
    "required": "是否必填",
    "choices": "选项",
    "hint": "提示",
    "routing": "是否决定管辖",
    "prefill": "来源",
}
VALUE_WORDS = {
    "working_day": "工作日",
    "calendar_day": "自然日",
    "none": "无",
    "county": "区县级",
    "prefecture": "市级",
    "province": "省级",
    "permit": "行政许可期限",
    "registration": "登记期限",
    "other": "公布的期限",
    "per_item": "收费",
    "both": "个人和法人",
    "certificate": "证书",
    "card_or_booklet": "卡证或簿册",
    "controlled_blank": "专用空白证照",
    "notice": "通知书",
    "electronic": "电子证照",
    "verified": "已核实",
    "inferred": "推定",
    "recalled": "待核实",
}


@dataclass(frozen=True)
class Change:
    """One difference: the field, the sentence that tells it, and both values as text."""

    field: str
    words: str
    before: str
    after: str


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference of two contents, fields in the order of the list, then the questions of the form."""
    changes = [
        _told(name, words, before.get(name), after.get(name))
        for name, words in FIELD_WORDS.items()
        if value_words(before.get(name)) != value_words(after.get(name))
    ]
    changes += [*_provinces(before, after), *_reasons(before, after)]
    return changes + list(_form(before.get("form") or {}, after.get("form") or {}))


def value_words(value: Any) -> str:
    """A value as people write it; nothing is 未规定."""
    if value is None or value in ("", []):
        return "未规定"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(map(str, value))
    return VALUE_WORDS.get(str(value), str(value))


def _told(field: str, words: str, before: Any, after: Any) -> Change:
    old, new = value_words(before), value_words(after)
    if isinstance(before or after, list) and isinstance(after or before, list):
        return Change(field, f"{words}：{_list_words(before or [], after or [])}", old, new)
    return Change(field, f"{words}由“{old}”改为“{new}”", old, new)


def _list_words(before: Sequence[Any], after: Sequence[Any]) -> str:
    added = [f"增加“{entry}”" for entry in after if entry not in before]
    dropped = [f"不再需要“{entry}”" for entry in before if entry not in after]
    return "，".join(added + dropped) or "顺序有调整"


def _provinces(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What a province with a rule of its own asks otherwise than it did, whoever had said it."""
    old, new = before.get("provinces") or {}, after.get("provinces") or {}
    for province in sorted({*old, *new}):
        held, own = old.get(province) or {}, new.get(province) or {}
        for name in sorted({*held, *own}):
            was, becomes = held.get(name, before.get(name)), own.get(name, after.get(name))
            if value_words(was) != value_words(becomes):
                words = f"{province}的{FIELD_WORDS.get(name, name)}"
                yield _told(f"provinces.{province}.{name}", words, was, becomes)


def _reasons(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = before.get("justifications") or {}, after.get("justifications") or {}
    for name in sorted({*old, *new}):
        if value_words(old.get(name)) != value_words(new.get(name)):
            words = f"两地{FIELD_WORDS.get(name, name)}不同的依据"
            yield _told(f"justifications.{name}", words, old.get(name), new.get(name))


def _form(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old = {field["key"]: field for field in before.get("fields", ())}
    new = {field["key"]: field for field in after.get("fields", ())}
    for key, field in new.items():
        if key not in old:
            need = "必填" if field["required"] else "选填"
            words = f"表单增加“{field['label']}”（{need}）"
            yield Change(f"form.{key}", words, "", field["label"])
        elif old[key] != field:
            yield _question(key, old[key], field)
    for key, field in old.items():
        if key not in new:
            yield Change(f"form.{key}", f"表单不再询问“{field['label']}”", field["label"], "")
    if _rules(before) != _rules(after):
        yield Change("form", "表单的核对规则有变动", "", "")


def _question(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    parts = [
        f"{words}由“{value_words(old.get(name))}”改为“{value_words(new.get(name))}”"
        for name, words in QUESTION_WORDS.items()
        if old.get(name) != new.get(name)
    ]
    return Change(
        f"form.{key}", f"表单“{new['label']}”：{'，'.join(parts)}", old["label"], new["label"]
    )


def _rules(form: Mapping[str, Any]) -> list[Any]:
    return sorted((rule["key"], rule["kind"], rule["argument"]) for rule in form.get("rules", ()))
