"""The district's desks: two editors change an item, one brings a list; an operator sees machines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from kiosk import workers
from tests.support.browsing import Visitor
from tests.web.pages.walks import apply_for_branch

PersonFor = Callable[[str], Visitor]
ZIYANG = Path(__file__).parents[2] / "unit" / "catalog" / "city_items_ziyang.json"
LIST = [
    {"name": "企业信息变更登记", "itemCode": "511Z07001006-510107000000-000-1", "dept": "武侯区市场监管局"},
    {"name": "", "itemCode": "null", "dept": "武侯区教育局"},
    {"name": "内资企业及分支机构设立登记", "itemCode": "511A1", "dept": "武侯区市场监管局"},
]  # fmt: skip


def upload(rows: object, name: str = "list.json") -> dict[str, object]:
    return {"file": (BytesIO(json.dumps(rows, ensure_ascii=False).encode()), name)}


@pytest.mark.parametrize("login", ["editor.wuhou", "operator"])
def test_each_lands_at_their_own_desk(staff: PersonFor, login: str) -> None:
    desk = staff(login)
    assert desk.status == 200
    wanted = "事项" if login.startswith("editor") else "自助机"
    assert wanted in desk.text


@pytest.mark.parametrize(
    "path",
    ["/district/items", "/district/items/37", "/district/lists", "/district/items/divergences"],
)
def test_an_operator_keeps_no_items(staff: PersonFor, path: str) -> None:
    assert staff("operator").open(path).status == 403


@pytest.mark.parametrize("path", ["/district/machines", "/district/paper"])
def test_an_editor_keeps_no_machines(staff: PersonFor, path: str) -> None:
    assert staff("editor.wuhou").open(path).status == 403


def test_strangers_are_led_to_the_sign_in(stranger: Visitor) -> None:
    assert stranger.open("/district").status == 401
    assert "去登录" in [text for text, _ in stranger.page.links]


def test_a_version_goes_from_draft_to_publication_by_two_persons(staff: PersonFor) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    author.open("/district/items?q=开分公司").follow("内资企业及分支机构设立登记")
    author.follow("起草新版本").press("保存草稿", promised_days="2", effective_from="2026-12-01")
    assert "草稿已保存" in author.text
    assert "承诺时限由" in author.text
    author.press("提交审核")
    assert "请另一位事项管理员审核发布" in author.text
    author.press("审核通过并发布")
    assert author.status == 403
    assert "起草人不能审核自己起草的" in author.text
    reviewer.open("/district/items/37").press("审核通过并发布")
    assert "已发布" in reviewer.text


def test_a_reviewer_gives_back_with_a_reason(staff: PersonFor) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    author.open("/district/items/37/draft").press(
        "保存草稿", promised_days="2", effective_from="2026-12-01"
    )
    author.press("提交审核")
    reviewer.open("/district/items/37").press("退回", words=" ")
    assert reviewer.status == 422
    assert "请写明理由" in reviewer.text
    reviewer.press("退回", words="承诺时限请再核对")
    assert "已退回起草人" in reviewer.text
    assert "提交审核" in author.open("/district/items/37").buttons()


def test_a_faulty_draft_keeps_what_was_typed(staff: PersonFor) -> None:
    author = staff("editor.wuhou").open("/district/items/37/draft")
    author.press("保存草稿", promised_days="两天", note="试填", effective_from="2026-12-01")
    assert author.status == 422
    assert author.page.faults.keys() >= {"promised_days"}
    assert (author.value("promised_days"), author.value("note")) == ("两天", "试填")
    author.press("保存草稿", promised_days="99", effective_from="")
    assert author.page.faults.keys() >= {"effective_from"}
    author.press("保存草稿", promised_days="99", effective_from="2026-12-01")
    assert "承诺时限换算后超过法定时限" in author.text


def test_a_difference_of_the_provinces_is_written_with_its_reason(staff: PersonFor) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    author.open("/district/items/37/draft")
    author.press(
        "保存草稿",
        effective_from="2026-12-01",
        **{"provinces.重庆市.conditions": "住所在本市\n", "provinces.重庆市.promised_days": "2"},
    )
    assert "重庆市的办理条件：增加“住所在本市”" in author.text
    assert "没有写明依据，还不能发布" in author.text
    author.press("提交审核")
    reviewer.open("/district/items/37").press("审核通过并发布")
    assert reviewer.status == 409
    assert "两地标准不一致，不能发布" in reviewer.text
    reviewer.press("退回", words="请写明依据")
    author.open("/district/items/37").follow("接着修改")
    assert author.value("provinces.重庆市.conditions") == "住所在本市"
    author.press(
        "保存草稿",
        **{"justifications.conditions": "渝府规〔2026〕1号", "provinces.重庆市.promised_days": ""},
    )
    assert "两地办理条件不同的依据由“未规定”改为“渝府规〔2026〕1号”" in author.text
    assert "还不能发布" not in author.text
    author.press("提交审核")
    assert "已发布" in reviewer.open("/district/items/37").press("审核通过并发布").text


def test_a_province_may_ask_for_nothing_where_the_other_asks(staff: PersonFor) -> None:
    author = staff("editor.wuhou").open("/district/items/37/draft")
    nothing = {"provinces.四川省.legal_days": "未规定", "provinces.四川省.promised_days": "十天"}
    author.press("保存草稿", effective_from="2026-12-01", **nothing)
    assert author.status == 422
    assert author.page.faults.keys() == {"provinces.四川省.promised_days"}
    author.press("保存草稿", **{"provinces.四川省.promised_days": "300"})
    assert "四川省的法定时限由“" in author.text
    assert "四川“未规定”" in author.text
    author.follow("接着修改")
    assert author.value("provinces.四川省.legal_days") == "未规定"
    author.press("保存草稿", **{"provinces.四川省.legal_days": ""})
    assert author.page.faults.keys() == {"provinces.四川省.promised_days"}
    assert "承诺时限换算后超过法定时限" in author.text


def test_what_is_not_touched_of_the_provinces_stays(staff: PersonFor) -> None:
    author = staff("editor.wuhou").open("/district/items/37/draft")
    author.press(
        "保存草稿", effective_from="2026-12-01", **{"provinces.四川省.materials": "申请书\n承诺书"}
    )
    held = author.follow("接着修改").value("provinces.四川省.materials")
    assert held == "申请书\n承诺书"
    author.press("保存草稿", note="试填")
    assert author.follow("接着修改").value("provinces.四川省.materials") == held


def test_retiring_wants_a_day_and_a_basis(staff: PersonFor) -> None:
    desk = staff("editor.wuhou").open("/district/items/37")
    desk.press("停用", last_day="", words="目录调整")
    assert desk.status == 422
    desk.press("停用", last_day="2026-12-31", words="目录调整")
    assert "已停用" in desk.text


def test_an_unknown_act_is_refused(staff: PersonFor) -> None:
    desk = staff("editor.wuhou")
    assert desk.client.post("/district/items/37/versions/1/burning").status_code == 422


def test_differences_of_the_provinces_are_listed(staff: PersonFor) -> None:
    page = staff("editor.wuhou").open("/district/items/divergences")
    assert "四川" in page.text
    assert "示例" in page.text


def test_a_list_is_looked_over_then_taken_in_and_mapped(staff: PersonFor) -> None:
    desk = staff("editor.wuhou").open("/district/lists")
    assert "还没有导入清单" in desk.text
    desk.press("检查清单", files=upload(LIST))
    assert "共 3 行" in desk.text
    assert "其中 1 行不能导入" in desk.text
    assert "还没有导入清单" in staff("editor.wuhou").open("/district/lists").text
    desk.press("只导入其余 2 行")
    assert "已导入 2 行" in desk.text
    desk.press("就是“内资企业及分支机构设立登记”")
    assert "内资企业及分支机构设立登记" not in [
        text for text in desk.text.split() if text == "第 3 行"
    ]
    assert "第 3 行" not in desk.text
    assert "正在使用的清单" in desk.open("/district/lists").text


def test_a_real_list_shows_every_kind_of_fault(staff: PersonFor) -> None:
    desk = staff("editor.wuhou").open("/district/lists")
    rows = json.loads(ZIYANG.read_text(encoding="utf-8"))
    desk.press("检查清单", files=upload(rows))
    assert desk.status == 200
    assert "问题分类" in desk.text


def test_every_fault_can_be_taken_home(staff: PersonFor) -> None:
    desk = staff("editor.wuhou").open("/district/lists")
    rows = [
        {"name": "=1+1（", "itemCode": f"511A{row}", "dept": "武侯区教育局"} for row in range(300)
    ]
    desk.press("检查清单", files=upload([*rows, *LIST]))
    assert "下载全部问题（表格）" in desk.buttons()
    data = {"kept": desk.value("kept"), "ending": desk.value("ending")}
    answer = desk.client.post("/district/lists/faults", data=data)
    table = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))
    assert answer.mimetype == "text/csv"
    assert table[0] == ["行", "列", "内容", "能否导入", "问题", "怎样改"]
    assert f"（前 200 处，共 {len(table) - 1} 处）" in desk.text
    assert ["302", "事项名称"] in [row[:2] for row in table]
    assert "不能导入" in [row[3] for row in table]
    assert {row[2] for row in table if row[0] == "1" and row[1] == "事项名称"} == {"'=1+1（"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "请选择清单文件"),
        (upload(LIST, "list.exe"), "格式的文件"),
        ({"file": (BytesIO(b"\x00nonsense"), "list.json")}, "清单"),
    ],
)
def test_what_is_no_list_is_refused_in_place(
    staff: PersonFor, files: dict[str, object], words: str
) -> None:
    desk = staff("editor.wuhou").open("/district/lists").press("检查清单", files=files)
    assert desk.status == 422
    assert words in desk.text


def test_an_import_needs_the_file_that_was_looked_over(staff: PersonFor) -> None:
    desk = staff("editor.wuhou")
    data = {"kept": "0" * 64, "ending": "json", "accept_good": "yes"}
    assert desk.client.post("/district/lists/import", data=data).status_code == 404
    assert desk.client.post("/district/lists/faults", data=data).status_code == 404
    data["ending"] = "exe"
    assert desk.client.post("/district/lists/import", data=data).status_code == 422
    assert desk.client.post("/district/lists/faults", data=data).status_code == 422


def test_the_board_shows_every_machine(staff: PersonFor) -> None:
    board = staff("operator").open("/district/machines")
    assert "SPB-001" in board.text
    assert "还没有启用" in board.text


def test_paper_is_settled_by_what_was_seen(staff: PersonFor, app: Flask) -> None:
    desk = staff("operator").open("/district/paper")
    assert "没有待查的纸" in desk.text
    for data, wanted in (
        ({"outcome": "guess", "reason": "x"}, 422),
        ({"outcome": "found-printed", "reason": ""}, 422),
        ({"outcome": "found-printed", "reason": "看到了"}, 404),
    ):
        assert desk.client.post("/district/paper/J0", data=data).status_code == wanted


def test_a_manager_sees_pictures_and_takes_a_table(
    app: Flask, staff: PersonFor, citizen: PersonFor
) -> None:
    apply_for_branch(citizen("ouyang"))
    with app.app_context():
        workers.count_figures()
    desk = staff("manager.wuhou")
    assert "武侯区近一年办理情况" in desk.text
    assert "四川收件、四川办理：1 件" in desk.text
    answer = desk.client.get("/district/figures/months.csv")
    assert answer.text.startswith("\ufeff月份,本地代收")
    assert len(answer.text.splitlines()) == 13
    places = desk.client.get("/district/figures/places.csv").text.splitlines()
    assert places == ["\ufeff区划代码,地方,本地代收,外地代收我办"]
    items = desk.client.get("/district/figures/items.csv").text.splitlines()
    assert items[1].startswith("37,")
    assert "四川收件" in desk.text


def test_a_manager_without_cases_sees_zeros(staff: PersonFor) -> None:
    assert "还没有办件" in staff("manager.wuhou").text


def test_an_auditor_reads_the_trail_and_checks_the_chain(staff: PersonFor) -> None:
    desk = staff("auditor")
    assert "signed-in" in desk.text
    desk.press("核对整条记录链")
    assert "前后相连，没有改动" in desk.text
    desk.open("/district/trail?subject=nobody&before=x")
    assert "没有记录" in desk.text


@pytest.mark.parametrize(
    "path", ["/district/figures", "/district/figures/months.csv", "/district/trail"]
)
def test_figures_and_trail_are_not_for_editors(staff: PersonFor, path: str) -> None:
    assert staff("editor.wuhou").open(path).status == 403
