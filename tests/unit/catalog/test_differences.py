"""What changed, in words."""

from __future__ import annotations

from typing import Any

from services_catalog.differences import difference
from services_catalog.forms import form_for
from services_catalog.items import form_from_content, form_to_content
from tests.support.sample_items import published_items


def test_a_form_comes_back_from_its_version_unchanged() -> None:
    for item in published_items().values():
        form = form_for(item)
        assert form_from_content(form_to_content(form)) == form


def content() -> dict[str, Any]:
    return {
        "name": "开分公司",
        "materials": ["申请书", "租赁合同"],
        "legal_days": 15,
        "promised_days": None,
        "legal_unit": "working_day",
        "approval_bureau": True,
        "form": form_to_content(form_for(published_items()[37])),
    }


def test_the_same_is_no_difference() -> None:
    assert difference(content(), content()) == []


def test_each_difference_is_told() -> None:
    after = content() | {
        "materials": ["申请书", "营业执照"],
        "promised_days": 0,
        "legal_unit": "calendar_day",
        "approval_bureau": False,
        "provinces": {"四川省": {"legal_days": 10}},
        "justifications": {"legal_days": "川府规〔2026〕1号"},
    }
    told = {change.field: change.words for change in difference(content(), after)}
    assert told == {
        "materials": "申请材料：增加“营业执照”，不再需要“租赁合同”",
        "legal_unit": "法定时限单位由“工作日”改为“自然日”",
        "promised_days": "承诺时限由“未规定”改为“0”",
        "approval_bureau": "行政审批局办理由“是”改为“否”",
        "provinces.四川省.legal_days": "四川省的法定时限由“15”改为“10”",
        "justifications.legal_days": "两地法定时限不同的依据由“未规定”改为“川府规〔2026〕1号”",
    }


def test_what_one_province_asks_is_told_against_what_was_asked_there_before() -> None:
    one_more = content() | {
        "provinces": {"重庆市": {"materials": ["申请书", "租赁合同", "承诺书"]}}
    }
    assert [change.words for change in difference(content(), one_more)] == [
        "重庆市的申请材料：增加“承诺书”"
    ]
    assert [change.words for change in difference(one_more, content())] == [
        "重庆市的申请材料：不再需要“承诺书”"
    ]
    for_both = content() | {"materials": ["申请书", "租赁合同", "承诺书"]}
    assert [change.words for change in difference(one_more, for_both)] == ["申请材料：增加“承诺书”"]


def test_questions_that_come_go_and_change_are_told() -> None:
    before, after = content(), content()
    first, second, *rest = after["form"]["fields"]
    fresh = {**second, "key": "fresh", "label": "新问题", "required": True}
    after["form"] = {**after["form"], "fields": [{**first, "required": False}, fresh, *rest]}
    told = [(change.field, change.words) for change in difference(before, after)]
    assert told[0] == (
        f"form.{first['key']}",
        f"表单“{first['label']}”：是否必填由“是”改为“否”",
    )
    assert ("form.fresh", "表单增加“新问题”（必填）") in told
    assert (f"form.{second['key']}", f"表单不再询问“{second['label']}”") in told
