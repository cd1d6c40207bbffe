"""An authority's own offering at the editor's desk: terms, suspension, end, and what the guide says then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browsing import Visitor

PersonFor = Callable[[str], Visitor]
OFFERING = "/district/items/37/offering"
TERMS = {
    "windows": "武侯区政务中心 2 楼｜周一至周五 9:00-17:00｜028-00000000\n玉林分中心",
    "promised_days": "2",
    "promised_unit": "working_day",
    "effective_from": "2026-03-02",
}


@pytest.fixture
def editor(staff: PersonFor) -> Visitor:
    return staff("editor.wuhou").open("/district/items/37").follow("本机关的实施清单")


def test_terms_are_put_in_force_and_kept_as_versions(editor: Visitor) -> None:
    assert "成都市武侯区行政审批局的实施清单" in editor.text
    assert "按共同标准办理" in editor.text
    editor.press("保存", **TERMS)
    assert "已保存" in editor.text
    assert "现在按第 1 版办理" in editor.text
    assert "承诺 2 个工作日 窗口 2 个" in editor.text
    assert editor.value("windows") == TERMS["windows"]
    editor.press("保存", promised_days="", effective_from="2026-04-01")
    assert "第 1 版 ，2026年3月2日起，至2026年3月31日" in editor.text
    assert "第 2 版 ，2026年4月1日起" in editor.text


def test_faults_stand_beside_their_inputs_and_nothing_is_lost(editor: Visitor) -> None:
    editor.press("保存", **(TERMS | {"promised_days": "两", "fee": "费" * 201}), modes=[])
    assert editor.status == 422
    assert editor.page.faults.keys() == {"promised_days", "fee", "modes"}
    assert editor.value("windows") == TERMS["windows"]
    editor.open(OFFERING).press("保存", **(TERMS | {"windows": "｜｜"}))
    assert editor.page.faults.keys() == {"windows"}
    editor.press("保存", **(TERMS | {"local_materials": "承诺书", "promised_days": "99"}))
    assert editor.page.faults.keys() == {"justification", "promised_days"}
    editor.open(OFFERING).press("保存", **(TERMS | {"effective_from": "2026-01-01"}))
    assert "已过" in editor.text


def test_days_without_receiving_are_told(editor: Visitor) -> None:
    editor.press("暂停", first="2026-03-05", last="", reason="")
    assert (editor.status, editor.page.faults.keys()) == (422, {"reason"})
    editor.press("暂停", first="2026-03-02", last="2026-03-06", reason="系统升级")
    assert "2026年3月2日起至2026年3月6日暂停办理：系统升级" in editor.text
    assert editor.value("promised_unit") == "working_day"


def test_an_offering_is_ended_with_a_reason(editor: Visitor) -> None:
    editor.press("不再办理", first="", reason="职责划转")
    assert editor.page.faults.keys() == {"first"}
    editor.press("不再办理", first="2026-03-02", reason="职责划转")
    assert "已不再办理：职责划转" in editor.text


def test_only_editors_keep_offerings_and_only_of_items(editor: Visitor, staff: PersonFor) -> None:
    assert staff("officer.wuhou").open(OFFERING).status == 403
    assert editor.open("/district/items/9999/offering").status == 404
    assert editor.client.post(f"{OFFERING}/burn").status_code == 404
