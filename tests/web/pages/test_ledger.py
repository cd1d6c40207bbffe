"""The operator holds the ledger of a machine against its printer's page counter, a day at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.identity.actors import Actor, Role
from kiosk.machines.upkeep import handle_blanks
from kiosk.uow import unit_of_work
from printing import jobs
from printing.blanks import Handling, Range
from printing.job_states import Event
from printing.jobs import Change, JobSpec
from tests.support.browsing import Visitor
from tests.support.clocks import StandingClock

PersonFor = Callable[[str], Visitor]
MACHINE, KIND = "SPB-001", "food-permit.1"
OPERATOR = Actor(Role.OPERATOR, "operator", "运维")


def print_copy(clock: StandingClock, label: str, before: int, after: int) -> str:
    """A print of one page; the counter said this before and that after it."""
    with unit_of_work() as session:
        job = jobs.create_job(
            session, JobSpec(MACHINE, "1.2.156.3005.2.X", label, "0" * 64, "P-1"), clock.now()
        )
        jobs.fetch(session, MACHINE, clock.now())
        acts = ((Event.ACKNOWLEDGE, None), (Event.PERMIT, before), (Event.PRINT, after))
        for event, counter in acts:
            change = Change(
                job.number, event, event.value, MACHINE, job.attempt, page_counter=counter
            )
            jobs.apply(session, change, clock.now())
        return job.number


@pytest.fixture
def desk(staff: PersonFor) -> Visitor:
    return staff("operator")


def test_a_quiet_day_has_nothing_to_tell(desk: Visitor) -> None:
    page = desk.open("/district/machines").follow(MACHINE)
    assert "这一天没有打印" in page.text
    assert "没有报过计数" in page.text
    assert "接班时" not in page.text


def test_each_sheet_stands_beside_the_counter(
    app: Flask, clock: StandingClock, desk: Visitor
) -> None:
    with app.app_context():
        number = print_copy(clock, "1-1", 40, 41)
        for handling in (Handling.RECEIVE, Handling.LOAD):
            where = MACHINE if handling is Handling.LOAD else None
            handle_blanks(
                Range(KIND, 1, 20), handling, where, "上架", actor=OPERATOR, now=clock.now()
            )
    page = desk.open(f"/district/machines/{MACHINE}")
    assert "台账与打印机计数相符" in page.text
    assert f"{number} 1-1 已打印 40 41" in page.text
    assert f"{KIND} 0 20 0 0 0 0 20" in page.text
    other = desk.open(f"/district/machines/{MACHINE}?on=2026-03-01")
    assert "这一天没有打印" in other.text
    assert other.value("on") == "2026-03-01"
    assert number in desk.open(f"/district/machines/{MACHINE}?on=2026-03-02").text


def test_pages_that_nobody_ordered_are_shown(
    app: Flask, clock: StandingClock, desk: Visitor
) -> None:
    with app.app_context():
        print_copy(clock, "1-1", 40, 41)
        print_copy(clock, "1-2", 43, 44)
    page = desk.open(f"/district/machines/{MACHINE}")
    assert "有 1 处不符" in page.text
    assert "两次打印之间：打印机走了 2 页，台账记了 0 页" in page.text


def test_no_such_day_and_no_such_machine(desk: Visitor) -> None:
    desk.open(f"/district/machines/{MACHINE}?on=yesterday")
    assert (desk.status, list(desk.page.faults)) == (422, ["on"])
    assert desk.open("/district/machines/NONE-1").status == 404
