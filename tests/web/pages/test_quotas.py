"""The white list at the officers' desks: a new line is proposed on a form and signed by both sides."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.browsing import Visitor
from tests.support.waste_cases import BOARDS, HOLDER

PersonFor = Callable[[str], Visitor]
SICHUAN, CHONGQING = "四川省生态环境厅", "重庆市生态环境局"
LINE = {
    "year": "2026",
    "holder_name": "重庆样例再生资源有限公司（示例）",
    "holder_code": HOLDER,
    "kind": BOARDS,
    "amount": "12.5",
    "side": "first",
    "other": CHONGQING,
}


def test_a_new_line_counts_once_both_sides_have_signed(staff: PersonFor) -> None:
    sender, receiver = staff("officer.sichuan"), staff("officer.chongqing")
    sender.open("/district/quotas").follow("新增一行").press("提出", **LINE)
    assert "已提出，双方都签署后生效" in sender.text
    assert f"{BOARDS} 12.5 吨" in sender.text
    sender.press("签署")
    assert sender.text.count("待签署") == 1
    receiver.open("/district/quotas").press("签署")
    assert "待签署" not in receiver.text
    assert f"{BOARDS} 12.5 吨 0 吨，0 件 12.5 吨 已生效" in receiver.text


def test_the_receiving_side_may_propose_too(staff: PersonFor) -> None:
    receiver, sender = staff("officer.chongqing"), staff("officer.sichuan")
    receiver.open("/district/quotas/new").press(
        "提出", **(LINE | {"side": "second", "other": SICHUAN})
    )
    assert "签署" in "".join(sender.open("/district/quotas").buttons())


def test_faults_stand_beside_their_inputs(staff: PersonFor) -> None:
    officer = staff("officer.sichuan").open("/district/quotas/new")
    officer.press("提出", year="今年", kind=BOARDS, amount="0.0001", other="没有的局")
    assert officer.status == 422
    assert officer.page.faults.keys() == {
        "year", "holder_name", "holder_code", "amount", "side", "other",
    }  # fmt: skip
    assert officer.value("kind") == BOARDS
    officer.press("提出", **(LINE | {"amount": "2000001"}))
    assert officer.page.faults.keys() == {"amount"}


def test_what_the_list_holds_already_is_refused(staff: PersonFor) -> None:
    officer = staff("officer.sichuan")
    officer.open("/district/quotas/new").press("提出", **LINE)
    officer.open("/district/quotas/new").press("提出", **LINE)
    assert officer.status == 422
    assert "已有名单条目" in officer.text
    officer.press("提出", **(LINE | {"other": SICHUAN}))
    assert "双方应为两个不同的机关" in officer.text


def test_the_list_is_for_officers(staff: PersonFor) -> None:
    assert staff("editor.wuhou").open("/district/quotas/new").status == 403


def test_a_clerk_finds_the_enquiries_from_the_list_of_today(staff: PersonFor) -> None:
    clerk = staff("clerk.shapingba").follow("答复咨询和投诉")
    assert "没有等待答复的咨询和投诉" in clerk.text
