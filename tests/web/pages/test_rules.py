"""Routing rules at the editor's desk: said in words, proved and rehearsed, proposed by one, published by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from kiosk import delegation_desk
from kiosk.delegation_desk import Wish
from kiosk.uow import reading, unit_of_work
from kiosk.web.district.rule_forms import proposal_of
from services_catalog.models import IN_REVIEW, RuleProposal
from services_catalog.rule_changes import read_change
from tests.support import desks
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.support.sample_cases import received

PersonFor = Callable[[str], Visitor]
WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
MERGER = {
    "predecessor_code": WUHOU,
    "successor_code": JINJIANG,
    "basis": "机构改革方案",
    "valid_from": "2026-03-02",
}


def form(desk: Visitor, kind: str) -> Visitor:
    return desk.open(f"/district/rules/new?kind={kind}")


def test_rules_are_said_in_words(staff: PersonFor) -> None:
    desk = staff("editor.wuhou").follow("办理规则")
    assert "四川省成都市武侯区相互异地办理事项" in desk.text
    assert "生效中 8" in [text for text, _ in desk.page.links]
    desk.follow("重庆市沙坪坝区与四川省成都市武侯区")
    for words in (
        "沙坪坝区与武侯区异地办理合作协议",
        "2021年1月1日起",
        "起草：共同清单",
        "事项范围和起止日期未核实",
    ):
        assert words in desk.text
    assert "没有这样的规则" in desk.open("/district/rules?standing=ended").text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("q=37&district=510107", f"办理机关是{WUHOU}"),
        ("q=营业执照&district=510107", "办理机关是"),
        ("q=37", "请选择"),
        ("q=37&district=51", "没有代码为 51 的行政区划"),
        ("q=185&district=510107", "取消"),
        ("q=？？？", "没有找到这个事项"),
    ],
)
def test_one_can_ask_who_decides(staff: PersonFor, asked: str, told: str) -> None:
    assert told in staff("editor.wuhou").open(f"/district/rules?{asked}").text


def test_the_published_rules_are_proved(staff: PersonFor) -> None:
    desk = staff("editor.wuhou").open("/district/rules").follow("核对全部规则")
    assert "没有缺口，没有冲突" in desk.text
    assert "78683" in desk.text
    assert "演练" not in desk.text


def waiting(app: Flask, clock: StandingClock, author: str, content: dict[str, Any]) -> str:
    """A change that waits for its reviewer; entered without its proof, which takes seconds. Its address."""
    with app.app_context(), unit_of_work() as session:
        session.add(
            RuleProposal(
                number="GZ2026", status=IN_REVIEW, content=content, author=author,
                proposed_at=clock.now(),
            )
        )  # fmt: skip
    return "/district/rules/proposals/GZ2026"


def test_a_rule_is_proved_rehearsed_proposed_and_published_by_another(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    with app.app_context():
        number = received(clock).number
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    form(author, "succession").press("核对和演练", **MERGER)
    assert "没有缺口，没有冲突" in author.text
    assert "演练了 1 件以往的办件，1 件会换办理机关" in author.text
    assert f"内资企业及分支机构设立登记 {WUHOU} {JINJIANG} 1 {number}" in author.text
    assert author.value("predecessor_code") == WUHOU
    author.press("提交审核")
    assert "请另一位事项管理员审核发布" in author.text
    assert "审核通过并发布" not in author.buttons()
    assert author.client.post(f"{author.path.partition('?')[0]}/publication").status_code == 403
    reviewer.open("/district/rules").follow(f"{WUHOU}的职责由{JINJIANG}承接").follow("核对和演练")
    assert "1 件会换办理机关" in reviewer.text
    reviewer.press("审核通过并发布")
    assert "已发布" in reviewer.text
    reviewer.open("/district/rules").follow(f"{WUHOU}的职责由")
    assert "生效中" in reviewer.text


def test_a_change_is_sent_back_or_withdrawn_with_a_reason(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    author, reviewer = staff("editor.wuhou"), staff("editor.shapingba")
    ends = {"ends": [{"number": "pair-shapingba-wuhou", "last_day": "2026-12-31"}]}
    address = waiting(app, clock, "editor.wuhou", ends)
    assert author.open(address).press("撤回", words="").page.faults.keys() == {"words"}
    reviewer.open(address).press("退回", words="缺文号")
    assert "已退回" in reviewer.text
    assert "退回的理由：缺文号" in author.open(address).text
    assert author.client.post(f"{address}/return", data={"words": "晚了"}).status_code == 409
    assert author.client.post(f"{address}/burn").status_code == 404
    assert author.open(f"{address}0").status == 404


def test_faults_stand_beside_their_inputs(staff: PersonFor) -> None:
    desk = form(staff("editor.wuhou"), "assignment")
    desk.press("核对和演练", authority_code="没有的局", item_seqs="37、9999，x")
    assert desk.status == 422
    assert desk.page.faults.keys() == {
        "district_code", "authority_code", "item_seqs", "basis", "valid_from",
    }  # fmt: skip
    assert "没有序号为 9999、x 的事项" in desk.text
    filled = {
        "district_code": "510107",
        "authority_code": WUHOU,
        "item_seqs": "37",
        "basis": "文件",
    }
    desk.press("核对和演练", **filled, valid_from="2026-02-01", valid_to="2026-01-01")
    assert desk.page.faults == {"valid_from": "不能早于今天", "valid_to": "不能早于生效日期"}
    assert desk.value("authority_code") == WUHOU


def test_a_change_with_a_conflict_can_not_be_handed_in(staff: PersonFor) -> None:
    desk = form(staff("editor.wuhou"), "succession")
    circle = MERGER | {"predecessor_code": JINJIANG, "successor_code": JINJIANG}
    desk.press("核对和演练", **circle)
    assert "不能提交" in desk.text
    assert "互相循环" in desk.text
    assert "提交审核" not in desk.buttons()


def test_a_new_organ_is_founded_with_its_rule(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    desk = form(staff("editor.wuhou"), "succession")
    given = MERGER | {"successor_code": "成都市武侯区政务服务局", "founded": "yes"}
    desk.press("核对和演练", **given)
    assert desk.page.faults.keys() == {"organ_kind", "level", "organ_district"}
    organ = {"organ_kind": "行政审批局", "level": "county", "organ_district": "510107"}
    with app.app_context():
        content = proposal_of("succession", given | organ)
        with reading() as session:
            change = read_change(session, content, clock.now().date())
    assert [organ.name for organ in change.founded] == ["成都市武侯区政务服务局"]
    desk.open(waiting(app, clock, "editor.wuhou", content))
    assert "设立成都市武侯区政务服务局（区县级，行政审批局），2026年3月2日起履行职责" in desk.text
    assert f"{WUHOU}的职责由成都市武侯区政务服务局承接" in desk.text


def test_the_end_of_a_rule_is_proposed(staff: PersonFor) -> None:
    author = staff("editor.wuhou").open("/district/rules")
    author.follow("重庆市沙坪坝区与四川省成都市武侯区")
    assert author.press("核对和演练", last_day="").page.faults.keys() == {"last_day"}
    author.press("核对和演练", last_day="2026-12-31")
    assert "2027年1月1日" in author.text
    author.press("提交审核")
    assert "结束：重庆市沙坪坝区与四川省成都市武侯区相互异地办理事项" in author.text
    assert "最后一天 2026年12月31日" in author.text


def test_a_delegation_is_left_to_the_officers_of_its_organ(
    app: Flask, clock: StandingClock, staff: PersonFor
) -> None:
    with app.app_context():
        officer = desks.staff("officer.wuhou")
        wish = Wish(
            JINJIANG, (37,), "委托书", "武审〔2026〕1号", date(2026, 3, 1), "网站", date(2026, 3, 2)
        )
        number = delegation_desk.propose(wish, actor=officer, now=clock.now())
    desk = staff("editor.wuhou").open(f"/district/rules/proposals/{number}")
    assert f"{WUHOU}委托{JINJIANG}办理四川省成都市武侯区的“内资企业及分支机构设立登记”" in desk.text
    assert "由委托机关的另一位审批人员确认" in desk.text
    assert "审核通过并发布" not in desk.buttons()


@pytest.mark.parametrize("path", ["", "/new", "/proof", "/published/x", "/proposals/x"])
def test_rules_are_for_editors(staff: PersonFor, path: str) -> None:
    assert staff("officer.wuhou").open(f"/district/rules{path}").status == 403


def test_an_unknown_rule_is_not_there(staff: PersonFor) -> None:
    assert staff("editor.wuhou").open("/district/rules/published/X9").status == 404
