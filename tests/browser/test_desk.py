"""The desks of a district in a real browser, by clicking only: cases granted at once, a list taken in, an alarm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deploy.services import Place
from tests.browser.clicks import button, link, sign_in_at_the_desk
from tests.browser.filing import dispute, grant_elsewhere, under_review

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
LIST = """事项名称,事项编码,部门名称
个体工商户变更登记,511Z07001009-510107000000-000-1,武侯区市场监管局
,511B2,武侯区教育局
个体工商户设立登记,511B1,武侯区市场监管局
"""


def test_an_officer_grants_what_was_ticked_and_learns_of_each(
    page_of: PageOf, service: Place
) -> None:
    first, second, third = (under_review(service.url) for _ in range(3))
    officer = page_of("desk")
    sign_in_at_the_desk(officer, "officer.wuhou")
    link(officer, "我领取的")
    for number in (first, second, third):
        officer.get_by_role("row").filter(has_text=number).get_by_role("checkbox").check()
    grant_elsewhere(service.url, third)
    button(officer, "批量同意打勾的办件")
    expect(officer.get_by_role("heading", level=1)).to_have_text("同意这 3 件？")
    button(officer, "同意 3 件")
    expect(officer.get_by_role("heading", level=1)).to_have_text("3 件里同意了 2 件")
    rows = officer.get_by_role("row")
    for number in (first, second):
        expect(rows.filter(has_text=number).get_by_text("同意", exact=True)).to_be_visible()
    expect(rows.filter(has_text=third).get_by_text("没有办成")).to_be_visible()
    link(officer, "回到待办清单")
    expect(officer.get_by_role("row").filter(has_text=first)).to_have_count(0)
    link(officer, "待送达、待办结")
    expect(officer.get_by_role("row").filter(has_text=first)).to_be_visible()


def test_a_list_with_faults_is_looked_over_and_its_good_rows_taken_in(
    page_of: PageOf, tmp_path: Path
) -> None:
    editor = page_of("desk")
    sign_in_at_the_desk(editor, "editor.wuhou")
    link(editor, "本区清单")
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    editor.get_by_label("清单文件").set_input_files(path)
    button(editor, "检查清单")
    expect(editor.get_by_text("其中 1 行不能导入。还没有写入任何内容")).to_be_visible()
    refused = editor.get_by_role("row").filter(has_text="不能导入")
    expect(refused).to_have_count(1)
    expect(refused.get_by_role("cell").last).not_to_be_empty()
    button(editor, "只导入其余 2 行")
    expect(editor.get_by_text("已导入 2 行")).to_be_visible()
    link(editor, "本区清单")
    expect(editor.get_by_text("正在使用的清单")).to_be_visible()


def test_the_fleet_board_renews_itself_but_not_under_an_operators_hands(
    page_of: PageOf, service: Place
) -> None:
    dispute(service)
    operator, colleague = page_of("desk"), page_of("desk")
    operator.clock.install()
    for page, login in ((operator, "operator"), (colleague, "second.operator")):
        sign_in_at_the_desk(page, login)
    words = operator.get_by_label("怎样处理")
    words.fill("马上去现场")
    colleague.get_by_label("怎样处理").fill("已安排人去看")
    button(colleague, "由我处理")
    expect(colleague.get_by_text("已安排人去看")).to_be_visible()
    with operator.expect_response("**/district/machines"):
        operator.clock.run_for(31_000)
    expect(words).to_have_value("马上去现场")
    words.fill("")
    words.blur()
    operator.clock.run_for(31_000)
    expect(operator.get_by_text("已安排人去看")).to_be_visible()
    expect(words).to_have_count(0)
