"""The operator sees one print through: held, let go, cancelled, moved; and says that a sheet is spoiled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.exchange.models import OutboxMessage
from kiosk.machines.commands import create_machine
from kiosk.machines.upkeep import SPOILED
from kiosk.uow import reading, unit_of_work
from kiosk.web.pages.words import WORDS
from printing import jobs
from printing.job_states import Event
from printing.jobs import JobSpec
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock
from tests.web.pages.test_ledger import MACHINE, print_copy

PersonFor = Callable[[str], Visitor]


@pytest.fixture
def desk(staff: PersonFor) -> Visitor:
    return staff("operator")


def queue_copy(clock: StandingClock) -> str:
    """A print that waits for its machine, ordered by nobody who stands there."""
    with unit_of_work() as session:
        spec = JobSpec(MACHINE, "1.2.156.3005.2.X", "1-1", "0" * 64, "P-1")
        return jobs.create_job(session, spec, clock.now()).number


def test_a_waiting_print_is_held_let_go_moved_and_cancelled(
    app: Flask, clock: StandingClock, desk: Visitor
) -> None:
    with app.app_context():
        number = queue_copy(clock)
        with unit_of_work() as session:
            create_machine(
                session,
                number="SPB-009",
                name="九号",
                division_code="500106",
                place="三峡广场",
                now=clock.now(),
            )
    desk.open(f"/district/machines/{MACHINE}").follow(number)
    assert "等待打印" in desk.text
    assert "纸打坏了" not in desk.text
    desk.press("确定", act="hold", reason="换纸")
    assert "已记录" in desk.text
    assert "暂停等待 operator 换纸" in desk.text
    clock.advance(minutes=1)
    desk.press("确定", act="release", reason="纸已换好")
    clock.advance(minutes=1)
    desk.press("确定", act="move")
    assert desk.page.faults == {"machine": "请选择自助机"}
    desk.press("确定", act="move", machine="SPB-009")
    assert "终端 SPB-009" in desk.text
    desk.press("确定", act="cancel", reason="不要了")
    assert "已取消" in desk.text
    assert "确定" not in desk.buttons()


def test_a_reason_and_an_act_are_asked_for(app: Flask, clock: StandingClock, desk: Visitor) -> None:
    with app.app_context():
        number = queue_copy(clock)
    desk.open(f"/district/prints/{number}").press("确定", act="hold")
    assert (desk.status, list(desk.page.faults)) == (422, ["reason"])
    desk.press("确定", act="printed", reason="x")
    assert (desk.status, list(desk.page.faults)) == (422, ["act"])
    assert desk.open("/district/prints/D0").status == 404


def test_a_spoiled_sheet_takes_two_persons(
    app: Flask, clock: StandingClock, desk: Visitor, staff: PersonFor
) -> None:
    with app.app_context():
        number = print_copy(clock, "1-1", 40, 41)
    desk.open(f"/district/prints/{number}")
    assert "1 已打印 40 41" in desk.text
    assert "确定" not in desk.buttons(), "the paper is out: nothing is held or cancelled any more"
    desk.press("这一份打坏了")
    assert (desk.status, list(desk.page.faults)) == (422, ["seen"])
    desk.press("这一份打坏了", seen="墨花了")
    assert "等另一人" in desk.text
    assert "一人说：查明打坏，作废 operator 墨花了" in desk.text
    desk.press("这一份打坏了", seen="墨花了")
    assert desk.status == 403
    clock.advance(minutes=1)
    second = staff("second.operator").open(f"/district/prints/{number}")
    second.press("这一份打坏了", seen="墨花了")
    assert "已中止" in second.text
    assert "1 作废 40 41" in second.text
    with app.app_context(), reading() as session:
        told = session.scalars(select(OutboxMessage).where(OutboxMessage.topic == SPOILED)).one()
        assert told.payload["job"] == number


def test_every_event_has_words() -> None:
    assert all(WORDS["print_event"][event] for event in Event)


def test_only_operators_see_prints(staff: PersonFor) -> None:
    assert staff("editor.wuhou").open("/district/prints/D0").status == 403
