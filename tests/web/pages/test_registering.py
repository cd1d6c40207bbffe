"""An item that no list has, registered on a form and published by another editor."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.browsing import Visitor

PersonFor = Callable[[str], Visitor]
ITEM = {
    "name": "示例跨省共享单车备案",
    "department": "市场监管",
    "theme": "法人-市场准入",
    "organ_kind_sc": "市场监督管理局",
    "organ_kind_cq": "市场监督管理局",
    "decided_level_sc": "county",
    "decided_level_cq": "county",
    "routing_fact": "营业场所所在地",
    "modes": ["全程网办"],
    "materials": "申请书\n身份证明",
    "effective_from": "2026-03-02",
}


def test_an_item_is_registered_and_published_by_another(staff: PersonFor) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    author.follow("登记新事项").press("保存草稿", **ITEM)
    assert "草稿已保存" in author.text
    assert "第一个版本" in author.text
    author.press("提交审核")
    reviewer.open("/district/items").follow("示例跨省共享单车备案，第 1 版")
    reviewer.press("审核通过并发布")
    assert "已发布" in reviewer.text
    assert "示例跨省共享单车备案" in reviewer.open("/items?q=共享单车").text


def test_faults_stand_beside_their_inputs_and_nothing_is_lost(staff: PersonFor) -> None:
    editor = staff("editor.wuhou").open("/district/items/new")
    editor.press("保存草稿", name="", materials="申请书")
    assert editor.status == 422
    assert editor.page.faults.keys() == {
        "name", "department", "theme", "organ_kind_sc", "organ_kind_cq", "decided_level_sc",
        "decided_level_cq", "routing_fact", "modes",
    }  # fmt: skip
    assert (editor.value("materials"), editor.value("fee")) == ("申请书", "none")
    editor.press("保存草稿", **(ITEM | {"promised_days": "几天"}))
    assert editor.page.faults.keys() == {"promised_days"}
    limits = {"legal_days": "3", "promised_days": "9", "legal_unit": "working_day"}
    editor.press("保存草稿", **(ITEM | limits))
    assert "承诺时限换算后超过法定时限" in editor.text
    assert staff("officer.wuhou").open("/district/items/new").status == 403
