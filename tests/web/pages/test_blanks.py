"""The operator takes boxes of numbered blanks into stock, fills machines, and accounts for every number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browsing import Visitor

PersonFor = Callable[[str], Visitor]
KIND, MACHINE = "food-permit.1", "SPB-001"
MISFITS = [
    ("receive", 10, 12, "", "first", "编号 10 已经登记过"),
    ("load", 9, 11, MACHINE, "first", "编号 11 不在库里"),
    ("load", 1, 2, "", "machine", "请选择自助机"),
    ("unload", 1, 1, MACHINE, "first", "不在这台自助机里"),
    ("destroy", 1, 1, "", "first", "还没有作废"),
    ("spoil", 3, 1, "", "last", "不能小于首号"),
    ("receive", 1, 9999, "", "last", "一次最多"),
    ("receive", 0, 1, "", "first", "只用数字"),
    ("guess", 1, 1, "", "handling", "请选择做了什么"),
]


@pytest.fixture
def desk(staff: PersonFor) -> Visitor:
    return staff("operator").open("/district/blanks")


def enter(desk: Visitor, handling: str, first: int, last: int, machine: str = "") -> Visitor:
    return desk.press(
        "登记",
        handling=handling,
        kind=KIND,
        first=str(first),
        last=str(last),
        machine=machine,
        reason="早班",
    )


def test_a_box_goes_into_stock_and_into_a_machine(desk: Visitor) -> None:
    assert "还没有空白证照入库" in desk.text
    enter(desk, "receive", 1001, 1100)
    assert "已登记：入库 100 张" in desk.text
    enter(desk, "load", 1001, 1020, MACHINE)
    assert f"{KIND} 80 20 0 0 0 0 0" in desk.text
    assert f"{KIND} 1021–1100 80 库房 在库" in desk.text
    assert f"{KIND} 1001–1020 20 {MACHINE} 已装入" in desk.text
    enter(desk, "unload", 1020, 1020, MACHINE)
    assert f"{KIND} 1020–1100 81 库房 在库" in desk.text
    assert f"{KIND} 0 20 1 0 0 0 19" in desk.open(f"/district/machines/{MACHINE}").text


def test_spoiled_blanks_are_destroyed_and_leave_the_list(desk: Visitor) -> None:
    enter(desk, "receive", 1, 10)
    enter(desk, "spoil", 5, 5)
    assert f"{KIND} 5 1 库房 作废待销毁" in desk.text
    assert f"{KIND} 1–4 4 库房 在库" in desk.text
    enter(desk, "destroy", 5, 5)
    assert f"{KIND} 9 0 0 0 0 0 1" in desk.text
    assert "作废待销毁" not in desk.text.partition("编号在哪里")[2]


def test_what_does_not_fit_is_told_and_enters_nothing(desk: Visitor) -> None:
    enter(desk, "receive", 1, 10)
    for handling, first, last, machine, faulty, words in MISFITS:
        enter(desk, handling, first, last, machine)
        assert (desk.status, list(desk.page.faults)) == (422, [faulty])
        assert words in desk.page.faults[faulty]
        assert desk.value("kind") == KIND
        assert f"{KIND} 10 0 0 0 0 0 0" in desk.text


def test_only_operators_keep_blanks(staff: PersonFor) -> None:
    assert staff("editor.wuhou").open("/district/blanks").status == 403


def test_the_table_says_when_it_does_not_show_everything(desk: Visitor) -> None:
    enter(desk, "receive", 1, 450)
    for serial in range(2, 450, 2):
        answer = desk.client.post(
            "/district/blanks",
            data={
                "handling": "spoil",
                "kind": KIND,
                "first": serial,
                "last": serial,
                "reason": "潮",
            },
        )
        assert answer.status_code == 303
        if serial > 210:
            break
    assert "只列出前 200 段" in desk.open("/district/blanks").text
