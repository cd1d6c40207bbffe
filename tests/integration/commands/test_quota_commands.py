"""``flask quotas``: the whole life of a line and of a case beyond it, at the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.casework import commands
from tests.support.clocks import StandingClock
from tests.support.waste_cases import BATTERIES, HOLDER, receiver, sender, waste_case

Run = Callable[..., str]
FIRST, SECOND = ("--officer", "officer.sichuan"), ("--officer", "officer.chongqing")


@pytest.fixture
def run(app: Flask) -> Run:
    """Run ``flask quotas …`` and answer what it says, or the refusal."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["quotas", *words]).output


def test_a_line_is_proposed_signed_listed_and_withdrawn(app: Flask, run: Run) -> None:
    with app.app_context():
        sides = (str(sender().authority_code), str(receiver().authority_code))
    told = ("--item", "87", "--year", "2027", "--holder", HOLDER, "样例", "--kind", BATTERIES)
    assert "待双方签署" in run("propose", "W1", *FIRST, *told, "--amount", "2.5", "--sides", *sides)
    assert "已被使用" in run("propose", "W1", *FIRST, *told, "--amount", "2.5", "--sides", *sides)
    assert "三位小数" in run(
        "propose", "W2", *FIRST, *told, "--amount", "0.0001", "--sides", *sides
    )
    assert "等待对方" in run("sign", "W1", *FIRST)
    assert "生效" in run("sign", "W1", *SECOND)
    line = json.loads(run("list", *SECOND, "--year", "2027"))
    assert (line["number"], line["status"], line["free"]) == ("W1", "in-force", "2.5")
    assert "已撤回" in run("withdraw", "W1", *SECOND, "--words", "不再接收")
    acts = json.loads(run("show", "W1", *FIRST))["acts"]
    assert [act.split()[1:] for act in acts] == [
        ["officer.sichuan", "quota-proposed"],
        ["officer.sichuan", "quota-signed"],
        ["officer.chongqing", "quota-signed"],
        ["officer.chongqing", "quota-withdrawn"],
    ]
    assert "没有审批人员 editor.wuhou" in run("list", "--officer", "editor.wuhou")


def test_a_case_beyond_the_list_is_asked_about_granted_and_taken_back(
    app: Flask, clock: StandingClock, run: Run
) -> None:
    with app.app_context():
        case = waste_case(clock, {BATTERIES: 1300}, "beyond")
        inside = waste_case(clock, {BATTERIES: 100}, "inside")
        commands.grant(inside, "同意", actor=sender(), now=clock.now())
    number = run("ask", case, "川函1号", *FIRST, "--words", "请函复").strip()
    assert number == f"{case}-1"
    waiting = json.loads(run("consultations", *SECOND))
    assert (waiting["number"], waiting["amounts"], waiting["agreed"]) == (
        number, {BATTERIES: "1300"}, None,
    )  # fmt: skip
    assert "同意" in run("answer", number, "渝函1号", *SECOND, "--agree", "--words", "同意")
    assert "已经答复过" in run("answer", number, "渝函", *SECOND, "--decline", "--words", "不")
    with app.app_context():
        commands.grant(case, "同意", actor=sender(), now=clock.now())
    told = json.loads(run("show", "WF-2026-SC01", *SECOND))
    assert (told["used"], told["bookings"][0]["case"]) == ("100", inside)
    assert "退回 1 笔" in run("withdraw-approval", inside, *FIRST, "--words", "虚假材料")
    assert "退回 0 笔" in run("withdraw-approval", case, *FIRST, "--words", "虚假材料")
